"""The words of the page."""

from __future__ import annotations

import datetime as dt

TITLE = "스마트스토어 판매자 도우미"
TAGLINE = "판매자 가이드와 운영 매뉴얼에서 찾아, 근거와 함께 답합니다."
PLACEHOLDER = "예: 송장 잘못 넣었는데 어떻게 고쳐요?"
QUESTION = "무엇이 궁금하신가요?"
ASK = "물어보기"
NO_QUESTION = "질문"
SOURCES = "출처"
ORIGIN = "이 내용의 출처"
OPEN_SOURCE = "출처 {n} 보기"
CLOSE = "닫기"
DECLINED = "자료에 없는 질문"
EARLIER = "앞서 물어본 질문"
PAGE = " {page}쪽"
AS_OF = "{as_of} 기준"
NO_DATE = "작성일 미상"
NEXT_CHANNEL = "다음에 이용할 지원 채널"
WHERE = "위치"
CONTACT = "연락처"
HOURS = "운영시간"
REPLY = "예상 답변"
PREPARE = "미리 준비하면 좋아요"
DRAFT = "보낼 글 초안 보기"
COPY = "복사하기"
OTHERS = "다른 방법 보기"
RELATED = "이어서 물어볼 만한 질문"
EXAMPLES = "이렇게 물어보세요"
NEXT_OPEN = "다음 상담 시작"
BADGES = {"open": "상담 중", "closed": "지금은 쉼", "always": "시간 안내 없음"}
GIVEN_FILE = "제공받은 판매자 지원 안내 자료"
FAILED = "답을 준비하지 못했습니다. 잠시 뒤 다시 시도해 주세요."
FOOT = (
    "답변은 문서에서 찾은 문장입니다. 수수료나 기한처럼 바뀔 수 있는 내용은 "
    "스마트스토어센터 공지사항에서 한 번 더 확인해 주세요."
)

EXAMPLE_QUESTIONS = (
    "송장번호를 잘못 넣었는데 어떻게 고쳐요?",
    "정산은 언제 되나요?",
    "고객센터 전화번호와 점심시간 알려 주세요",
    "사업자등록 없이도 팔 수 있나요?",
    "발주확인은 어디서 배우나요?",
    "반품 배송비는 누가 내나요?",
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


def next_open(when: dt.datetime) -> str:
    """When a channel opens next."""
    return f"{when.month}월 {when.day}일({_WEEKDAYS[when.weekday()]}) {when:%H:%M}"
