"""The words of the page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from assistant import ChannelSuggestion, Citation
from corpus import Category

TITLE = "스마트스토어 판매자 도우미"
TAGLINE = "판매자 가이드와 운영 매뉴얼에서 찾아, 근거와 함께 답합니다."
FOOT = (
    "답변은 문서에서 찾은 문장입니다. 수수료나 기한처럼 바뀔 수 있는 내용은 "
    "스마트스토어센터 공지사항에서 한 번 더 확인해 주세요."
)

QUESTION = "무엇이 궁금하신가요?"
PLACEHOLDER = "궁금한 점을 적어 주세요"
ASK = "물어보기"
WAITING = "문서에서 답을 찾고 있습니다…"
WRITING = "문서와 맞는지 한 문장씩 확인하며 쓰고 있습니다…"
LOST = "연결이 끊겨 답을 받지 못했습니다. 잠시 뒤 다시 물어봐 주세요."
FAILED = "답을 준비하지 못했습니다. 잠시 뒤 다시 시도해 주세요."
NO_QUESTION = "질문을 적어 주세요"
CHECK_QUESTION = "질문을 확인해 주세요"
NO_ANSWER = "잠시 문제가 생겼습니다"

EXAMPLES = "이렇게 물어보세요"
DESK = "지금 바로 상담할 수 있나요?"
DESK_AT = "{at} 기준"
OPEN_UNTIL = "{closes}까지 상담"
OPENS = "{opens}에 시작"

DECLINED = "자료에 없는 질문"
GUIDANCE = "안내"
OWN = "내 문서"
SOURCES = "출처"
ORIGIN = "이 내용의 출처"
OPEN_SOURCE = "출처 {n} 보기"
PAGE = " {page}쪽"
AS_OF = "{as_of} 기준"
NO_DATE = "작성일 미상"
GIVEN_FILE = "제공받은 판매자 지원 안내 자료"
COPY_ANSWER = "답변 복사"
EDIT_QUESTION = "질문 고치기"
RELATED = "이어서 물어볼 만한 질문"
EARLIER = "앞서 물어본 질문"
CLOSE = "닫기"
CLOSE_KEY = "Esc"

NEXT_CHANNEL = "다음에 이용할 지원 채널"
WHERE = "위치"
CONTACT = "연락처"
HOURS = "운영시간"
REPLY = "예상 답변"
PREPARE = "미리 준비하면 좋아요"
DRAFT = "보낼 글 초안"
COPY_DRAFT = "초안 복사"
COPIED = "복사했습니다"
NOT_COPIED = "복사하지 못했습니다"
OTHERS = "다른 방법"
NEXT_OPEN = "다음 상담 시작"
BADGES = {"open": "상담 중", "closed": "상담 시간 아님", "always": "시간 안내 없음"}


@dataclass(frozen=True)
class Example:
    """A question to start from, under the name that sellers give its topic."""

    category: Category
    topic: str
    question: str


EXAMPLE_QUESTIONS = (
    Example("opening", "스토어 개설", "사업자등록 없이도 팔 수 있나요?"),
    Example("product", "상품 등록", "옵션마다 가격을 다르게 넣을 수 있나요?"),
    Example("order", "주문·배송", "송장번호를 잘못 넣었는데 어떻게 고쳐요?"),
    Example("settlement", "정산", "정산은 언제 되나요?"),
    Example("marketing", "광고·혜택", "쿠폰은 어떻게 만드나요?"),
    Example("policy", "정책·규정", "상표권 침해 신고를 받았어요"),
)

_WEEKDAYS = "월화수목금토일"


def as_of(date: str) -> str:
    """The date of a source in words."""
    return NO_DATE if date == "미상" else AS_OF.format(as_of=date)


def source_name(name: str) -> str:
    """A source as a seller reads it: a file that was given has no title of its own."""
    if name.endswith(".txt") and "/" not in name:
        return GIVEN_FILE
    return name.removeprefix("https://").removeprefix("http://").split("/")[0]


def place(citation: Citation) -> str:
    """Where a citation stands: document, section and page."""
    if citation.own and citation.title == citation.section:
        return citation.title  # a file without headings
    page = PAGE.format(page=citation.page) if citation.page and not citation.own else ""
    return f"{citation.title} – {citation.section}{page}"


def origin(citation: Citation) -> str:
    """Who says it, and as of when; of an own document, the file and its page."""
    if citation.own:
        return own_origin(citation.source, citation.page)
    return f"{source_name(citation.source)} · {as_of(citation.as_of)}"


def own_origin(name: str, page: int | None) -> str:
    """An own document by its file, and the page where it has pages."""
    return f"{OWN} · {name}{PAGE.format(page=page) if page else ''}"


def badge(channel: ChannelSuggestion) -> str:
    """The key in `BADGES` of a channel's state."""
    return {True: "open", False: "closed", None: "always"}[channel.open_now]


def next_open(when: dt.datetime) -> str:
    """When a channel opens next."""
    return f"{when.month}월 {when.day}일({_WEEKDAYS[when.weekday()]}) {when:%H:%M}"
