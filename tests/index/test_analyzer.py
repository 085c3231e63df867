"""Search terms of Korean text, and where its sentences end."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_texts import sentences

import corpus
from corpus.markdown import blocks
from index.lexical import Analyzer, analyzer, fingerprint
from index.lexical.analyzer import whole_sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in analyzer().sentences(text)]


def test_spacing_and_particles_do_not_part_a_compound() -> None:
    written = ["구매확정", "구매 확정", "구매확정을", "구매 확정은"]
    shared = set.intersection(*(set(analyzer().tokens(text)) for text in written))
    assert shared >= {"구매확정", "구매", "확정"}


def test_terms_know_where_they_stand() -> None:
    text = "톡톡상담은 어디서 해요"
    [first, *_] = analyzer().terms(text)
    assert (first.form, text[first.start : first.end], first.noun) == ("톡톡상담", "톡톡상담", True)


def test_function_words_and_empty_words_are_no_tokens() -> None:
    assert set(analyzer().tokens("혹시 이거 그냥 하면 되는 건가요")) <= {"이거"}
    assert analyzer().tokens("") == []
    assert analyzer().tokens("ㅋㅋㅋ !!! ???") == []


def test_latin_words_and_numbers_are_tokens_in_lower_case() -> None:
    assert {"api", "404"} <= set(analyzer().tokens("API에서 404 오류"))


def test_user_dictionary_makes_one_word_with_its_parts(tmp_path: Path) -> None:
    file = tmp_path / "dictionary.tsv"
    file.write_text("# 설명\n\n갸름정산\t갸름 정산\n쁠딜\n", encoding="utf-8")
    own = Analyzer(file)
    assert own.tokens("갸름정산이 늦어요")[:3] == ["갸름정산", "갸름", "정산"]
    assert "쁠딜" in own.tokens("쁠딜은 뭔가요")
    assert [term.form for term in analyzer().terms("갸름정산")] == ["갸름", "정산"]


def test_fingerprint_follows_the_dictionary_and_needs_no_kiwi(tmp_path: Path) -> None:
    file = tmp_path / "dictionary.tsv"
    file.write_text("톡톡\n", encoding="utf-8")
    before = fingerprint(file)
    assert Analyzer(file).fingerprint == before
    file.write_text("톡톡\n쁠딜\n", encoding="utf-8")
    assert fingerprint(file) != before
    assert fingerprint() == analyzer().fingerprint


def test_words_are_read_where_they_stand() -> None:
    read = {word.text: word for word in analyzer().words("고객쎈터 번호를 말로 하면 되나요")}
    assert list(read) == ["고객쎈터", "번호를", "말로", "하면", "되나요"]
    assert read["고객쎈터"].nouns == ("고객", "쎈터")
    assert read["번호를"].nouns == ("번호",)
    assert not read["고객쎈터"].ordinary
    assert read["번호를"].ordinary
    assert read["하면"].ordinary


@pytest.mark.parametrize(
    "expected",
    [
        [
            "메뉴 하단에 있는 '원격지원 서비스'에서 시작합니다.",
            "'원격지원 서비스'까지 들어가는 순서는 다음과 같습니다.",
        ],
        ["'1:1 문의하기'에서 접수합니다.", "'1:1 문의하기'까지 들어가세요."],
        ['그는 "안녕하세요. 반갑습니다."라고 말했다.', "끝입니다."],
        ["ver. 2.0을 설치합니다.", "수수료는 3.5%입니다."],
        ["이렇게 하세요!", "(그래도 안 되면 전화하세요.)", "감사합니다."],
        ["'올바른 파일 형식이 아닙니다'가 나오면 다시 올리세요.", "그래도 나오면 문의하세요."],
        ["정말 되나요?", "네, 됩니다.", "확인하세요."],
        ["마침표 없는 한 줄"],
    ],
)
def test_sentences(expected: list[str]) -> None:
    assert cut(" ".join(expected)) == expected


def test_a_new_line_may_end_a_sentence_without_a_full_stop() -> None:
    assert cut("첫 줄\n둘째 줄입니다. 셋째") == ["첫 줄\n둘째 줄입니다.", "셋째"]
    assert whole_sentences("가나\n다라", [(0, 2), (3, 5)]) == [(0, 2), (3, 5)]


def test_pieces_of_one_line_are_joined_until_a_sentence_ends() -> None:
    text = "가 '나' 다 라. 마"
    assert whole_sentences(text, [(0, 5), (6, 7), (8, 10), (11, 12)]) == [(0, 10), (11, 12)]


@given(st.lists(sentences(), min_size=1, max_size=5))
@settings(max_examples=80, deadline=None)
def test_sentences_are_cut_only_where_a_sentence_ends(parts: list[str]) -> None:
    text = " ".join(parts)
    ends = {len(" ".join(parts[:n])) for n in range(1, len(parts) + 1)}
    found = analyzer().sentences(text)
    assert {end for _, end in found} <= ends
    assert "".join(text[a:b] for a, b in found).replace(" ", "") == text.replace(" ", "")


def test_every_sentence_of_the_shipped_corpus_ends_like_one() -> None:
    for document in corpus.load():
        for block in blocks(document.text):
            if block.kind == "paragraph":
                for sentence in cut(document.text[block.start : block.end]):
                    ended = sentence.rstrip("'\")’”」]").endswith((".", "!", "?", "…"))
                    assert ended or sentence.endswith(")"), sentence
