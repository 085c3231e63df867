"""What a question already says of the things that support asks for: nothing is added to it."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_WISH = 60  # characters of a wanted outcome that are kept
MAX_TIMES = 2

_AMOUNT = (
    r"(?:\d{1,3}\s?(?:일|주|달|개월|시간|분)|하루|이틀|사흘|나흘|닷새|열흘|일주일|보름|한\s?달)"
)
_CLOCK = r"(?:오전|오후|새벽|아침|낮|저녁|밤)?\s?\d{1,2}시(?:\s?\d{1,2}분|\s?반)?(?:쯤|경)?"
_DAY = (
    r"\d{1,2}월\s?\d{1,2}일|엊그제|그저께|그제|어제|오늘(?!\s?(?:안에|중|까지))|아까|방금"
    r"|지난\s?(?:주말|주|달|[월화수목금토일]요일)|이번\s?(?:주말|주|달|[월화수목금토일]요일)"
)
_TIME_OF_DAY = r"(?:\s?(?:오전|오후|새벽|아침|낮|저녁|밤))?"
# "어제 저녁 8시쯤", "3일째", "이틀 전"; a bare "8시" may be opening hours, so it needs its day.
_WHEN = re.compile(rf"(?:{_DAY}){_TIME_OF_DAY}(?:\s?{_CLOCK})?|{_AMOUNT}\s?(?:째|전)(?!\s?까지)")

_NUMBER = re.compile(r"(상품\s?주문번호|주문번호|상품번호)\s?[은는이가:(]?\s*(\d{6,20})(?!\d)")
_QUOTED = re.compile(r"['\"‘“「『]([^'\"‘’“”「」『』\n]{4,80})['\"’”」』]")
# "…"라고 계속 떠요, "…"라는 경고 문구; a quoted name ("'노출관리'란 뭔가요") is no message.
_SHOWN_AFTER = re.compile(
    r"^\s?(?:이?라고|이?라며)\s?(?:[가-힣]{1,4}\s){0,2}(?:뜨|떠|떴|뜹|뜬|나오|나와|나옵|나왔|나옴|표시)"
    r"|^\s?(?:이?라는|이?란)?\s?(?:오류|에러|경고|알림|안내)?\s?(?:메시지|문구|창|팝업|오류|에러)"
)
_FAILS = re.compile(
    r"오류|에러|실패|없습니다|않습니다|불가|error|fail|invalid|denied", re.IGNORECASE
)
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,6}[-_]?\d{2,6}(?![A-Za-z0-9])")
_ABOUT_CODES = re.compile(r"오류|에러|error|코드", re.IGNORECASE)

_CLAUSE_END = re.compile(
    r"(?<=[.!?…~\n])\s*|(?<=[가-힣](?:는데|은데|인데|니까|더니|지만|서요))[,\s]\s*"
    r"|(?<=(?:어요|아요|해요|네요|예요|에요|와요|워요|려요|게요|세요|니다))\s+"
)
_WISH = re.compile(
    r"(?:해|어|아|여|려|켜|꿔|줘)\s?(?:주세요|주십시오|주셨으면|주시면|주실|달라)|부탁|바랍니다|바라요"
    r"|원합니다|원해요|고\s?싶(?:어요|습니다)"
)
# To be told something is what every question wants.
_TO_BE_TOLD = re.compile(r"(?:알려|가르쳐|말해|설명해|답해|답변해)\s?주|알고\s?싶|궁금|물어보")

_PAPERS = {
    "화면 캡처": "캡처|캡쳐|스크린샷|스샷",
    "사진": "사진",
    "영상": "동영상|영상|CCTV",
    "엑셀 파일": "엑셀",
    "영수증": "영수증",
    "증빙자료": "증빙|소명\\s?자료|증거",
    "서류": "서류",
}
_AT_HAND = (
    r"[^.!?\n]{0,6}(?:첨부|보내|보낼|붙이|붙여|붙일|제출|준비|찍어|있어요|있습니다|해\s?[뒀놨])"
)


@dataclass(frozen=True)
class Told:
    """Pieces of a question in its own words; empty where it does not say.

    Attributes:
        when: times at which something happened.
        numbers: order or product numbers under their name.
        errors: messages or codes that a screen showed.
        wishes: outcomes that are wanted.
        papers: what is at hand to be attached.
    """

    when: tuple[str, ...]
    numbers: tuple[str, ...]
    errors: tuple[str, ...]
    wishes: tuple[str, ...]
    papers: tuple[str, ...]


def told(question: str) -> Told:
    """Read a question whose personal data is masked already."""
    return Told(
        when=tuple(dict.fromkeys(m.group().strip() for m in _WHEN.finditer(question)))[:MAX_TIMES],
        numbers=tuple(f"{m.group(1)} {m.group(2)}" for m in _NUMBER.finditer(question)),
        errors=_errors(question),
        wishes=_wishes(question),
        papers=tuple(
            name for name, words in _PAPERS.items() if re.search(f"(?:{words}){_AT_HAND}", question)
        ),
    )


def _errors(question: str) -> tuple[str, ...]:
    quoted = [
        match.group(1).strip()
        for match in _QUOTED.finditer(question)
        if _FAILS.search(match.group(1)) or _SHOWN_AFTER.match(question[match.end() :])
    ]
    codes = _CODE.findall(question) if _ABOUT_CODES.search(question) else []
    further = [code for code in codes if not any(code in text for text in quoted)]
    return tuple(dict.fromkeys([*quoted, *further]))


def _wishes(question: str) -> tuple[str, ...]:
    clauses = (clause.strip(" ,.!~") for clause in _CLAUSE_END.split(question))
    return tuple(
        clause
        for clause in clauses
        if _WISH.search(clause) and not _TO_BE_TOLD.search(clause) and len(clause) <= MAX_WISH
    )[:1]
