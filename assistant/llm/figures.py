"""Numbers, times, dates and amounts in one notation, so that two texts can be compared.

"1,000원" and "천 원" are one figure, as are "오후 6시" and "18:00", or "이틀" and "2일".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SMALL = {"십": 10, "백": 100, "천": 1000}
_LARGE = {"만": 10_000, "억": 100_000_000}
_DIGITS = {name: n for n, name in enumerate("영일이삼사오육칠팔구")}
_NATIVE = {
    "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10,
    "열한": 11, "열두": 12,
}  # fmt: skip
_DAYS = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "열흘": 10, "보름": 15,
    "일주일": 7, "한 주": 7, "한주": 7,
}  # fmt: skip
_SAME_UNIT = {
    "퍼센트": "%", "프로": "%", "퍼": "%", "번": "회", "글자": "자", "달": "개월", "주일": "주",
}  # fmt: skip
_UNITS = (
    "영업일|개월|주일|시간|퍼센트|프로|퍼|%|원|일|분|초|시|년|월|주|달|회|번|개|건|명|배|글자|자|장|점|"
    "단계|쪽|픽셀|px|[MKG]B|kg|cm|mm"
)
_COUNTED = "시간|시|번|회|개|건|명|달|주|배|장|단계"

_DATE = re.compile(
    r"(?:(?P<year>\d{4})\s*(?:년|[-./])\s*)?(?P<month>\d{1,2})\s*월\s*(?P<day>\d{1,2})\s*일"
    r"|(?P<y>\d{4})\s*[-./]\s*(?P<m>\d{1,2})\s*[-./]\s*(?P<d>\d{1,2})(?!\d)"
)
_PHONE = re.compile(r"(?<!\d)\d{2,4}-\d{3,4}(?:-\d{4})?(?!\d)")
_HALF = r"(?P<half>오전|오후|새벽|아침|낮|저녁|밤)?\s*"
_TIME = re.compile(
    rf"{_HALF}(?<!\d)(?P<hour>\d{{1,2}})"
    r"(?::(?P<minute>\d{2})(?!\d)|\s*시(?!간)(?:\s*(?P<minutes>\d{1,2})\s*분|\s*(?P<half_past>반))?)"
)
_RANGE = re.compile(
    rf"(\d+(?:\.\d+)?)\s*([천만억]?)\s*[~\u223c〜–-]\s*(?=\d+(?:\.\d+)?\s*([천만억]?)\s*({_UNITS}))"
)
_AMOUNT = re.compile(
    rf"(?P<parts>\d+(?:\.\d+)?\s*[십백천만억]*(?:\s*\d+\s*[십백천만억]+)*)\s*(?P<unit>{_UNITS})?"
)
_DAY_NAME = re.compile(r"(?<![가-힣])(?:[월화수목금토일]요일|평일|주말|공휴일)")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([십백천만억]*)")
_SINO_DIGIT, _SINO_ANY = "[일이삼사오육칠팔구]", "[일이삼사오육칠팔구십백천만]"
# "만 원", but not "이 원칙" or "사원".
_WON = re.compile(rf"(?<![가-힣\d])(?P<word>{_SINO_DIGIT}?[십백천만]{_SINO_ANY}*)\s*원")
_SINO = re.compile(
    rf"(?<![가-힣\d])(?P<word>{_SINO_ANY}+)\s*(?P<unit>영업일|개월|퍼센트|프로(?![가-힣]))"
)
_NATIVE_WORD = "|".join(sorted(_NATIVE, key=len, reverse=True))
_NATIVE_COUNT = re.compile(rf"(?<![가-힣])(?P<word>{_NATIVE_WORD})\s*(?P<unit>{_COUNTED})")
_MONTH = re.compile(r"(?<![가-힣])한\s*(?P<unit>달|시간)")
_DAY_WORD = re.compile(rf"(?<![가-힣])(?:{'|'.join(sorted(_DAYS, key=len, reverse=True))})")


@dataclass(frozen=True)
class Figures:
    """Figures of a text: each a value with its unit, or "" where none is written."""

    found: frozenset[tuple[str, str]]

    def missing(self, source: Figures) -> set[tuple[str, str]]:
        """Those that do not stand in ``source``; where one side has no unit, the value decides."""
        values = {value for value, _ in source.found}
        bare = {value for value, unit in source.found if not unit}
        return {
            (value, unit)
            for value, unit in self.found
            if (value, unit) not in source.found
            and (value not in values if not unit else value not in bare)
        }

    def __or__(self, other: Figures) -> Figures:
        return Figures(self.found | other.found)


def figures(text: str) -> Figures:
    """Every figure of ``text``."""
    return Figures(frozenset(_figures(_written(text))))


def squeeze(text: str) -> str:
    """``text`` in one notation: NFKC, lower case, one kind of quotation mark, no spaces."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\s+", "", folded).translate(_MARKS)


_MARKS = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "〉": ">", "\u203a": ">", "→": ">", "▶": ">"}
)


def _written(text: str) -> str:
    """Numbers in digits without separators; the first of a range gets the unit of the second."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = _DAY_WORD.sub(lambda m: f"{_DAYS[m.group()]}일", text)
    text = _NATIVE_COUNT.sub(lambda m: f"{_NATIVE[m['word']]}{m['unit']}", text)
    text = _MONTH.sub(r"1\g<unit>", text)
    text = _WON.sub(lambda m: f"{_spelled(m['word'])}원", text)
    text = _SINO.sub(lambda m: f"{_spelled(m['word'])}{m['unit']}", text)
    return _RANGE.sub(_with_unit, text)


def _with_unit(found: re.Match[str]) -> str:
    number, scale, later_scale, unit = found.groups()
    return f"{number}{scale or later_scale}{unit} "


def _figures(text: str) -> Iterator[tuple[str, str]]:
    """Takes out one kind after another, so that no digit counts twice."""
    for pattern, read in _READERS:
        for found in pattern.finditer(text):
            yield from read(found)
        text = pattern.sub(" ", text)


def _day_name(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    yield found.group(), "day"


def _date(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    year = found["year"] or found["y"]
    month, day = found["month"] or found["m"], found["day"] or found["d"]
    yield f"{int(month)}-{int(day)}", "date"
    if year:
        yield year, "년"


def _phone(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    yield found.group(), "phone"


def _time(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    hour = int(found["hour"])
    minute = 30 if found["half_past"] else int(found["minute"] or found["minutes"] or 0)
    if found["half"] in ("오후", "저녁", "밤") and hour < 12:
        hour += 12
    yield f"{hour}:{minute:02}", "time"


def _amount(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    unit = found["unit"] or ""
    unit = _SAME_UNIT.get(unit, unit)
    value = sum(float(number) * _scale(scale) for number, scale in _PART.findall(found["parts"]))
    if unit == "주":
        value, unit = value * 7, "일"
    yield f"{value:g}" if value < 1e6 else f"{value:.0f}", unit


_READERS = (
    (_DATE, _date),
    (_PHONE, _phone),
    (_TIME, _time),
    (_DAY_NAME, _day_name),
    (_AMOUNT, _amount),
)


def _scale(names: str) -> int:
    result = 1
    for name in names:
        result *= _SMALL.get(name) or _LARGE[name]
    return result


def _spelled(word: str) -> int:
    """A number spelled in Sino-Korean: "만오천" is 15,000."""
    total = group = digit = 0
    for letter in word:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
        elif letter in _SMALL:
            group, digit = group + (digit or 1) * _SMALL[letter], 0
        else:
            total, group, digit = total + (group + digit or 1) * _LARGE[letter], 0, 0
    return total + group + digit
