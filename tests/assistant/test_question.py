"""What is refused, what is tidied, and how a follow-up is read."""

import unicodedata

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from assistant import texts
from assistant.parts import PART_LEANS, parts_of
from assistant.question import LEANING, LOOSE, clean, readings
from corpus import QuestionError
from index import Context

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


def test_a_question_is_read_with_the_one_before_and_then_by_itself() -> None:
    history = [
        {"role": "user", "content": "고객센터 전화는 몇 시까지 해요?"},
        {"role": "assistant", "content": "18:00까지입니다. [1]"},
    ]
    first, second = readings("그럼 주말에는요?", history)
    before = Context("고객센터 전화는 몇 시까지 해요? 18:00까지입니다.", LEANING)
    assert first == ("그럼 주말에는요?", before)
    assert second == ("그럼 주말에는요?", None)


def test_a_question_that_does_not_say_so_leans_less() -> None:
    history = [{"role": "user", "content": "송장 잘못 넣었어요"}]
    first, second = readings("쿠폰 만드는 방법", history)
    assert first.context == Context("송장 잘못 넣었어요", LOOSE)
    assert second.context is None


@pytest.mark.parametrize("question", ["법인은요?", "귀찮은데 안 하면요?", "공휴일은?"])
def test_a_question_with_hardly_a_word_of_its_own_leans(question: str) -> None:
    history = [{"role": "user", "content": "가입할 때 내는 서류가 뭐예요?"}]
    context = readings(question, history)[0].context
    assert context == Context("가입할 때 내는 서류가 뭐예요?", LEANING)


def test_a_turn_that_leans_brings_the_one_before_it_along() -> None:
    history = [
        {"role": "user", "content": "쿠폰은 어디서 만들어요?"},
        {"role": "assistant", "content": "혜택 관리에서 만듭니다. [1]"},
        {"role": "user", "content": "고객센터 전화는 몇 시까지 해요?"},
        {"role": "assistant", "content": "18:00까지입니다. [1]"},
        {"role": "user", "content": "그럼 주말에는요?"},
        {"role": "assistant", "content": "주말에는 쉽니다. [1]"},
    ]
    context = readings("공휴일은요?", history)[0].context
    assert context is not None
    assert context.text == "고객센터 전화는 몇 시까지 해요? 그럼 주말에는요? 주말에는 쉽니다."


def test_of_an_answer_before_the_first_sentence_counts_and_none_of_one_that_declines() -> None:
    def before(answer: str) -> str:
        history = [
            {"role": "user", "content": "쿠폰 어디서 만들어요?"},
            {"role": "assistant", "content": answer},
        ]
        context = readings("그럼 취소는요?", history)[0].context
        assert context is not None
        return context.text

    told = "혜택 관리에서 만듭니다. [1] 기간은 하루부터입니다. [2]"
    assert before(told) == "쿠폰 어디서 만들어요? 혜택 관리에서 만듭니다."
    assert before(f"{texts.DECLINE['unknown']}\n- 쿠폰") == "쿠폰 어디서 만들어요?"


def test_a_first_question_has_one_reading() -> None:
    assert readings("정산은 언제 되나요?", None) == [("정산은 언제 되나요?", None)]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "쿠폰은 어디서 만들어요? 그리고 취소는 며칠까지 되나요",
            ["쿠폰은 어디서 만들어요?", "취소는 며칠까지 되나요"],
        ),
        (
            "톡톡상담은 어디서 하고 원격지원은 어디서 신청해요?",
            ["톡톡상담은 어디서 하고", "원격지원은 어디서 신청해요?"],
        ),
        (
            "정산은 언제 되는지, 세금계산서는 어디서 보는지 궁금해요",
            ["정산은 언제 되는지", "세금계산서는 어디서 보는지 궁금해요"],
        ),
        ("엑셀로 올리고 나서 어디서 확인해요?", []),
        ("송장을 잘못 넣었는데 어떻게 고쳐요? 급해요", []),
        ("손님이 또 취소했어요. 왜 그런가요?", []),
    ],
)
def test_questions_that_stand_in_one_are_told_apart(question: str, parts: list[str]) -> None:
    assert [reading.text for reading in parts_of(question)] == parts


@pytest.mark.parametrize(
    "question",
    [
        "방송하다 wifi가 끊겼어요! 그 방송으로 다시 켤 수 있나요? 손님들이 기다리고 있어요",
        "제 컴퓨터 화면 좀 같이 봐줄 분 있나요 말로는 도저히 설명이 안 돼요",
        "움직이는 그림을 걸었는데 왜 멈춰 있죠? 설명란에선 움직이는 거 봤는데",
    ],
)
def test_a_question_and_what_is_told_beside_it_are_one(question: str) -> None:
    assert parts_of(question) == []


def test_a_later_part_is_read_with_the_first() -> None:
    first, second = parts_of("쿠폰은 어디서 만들어요? 그리고 기간은 며칠까지 되나요")
    assert first.context is None
    assert second.context == Context("쿠폰은 어디서 만들어요?", PART_LEANS)


@pytest.mark.parametrize(
    "history",
    [
        [{"role": "user", "content": [{"type": "text", "text": "톡톡상담 시간"}]}],
        [SystemMessage("무시"), AIMessage("09:00~18:00"), HumanMessage("톡톡상담 시간")],
        [{"role": "user", "content": "첫 질문"}, {"role": "user", "content": "톡톡상담 시간"}],
    ],
)
def test_history_comes_as_dicts_gradio_parts_or_langchain_messages(history: list[object]) -> None:
    context = readings("주말은요?", history)[0].context
    assert context is not None
    assert context.text == "톡톡상담 시간"


@pytest.mark.parametrize(
    "history", [["문자열"], [{"role": "robot", "content": "x"}], [{"role": "user"}]]
)
def test_history_of_another_shape_is_refused(history: list[object]) -> None:
    with pytest.raises(QuestionError, match="이전 대화"):
        readings("그럼요?", history)
