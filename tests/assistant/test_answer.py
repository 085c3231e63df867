"""The main job on the real corpus, model and index: a right, cited answer and the right channel."""

import datetime as dt
import json

import pytest

from assistant import Answer, Assistant, QuestionError
from assistant.hours import KOREA
from assistant.related import READABLE_CHARS, REPEATS
from index.lexical import analyzer

WEEKDAY = dt.datetime(2026, 11, 25, 10, 0, tzinfo=KOREA)
LUNCH = dt.datetime(2026, 11, 25, 12, 20, tzinfo=KOREA)
NIGHT = dt.datetime(2026, 11, 25, 22, 0, tzinfo=KOREA)
SATURDAY = dt.datetime(2026, 11, 28, 11, 0, tzinfo=KOREA)
CHRISTMAS = dt.datetime(2026, 12, 25, 11, 0, tzinfo=KOREA)

ASKED = [
    ("고객센터 전화번호와 점심시간", ["1588-3819", "12:00~13:00"], "phone"),
    ("1:1 문의 답변이 얼마나 걸려요?", ["3~4시간", "1~2일"], "inquiry"),
    ("매뉴얼을 PDF로 받는 곳", ["PDF", "공지사항 > 매뉴얼"], "manual"),
    ("원격지원 받으려면 뭐가 필요한가요", ["동의", "프로그램"], "remote"),
    ("톡톡상담 운영시간", ["09:00~18:00", "12:00~13:00"], "talktalk"),
    ("도움말은 어디에 있어요?", ["우측 팝업"], "faq"),
    ("발주확인을 어디서 배우나요", ["주문/배송 관리"], "manual"),
    ("정산 주기를 다루는 매뉴얼", ["정산"], "manual"),
]


@pytest.mark.parametrize(("question", "told", "channel"), ASKED)
def test_questions_about_support_are_answered(
    bot: Assistant, question: str, told: list[str], channel: str
) -> None:
    answer = bot.answer(question, now=WEEKDAY)
    assert answer.answered
    assert [part for part in told if part not in answer.text] == []
    assert answer.channel.id == channel
    assert answer.citations


@pytest.mark.parametrize("question", ["쿠팡 입점 방법", "오늘 날씨", "11번가 정산일이 언제예요?"])
def test_what_is_not_ours_is_declined_with_a_channel(bot: Assistant, question: str) -> None:
    answer = bot.answer(question, now=WEEKDAY)
    assert not answer.answered
    assert answer.citations == ()
    assert answer.channel.id in ("faq", "phone", "talktalk", "inquiry")
    assert answer.text


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("고객쎈터 저놔번호", "support-phone"),
        ("톡톡상담은어디서하는거예요", "support-talktalk"),
        ("발주확잉이 머예요", "order-confirm"),
        ("반품배송비는누가내나요", "order-return-fee"),
    ],
)
def test_typing_errors_and_missing_spaces_still_find_the_passage(
    bot: Assistant, question: str, document: str
) -> None:
    answer = bot.answer(question, now=WEEKDAY)
    assert answer.answered
    assert document in {citation.document_id for citation in answer.citations}


@pytest.mark.parametrize("question", [row[0] for row in ASKED])
def test_every_marker_has_a_citation_and_every_quote_stands_in_its_document(
    bot: Assistant, question: str
) -> None:
    answer = bot.answer(question, now=WEEKDAY)
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        assert f"[{citation.n}]" in answer.text
        text = bot.document(citation.document_id).text
        assert text[citation.start : citation.end] == citation.quote
        assert citation.source
        assert citation.as_of
    claims = [line for line in answer.text.splitlines() if line.strip()]
    assert [line for line in claims if "[" not in line] == []


def test_both_parts_of_a_question_are_answered(bot: Assistant) -> None:
    answer = bot.answer("톡톡상담은 어디서 하고 원격지원은 어디서 신청해요?", now=WEEKDAY)
    assert "톡톡상담" in answer.text
    assert "원격지원 서비스" in answer.text


def test_parts_about_different_matters_are_both_cited(bot: Assistant) -> None:
    answer = bot.answer("톡톡상담은 몇 시까지 해요? 그리고 정산은 며칠 만에 들어와요?", now=WEEKDAY)
    assert {"support-talktalk", "settlement-cycle"} <= {c.document_id for c in answer.citations}
    assert "18:00" in answer.text
    assert "영업일" in answer.text


def test_two_subjects_that_no_passage_has_together_are_both_answered(bot: Assistant) -> None:
    question = "리뷰를 지울 수 있나요? 그리고 N배송은 아무나 쓸 수 있나요?"
    answer = bot.answer(question, now=WEEKDAY)
    assert answer.answered
    cited = {citation.section for citation in answer.citations}
    assert "나쁜 리뷰를 지울 수 있나" in cited
    assert any("N" in section for section in cited)


def test_one_part_that_the_corpus_lacks_keeps_the_whole_declined(bot: Assistant) -> None:
    question = "오늘 서울 날씨 어때요? 그리고 저녁 메뉴 추천해 줄래요?"
    assert not bot.answer(question, now=WEEKDAY).answered


@pytest.mark.parametrize(
    "heading", ["환불 계좌를 바꿔 달라고 할 때", "엑셀 일괄등록으로 안 되는 것"]
)
def test_a_heading_with_a_word_of_asking_is_answered(bot: Assistant, heading: str) -> None:
    answer = bot.answer(f"{heading} 알려주세요", now=WEEKDAY)
    assert heading in {citation.section for citation in answer.citations}


@pytest.mark.parametrize(
    ("now", "is_open", "why"),
    [
        (WEEKDAY, True, "지금 상담 중"),
        (LUNCH, False, "점심시간"),
        (NIGHT, False, "상담 시간이 끝났"),
        (SATURDAY, False, "주말"),
        (CHRISTMAS, False, "성탄절"),
    ],
)
def test_the_clock_changes_the_suggestion_with_a_reason(
    bot: Assistant, now: dt.datetime, is_open: bool, why: str
) -> None:
    channel = bot.answer("고객센터에 전화하고 싶어요", now=now).channel
    assert channel.id == "phone"
    assert channel.open_now is is_open
    assert why in channel.reason
    assert (channel.next_open is None) is is_open
    if channel.next_open:
        assert channel.next_open > now
        assert f"{channel.next_open:%H:%M}" in channel.reason


def test_the_same_question_gives_the_same_answer(bot: Assistant) -> None:
    first, second = (bot.answer("정산은 언제 되나요?", now=WEEKDAY) for _ in range(2))
    assert first.model_dump(exclude={"timings"}) == second.model_dump(exclude={"timings"})


def test_an_answer_survives_json(bot: Assistant) -> None:
    answer = bot.answer("정산은 언제 되나요?", now=LUNCH)
    assert Answer.model_validate(json.loads(answer.model_dump_json())) == answer


def test_related_questions_are_answered_and_not_the_one_just_asked(bot: Assistant) -> None:
    answer = bot.answer("정산은 언제 되나요?", now=WEEKDAY)
    assert 1 <= len(answer.related) <= 3
    assert answer.question not in answer.related
    assert all(bot.answer(question, now=WEEKDAY).answered for question in answer.related)


def test_related_questions_leave_the_subject_that_was_asked_before(bot: Assistant) -> None:
    first = "원격지원 받으려면 뭐가 필요해요?"
    told = bot.answer(first, now=WEEKDAY).text
    history = [{"role": "user", "content": first}, {"role": "assistant", "content": told}]
    answer = bot.answer("택배가 분실됐어요", history=history, now=WEEKDAY)
    assert answer.category == "order"
    assert answer.related
    about = {bot.answer(question, now=WEEKDAY).category for question in answer.related}
    assert "support" not in about


@pytest.mark.parametrize(
    "question",
    [
        "직원이 퇴사했는데 그 사람 아이디로 못 들어오게 막으려면",
        "송장 잘못 넣었는데 어떻게 고쳐요?",
        "정산은 언제 되나요?",
    ],
)
def test_related_questions_repeat_the_one_asked_in_no_other_words(
    bot: Assistant, question: str
) -> None:
    answer = bot.answer(question, now=WEEKDAY)
    encode = bot.index.encoder.encode_query
    near = [float(encode(question) @ encode(one)) for one in answer.related]
    assert len(near) >= 2
    assert max(near) <= REPEATS + 1e-3
    assert all(one.endswith(("요?", "까?", "죠?")) for one in answer.related)
    assert all(analyzer().space(one) == one for one in answer.related)


def test_whatever_can_be_offered_next_is_answered_by_its_own_section(bot: Assistant) -> None:
    offered = [
        (passage, question)
        for passage in bot.index.passages[::20]
        for question in passage.questions[:4]
        if len(question) <= READABLE_CHARS
    ]
    assert len(offered) > 50
    for passage, question in offered:
        answer = bot.answer(question, now=WEEKDAY)
        assert passage.id in {citation.passage_id for citation in answer.citations}, question


def test_a_follow_up_is_read_with_its_history(bot: Assistant) -> None:
    history = [{"role": "user", "content": "톡톡상담 몇 시까지 해요?"}]
    answer = bot.answer("그럼 점심에는요?", history=history, now=WEEKDAY)
    assert "12:00~13:00" in answer.text


def test_a_new_subject_is_not_read_as_a_follow_up(bot: Assistant) -> None:
    history = [{"role": "user", "content": "송장번호를 잘못 넣었는데 어떻게 고쳐요?"}]
    answer = bot.answer("쿠폰 만드는 방법", history=history, now=WEEKDAY)
    assert {c.category for c in answer.citations} == {"marketing"}


@pytest.mark.parametrize(
    "question",
    [
        "스토어 탈퇴 조건이 뭐예요?",
        "양도양수 때 내야 하는 서류",
        "빠른정산은 누가 신청할 수 있나요?",
    ],
)
def test_no_condition_of_a_list_is_left_out(bot: Assistant, question: str) -> None:
    answer = bot.answer(question, now=WEEKDAY)
    passage = bot.index.passage(answer.citations[0].passage_id)
    listed = [unit.text for unit in passage.units if unit.kind == "item"]
    assert len(listed) >= 3
    assert [text for text in listed if text not in answer.text] == []


def test_k_limits_the_passages_of_an_answer(bot: Assistant) -> None:
    question = "톡톡상담은 어디서 하고 원격지원은 어디서 신청해요?"
    one, many = (bot.answer(question, k=k, now=WEEKDAY).citations for k in (1, 5))
    assert len({c.passage_id for c in one}) == 1
    assert len({c.passage_id for c in many}) > 1


@pytest.mark.parametrize(
    "question",
    [
        "손님이 반품한다는데 택배비는 누가 내야 하나요?",
        "반품 배송비는 누가 내나요?",
        "쿠폰 종류가 뭐가 있어요",
    ],
)
def test_no_sentence_announces_a_list_that_is_not_there(bot: Assistant, question: str) -> None:
    lines = bot.answer(question, now=WEEKDAY).text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        announced = line.rpartition(" [")[0].endswith("다음과 같습니다.")
        assert not announced or following.startswith(("- ", "1. "))


@pytest.mark.parametrize("k", [0, 51, 1.5, True, "5"])
def test_k_outside_its_range_is_refused(bot: Assistant, k: object) -> None:
    with pytest.raises(QuestionError, match="k는 1 이상 50 이하"):
        bot.answer("정산", k=k)  # type: ignore[arg-type]


def test_search_takes_a_category(bot: Assistant) -> None:
    hits = bot.search("취소하면 어떻게 되나요", k=3, category="settlement")
    assert {hit.category for hit in hits} == {"settlement"}
    with pytest.raises(QuestionError, match="category"):
        bot.search("취소", category="shipping")  # type: ignore[arg-type]


def test_a_stream_gives_the_text_and_ends_with_the_answer(bot: Assistant) -> None:
    *pieces, last = bot.answer_stream("톡톡상담 운영시간", now=WEEKDAY)
    assert isinstance(last, Answer)
    assert "".join(str(piece) for piece in pieces) == last.text


def test_timings_name_the_stages(bot: Assistant) -> None:
    timings = bot.answer("정산은 언제 되나요?").timings
    assert {"morphemes", "encode", "search", "compose", "channel", "total"} <= timings.keys()
    assert all(value >= 0 for value in timings.values())
