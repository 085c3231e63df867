"""Own documents before the built-in corpus where both answer, and only there."""

from __future__ import annotations

import numpy as np
import pytest
from own_files import note, write_files

import corpus
from assistant import Assistant
from assistant.settings import Settings
from index import add, build
from index.preference import AS_GOOD_WITHIN, SAME_MATTER, own_first

POLICY = note(
    "반품 배송비", "우리 가게의 반품 배송비는 편도 3,500원이고 단순 변심은 구매자가 냅니다."
)
GLASS = note("칸막이 상자", "유리컵 포장에 쓰는 칸막이 상자는 창고 B-12 선반에 있습니다.")


@pytest.fixture(scope="module")
def settings(built_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The shipped corpus with two own files beside it."""
    data = tmp_path_factory.mktemp("data")
    settings = built_settings.model_copy(update={"data": data})
    settings.cache_file.parent.mkdir(parents=True)
    settings.cache_file.write_bytes(built_settings.cache_file.read_bytes())
    build(corpus.load(), settings)
    add([write_files(data / "files", 반품=POLICY, 상자=GLASS)], settings)
    return settings


@pytest.fixture(scope="module")
def bot(settings: Settings) -> Assistant:
    return Assistant(settings)


def test_own_file_wins_when_both_answer(bot: Assistant) -> None:
    answer = bot.answer("반품 배송비 얼마예요?")
    first, *others = answer.citations
    assert (first.own, first.source, answer.category) == (True, "files/반품.md", None)
    assert answer.text.startswith("우리 가게의 반품 배송비는 편도 3,500원")
    assert not any(one.own for one in others if one.document_id != first.document_id)


def test_setting_gives_the_built_in_corpus_its_place_again(settings: Settings) -> None:
    bot = Assistant(settings.model_copy(update={"prefer_own": False}))
    hits = bot.search("반품 배송비 얼마예요?", 5)
    assert not hits[0].own
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    "question", ["고객센터 전화번호", "정산은 언제 되나요?", "쿠폰은 어떻게 만드나요?"]
)
def test_own_file_about_something_else_changes_no_answer(
    bot: Assistant, built_settings: Settings, question: str
) -> None:
    plain = Assistant(built_settings).answer(question)
    answer = bot.answer(question)
    assert answer.text == plain.text
    assert not any(citation.own for citation in answer.citations)


def test_own_file_answers_what_the_corpus_does_not(bot: Assistant) -> None:
    answer = bot.answer("칸막이 상자 어디 있어요?")
    assert answer.answered
    assert {citation.source for citation in answer.citations} == {"files/상자.md"}


def test_question_that_neither_answers_is_still_declined(bot: Assistant) -> None:
    assert not bot.answer("창고 임대료는 한 달에 얼마예요?").answered


def test_category_filter_leaves_own_files_out(bot: Assistant) -> None:
    hits = bot.search("반품 배송비", 50, category="order")
    assert {hit.category for hit in hits} == {"order"}


def test_as_good_by_text_and_of_the_same_matter_comes_first() -> None:
    order, own = np.array([0, 1, 2, 3]), np.array([False, True, True, True])
    by_text = np.array([0.8, 0.8 - AS_GOOD_WITHIN / 2, 0.9, 0.5], np.float32)
    near, far = np.array([SAME_MATTER + 0.1, 1.0]), np.array([SAME_MATTER - 0.1, 1.0])
    vectors = [np.array([1.0, 0.0]), near, far, near]
    found = own_first(order, own, by_text, lambda n: vectors[n].astype(np.float32))
    assert found.tolist() == [1, 0, 2, 3]  # 2 is about something else, 3 answers less well


def test_order_that_begins_with_an_own_passage_stays() -> None:
    order, own = np.array([1, 0]), np.array([False, True])
    assert own_first(order, own, np.zeros(2, np.float32), pytest.fail) is order
    assert own_first(order[:0], own, np.zeros(2, np.float32), pytest.fail).size == 0
