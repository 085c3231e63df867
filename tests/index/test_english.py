"""English words and loan words are told in the documents' terms; other words stay."""

from __future__ import annotations

import pytest

from assistant import Assistant
from index.lexical.english import in_korean, lexicon


@pytest.mark.parametrize(
    ("text", "korean"),
    [
        ("order 취소", "주문 취소"),
        ("Orders를 cancel하면", "주문를 취소하면"),
        ("tracking number 수정", "송장번호 수정"),
        ("오더 캔슬했어요", "주문 취소했어요"),
        ("배송이 늦어 오더라고요", "배송이 늦어 오더라고요"),
        ("페널티 점수는 언제 없어지나요", "페널티 점수는 언제 없어지나요"),
        ("qwzx 뭐예요", "qwzx 뭐예요"),
        ("", ""),
    ],
)
def test_words_that_are_known_are_told_in_korean(text: str, korean: str) -> None:
    assert in_korean(text) == korean


def test_the_longest_phrase_wins() -> None:
    assert "business license" in lexicon()
    assert in_korean("business license 다시 올려요") == "사업자등록증 다시 올려요"


def test_every_entry_is_in_lower_case_and_told_in_korean() -> None:
    for english, korean in lexicon().items():
        assert english == " ".join(english.lower().split())
        assert korean
        assert english != korean


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("tracking number 잘못 넣었어요 how to fix", "order-dispatch"),
        ("When do I get the payout after purchase confirmation?", "settlement-cycle"),
    ],
)
def test_a_question_with_english_words_is_answered(
    bot: Assistant, question: str, document: str
) -> None:
    answer = bot.answer(question)
    assert answer.answered
    assert document in {citation.document_id for citation in answer.citations}
