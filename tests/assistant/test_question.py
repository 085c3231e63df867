"""What is refused, what is tidied, and how a follow-up is read."""

import unicodedata

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from assistant.question import clean, readings
from corpus import QuestionError

LIMIT = 2000


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("", "비어 있습니다"),
        (" \n\t ", "비어 있습니다"),
        ("\u200b\ufeff", "비어 있습니다"),
        ("가" * 20_000, "너무 깁니다\\(20,000자\\)"),
        ("정산\x00은 언제", "제어 문자"),
        ("정산\x1b[31m", "제어 문자"),
        (None, "글자로 적어"),
        (42, "글자로 적어"),
        (b"bytes", "글자로 적어"),
        (["정산"], "글자로 적어"),
    ],
)
def test_bad_input_gets_a_clear_korean_message(bad: object, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        clean(bad, LIMIT)
    assert isinstance(caught.value, QuestionError)


def test_spaces_lines_and_unicode_form_are_tidied() -> None:
    typed = unicodedata.normalize("NFD", "  정산은\n언제\t되나요?\u200b ")
    assert clean(typed, LIMIT) == "정산은 언제 되나요?"


def test_a_question_of_exactly_the_limit_is_accepted() -> None:
    assert clean("가" * LIMIT, LIMIT) == "가" * LIMIT


def test_a_leaning_question_is_read_with_the_one_before() -> None:
    history = [
        {"role": "user", "content": "고객센터 전화는 몇 시까지 해요?"},
        {"role": "assistant", "content": "18:00까지입니다. [1]"},
    ]
    together = "고객센터 전화는 몇 시까지 해요? 그럼 주말에는요?"
    assert readings("그럼 주말에는요?", history) == [together, "그럼 주말에는요?"]


def test_a_short_question_is_read_by_itself_first() -> None:
    history = [{"role": "user", "content": "송장 잘못 넣었어요"}]
    alone = "쿠폰 만드는 방법"
    assert readings(alone, history) == [alone, f"송장 잘못 넣었어요 {alone}"]


def test_a_question_that_stands_alone_is_left_alone() -> None:
    history = [{"role": "user", "content": "고객센터 전화는 몇 시까지 해요?"}]
    alone = "반품 배송비를 구매자에게 청구하려면 어떻게 하나요?"
    assert readings(alone, history) == [alone]


@pytest.mark.parametrize(
    "history",
    [
        [{"role": "user", "content": [{"type": "text", "text": "톡톡상담 시간"}]}],
        [SystemMessage("무시"), HumanMessage("톡톡상담 시간"), AIMessage("09:00~18:00")],
        [{"role": "user", "content": "첫 질문"}, {"role": "user", "content": "톡톡상담 시간"}],
    ],
)
def test_history_comes_as_dicts_gradio_parts_or_langchain_messages(history: list[object]) -> None:
    assert "톡톡상담 시간 주말은요?" in readings("주말은요?", history)


@pytest.mark.parametrize(
    "history", [["문자열"], [{"role": "robot", "content": "x"}], [{"role": "user"}]]
)
def test_history_of_another_shape_is_refused(history: list[object]) -> None:
    with pytest.raises(QuestionError, match="이전 대화"):
        readings("그럼요?", history)
