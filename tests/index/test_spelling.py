"""Typing errors are mended with the corpus's own words, and nothing else is touched."""

from __future__ import annotations

from collections import Counter

import pytest
from tiny import Tree

import corpus
from assistant import Assistant
from index.analysis import analyse
from index.lexical import analyzer
from index.lexical.spelling import Speller, letters, ranked
from index.passages import chunk


@pytest.fixture(scope="module")
def speller(bot: Assistant) -> Speller:
    return bot.index.speller


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("고객쎈터 저놔번호", ["고객센터", "전화번호"]),
        ("정싼 언제 되나요", ["정산"]),
        ("송쟝번호를 잘못 넣었어요", ["송장번호를"]),
        ("발주확잉이 머예요", ["발주확인이"]),
    ],
)
def test_one_wrong_letter_is_mended(speller: Speller, written: str, meant: list[str]) -> None:
    mended = speller.correct(written)
    assert all(word in mended for word in meant), mended


@pytest.mark.parametrize(
    "text",
    [
        "고객센터 전화번호",
        "정산은 언제 되나요?",
        "송장번호를 잘못 넣었어요",
        "톡톡상담은 어디서 하나요",
        "API 404 error 1588-3819",
        "말로 하면 알아서 저절로 옮겨 주는 메뉴가 있나요",
        "관세까지 제 답을 기다린대요",
        "",
    ],
)
def test_known_words_are_left_alone(speller: Speller, text: str) -> None:
    assert speller.correct(text) == text


def test_nothing_near_is_left_alone(speller: Speller) -> None:
    assert speller.correct("쀍쀍쀍쀍") == "쀍쀍쀍쀍"


def test_vocabulary_holds_nouns_and_their_compounds(tiny_corpus: Tree) -> None:
    documents = corpus.load(tiny_corpus())
    passages = [p for d in documents for p in chunk(d, analyzer().sentences, 700)]
    used = (word for p in passages for word in analyse(p, analyzer()).words)
    words = ranked(Counter(used), analyzer().parts)
    assert {"송장번호", "정산", "고객센터", "전화번호"} <= set(words)
    assert len(set(words)) == len(words)


def test_letters_take_syllables_apart() -> None:
    assert letters("과센") == "ㄱㅗㅏㅅㅔㄴ"
    assert letters("쎈") == "ㅆㅔㄴ"
