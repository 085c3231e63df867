"""Which channel, and why: urgency, evidence, screens, people, and what is open."""

import datetime as dt

import pytest

from assistant import Assistant, signals
from assistant.hours import KOREA
from corpus import channels

WEEKDAY = dt.datetime(2026, 11, 25, 10, 0, tzinfo=KOREA)
NIGHT = dt.datetime(2026, 11, 25, 22, 0, tzinfo=KOREA)
SATURDAY = dt.datetime(2026, 11, 28, 11, 0, tzinfo=KOREA)


@pytest.mark.parametrize(
    ("question", "accepted"),
    [
        ("사람하고 직접 통화하고 싶어요", {"phone"}),
        ("급해요! 지금 당장 상담원이랑 이야기해야 해요", {"phone", "talktalk"}),
        ("캡처한 화면이랑 서류를 첨부해서 소명하고 싶어요", {"inquiry"}),
        ("제 컴퓨터 화면을 같이 보면서 설정을 고쳐 줬으면 좋겠어요", {"remote"}),
        ("처음이라 기능을 차근차근 배우고 싶은데 책자로 된 자료 있나요", {"manual"}),
        ("채팅으로 간단히 물어보고 싶어요", {"talktalk"}),
    ],
)
def test_the_need_decides_on_a_weekday_morning(
    bot: Assistant, question: str, accepted: set[str]
) -> None:
    assert bot.answer(question, now=WEEKDAY).channel.id in accepted


@pytest.mark.parametrize(
    ("question", "refused"),
    [
        ("매장이 시끄러워서 전화로는 힘들어요. 사진 붙여서 물어볼 데 있나요", "phone"),
        ("전화로는 힘든데 서류 붙여서 물어볼 데 있나요?", "phone"),
        ("통화 말고 글로 물어보고 싶은데 어디에 남겨요", "phone"),
        ("채팅은 답답해서 싫어요. 사람이랑 얘기할 수 있나요", "talktalk"),
    ],
)
def test_a_way_that_will_not_do_is_not_suggested(
    bot: Assistant, question: str, refused: str
) -> None:
    assert bot.answer(question, now=WEEKDAY).channel.id != refused


def test_the_channel_that_the_passage_names_is_suggested_and_says_so(bot: Assistant) -> None:
    answer = bot.answer("판매분석 통계 숫자가 실제 주문이랑 달라요, 제보하고 싶어요", now=WEEKDAY)
    assert any("1:1문의나 톡톡상담" in citation.quote for citation in answer.citations)
    assert answer.channel.id in ("inquiry", "talktalk")
    assert "찾은 자료가" in answer.channel.reason


def test_a_channel_whose_passage_sends_elsewhere_is_not_the_one_asked_for(bot: Assistant) -> None:
    answer = bot.answer("찾아봐도 답이 안 나와요. 파일 붙여서 물어볼 데 있나요?", now=WEEKDAY)
    assert answer.channel.id == "inquiry"


def test_words_to_search_the_help_pages_for_are_korean(bot: Assistant) -> None:
    channel = bot.answer("settlement account를 wife 명의로 바꿔도 되나요", now=WEEKDAY).channel
    told = [channel, *channel.alternatives]
    faq = next(one for one in told if one.id == "faq")
    assert any("정산" in line and "settlement" not in line for line in faq.prepare)


def test_trouble_with_a_channel_is_no_refusal() -> None:
    known = channels()
    assert signals.refused("전화가 안 돼요", known) == frozenset()
    assert signals.refused("톡톡상담은 점심에도 하나요", known) == frozenset()
    assert signals.refused("전화하기는 좀 부담스러워요", known) == {"phone"}


@pytest.mark.parametrize("now", [NIGHT, SATURDAY])
@pytest.mark.parametrize(
    "question",
    ["급해요 정산금이 안 들어왔는데 당장 확인해야 해요", "주문이 막혔어요 빨리 해결해야 돼요"],
)
def test_closed_channel_is_not_suggested_for_urgent_question_without_saying_when_it_opens(
    bot: Assistant, now: dt.datetime, question: str
) -> None:
    channel = bot.answer(question, now=now).channel
    assert channel.open_now is not True
    assert "09:00" in channel.reason


@pytest.mark.parametrize(
    ("day", "words"), [("2027-02-08", "설 연휴라 쉬고"), ("2026-12-25", "성탄절이라 쉬고")]
)
def test_a_holiday_is_named_with_the_right_particle(bot: Assistant, day: str, words: str) -> None:
    now = dt.datetime.fromisoformat(f"{day}T10:00+09:00")
    assert words in bot.answer("고객센터에 전화하고 싶어요", now=now).channel.reason


def test_alternatives_are_other_channels_with_their_state(bot: Assistant) -> None:
    channel = bot.answer("정산은 언제 되나요?", now=SATURDAY).channel
    ids = [channel.id, *(other.id for other in channel.alternatives)]
    assert len(set(ids)) == len(ids) == 4
    phone = [other for other in channel.alternatives if other.id in ("phone", "talktalk")]
    assert all(other.open_now is False and other.next_open for other in phone)


def test_an_inquiry_about_account_data_takes_longer_than_a_simple_one(bot: Assistant) -> None:
    hard = bot.answer("정산금이 누락됐어요. 증빙 첨부해서 확인받고 싶어요", now=WEEKDAY).channel
    assert hard.id == "inquiry"
    assert hard.expected_reply == "1~2일"


def test_a_draft_masks_personal_data_and_invents_nothing(bot: Assistant) -> None:
    question = "정산 서류를 첨부해서 소명하려고요. 제 번호는 010-1234-5678, me@example.com 입니다"
    channel = bot.answer(question, now=WEEKDAY).channel
    drafts = [channel.draft, *(other.draft for other in channel.alternatives)]
    found = [draft for draft in drafts if draft]
    assert found
    for draft in found:
        assert "010-1234-5678" not in draft
        assert "me@example.com" not in draft
    inquiry = next(draft for draft in found if "[오류 메시지]" in draft)
    assert "정산 서류를 첨부해서 소명하려고요" in inquiry
    assert "(날짜와 시각)" in inquiry


def test_an_inquiry_draft_is_filled_from_the_question(bot: Assistant) -> None:
    question = (
        "어제 저녁 8시쯤부터 상품 등록을 하면 '처리 중 오류가 발생했습니다(E-1024)' 라고 떠요. "
        "상품번호 10293847 이고 캡처도 있어요. 등록되게 해 주세요"
    )
    channel = bot.answer(question, now=WEEKDAY).channel
    assert channel.id == "inquiry"
    assert channel.draft is not None
    fields = dict(
        line.removeprefix("[").split("] ", 1) for line in channel.draft.splitlines() if "] " in line
    )
    assert fields["문의 분류"] == "상품 등록/관리"
    assert fields["일어난 때"].startswith("어제 저녁 8시쯤 (")
    assert fields["상품번호·상품주문번호"] == "상품번호 10293847"
    assert fields["오류 메시지"] == "처리 중 오류가 발생했습니다(E-1024)"
    assert fields["원하는 처리"] == "등록되게 해 주세요"
    assert fields["첨부"].startswith("화면 캡처 (")


def test_trouble_that_the_help_pages_mention_is_no_question_about_them(bot: Assistant) -> None:
    trouble = "어제부터 상품 등록하면 오류가 떠요. 캡처도 있으니 등록되게 해 주세요"
    answer = bot.answer(trouble, now=WEEKDAY)
    assert answer.channel.id == "inquiry"
    assert "물어보셨기 때문에" not in answer.channel.reason
    assert bot.answer("도움말에는 뭐가 있어요?", now=WEEKDAY).channel.id == "faq"


def test_what_to_have_ready_fits_the_question(bot: Assistant) -> None:
    def ready(question: str, name: str) -> str:
        channel = bot.answer(question, now=WEEKDAY).channel
        found = {c.id: c.prepare for c in (channel, *channel.alternatives)}
        return "\n".join(found[name])

    assert "검색창에 넣을 말: 대표이미지" in ready("스토어 로고 사이즈가 몇이에요?", "faq")
    assert "볼 것: 광고/마케팅" in ready("쿠폰 사용법을 처음부터 공부하고 싶어요", "manual")
    assert "분야: 정산" in ready("정산금이 며칠째 안 들어와요 급해요 전화하고 싶어요", "phone")
    assert "문의가 적은 시간대" in ready("상담원이랑 통화하고 싶어요", "phone")
    weather = ready("오늘 날씨 어때요", "faq")
    assert "날씨" not in weather
    assert "핵심 낱말" in weather
    remote = ready("컴맹이라 화면을 같이 보면서 배송비 설정을 고쳐 주세요", "remote")
    assert [word for word in ("동의", "프로그램", "1588-3819") if word not in remote] == []


def test_a_chat_message_names_what_is_at_hand_if_there_is_room(bot: Assistant) -> None:
    def opener(question: str) -> str:
        channel = bot.answer(question, now=WEEKDAY).channel
        return next(c.draft or "" for c in (channel, *channel.alternatives) if c.id == "talktalk")

    short = opener("채팅으로 물어볼게요. 배송비 화면이 이상해요. 캡처 보내 드릴 수 있어요")
    assert "화면 캡처도 함께 보내 드릴게요." in short
    long = opener("채팅으로 물어볼게요. 캡처 보내 드릴 수 있어요. " + "배송비가 이상해요. " * 4)
    assert "함께" not in long
    assert max(len(short), len(long)) <= 100


def test_a_first_chat_message_is_short(bot: Assistant) -> None:
    channel = bot.answer("채팅으로 물어볼게요. " + "긴 설명 " * 60, now=WEEKDAY).channel
    chat = next(c for c in (channel, *channel.alternatives) if c.id == "talktalk")
    assert chat.draft is not None
    assert len(chat.draft) <= 100
