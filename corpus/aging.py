"""Doubts about age and backing: what is old without saying so, what no source can have said.

A document older than a year is told by its ``updated`` date. A section that rests on older
sources is not wrong for that, but where it gives a figure it must say how old the figure is and
where to look; otherwise a seller takes it for today's.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from corpus.figures import figures, sentences
from corpus.loader import line_of_key
from corpus.model import Document, Section

OLD = dt.timedelta(days=365)
AHEAD = dt.timedelta(days=183)  # a source announces a change at most this long before it comes
_YEAR = re.compile(r"(?:19|20)\d\d년")
_WHERE_TO_LOOK = re.compile(r"확인|따르|따릅|보세요|물어")
_MONTH = re.compile(r"((?:19|20)\d\d)년(?:\s?(\d{1,2})월)?")
_BASIS = re.compile(  # "2024년 3월 무렵 도움말 기준"
    rf"{_MONTH.pattern}(?:\s?\d{{1,2}}일)?\s?(?:무렵\s)?[^\s.]{{0,8}}\s?기준"
)
_DISAGREEMENT = re.compile(r"(?:글|안내|후기|자료)도 있|예전 글|다르게 적|서로 다르게")

Finding = tuple[int, str]
"""The line of the file and what is in doubt there."""


def doubts_of_age(document: Document, raw: str, today: dt.date) -> Iterator[Finding]:
    """The document, or a figure in it, is more than a year old and does not say so."""
    if document.updated and document.updated < today - OLD:
        yield line_of_key(raw, "updated"), f"고친 지 1년이 넘은 문서입니다: {document.updated}"
    for section in document.sections:
        newest = max(_days(document, section), default=None)
        body = document.text[section.start : section.end]
        fresh = newest is not None and newest >= today - OLD
        told = _YEAR.search(body) and _WHERE_TO_LOOK.search(body)
        if not fresh and not told and _gives_figures(body):
            age = f"{newest:%Y-%m} 출처" if newest else "날짜 없는 출처"
            missing = "수치의 기준 시기나 확인할 곳을 말하지 않습니다"
            yield section.line, f"{age}뿐인데 {missing}: {section.heading}"


def doubts_of_backing(document: Document) -> Iterator[Finding]:
    """A section says what none of its sources can have said: by date, or by their number."""
    for section in document.sections:
        body = document.text[section.start : section.end]
        sources = document.sources_of(section.heading)
        dates = [source.as_of for source in sources]
        days = _days(document, section)
        found = [
            f"'{match[0]}'이라고 하지만 그때의 출처가 없습니다"
            for match in _BASIS.finditer(body)
            if not _agrees(match, dates)
        ]
        found += [
            f"{match[0]}의 일을 말하지만 출처가 그보다 오래됐습니다"
            for match in _MONTH.finditer(body)
            if days and _first_day(match) > max(days) + AHEAD
        ]
        if len(sources) == 1 and _DISAGREEMENT.search(body):
            found.append("엇갈리는 안내를 말하지만 출처가 하나입니다")
        yield from ((section.line, f"{doubt}: {section.heading}") for doubt in found)


def _gives_figures(body: str) -> bool:
    return any(figures(sentence) for _, sentence in sentences(body))


def _days(document: Document, section: Section) -> list[dt.date]:
    """The last day that the date of each dated source of a section can mean."""
    dates = (_last_day(source.as_of) for source in document.sources_of(section.heading))
    return [date for date in dates if date]


def _last_day(as_of: str) -> dt.date | None:
    """Of YYYY, YYYY-MM or YYYY-MM-DD; None when there is no such day."""
    try:
        numbers = [int(part) for part in as_of.split("-")]
        if len(numbers) == 3:
            return dt.date(*numbers)
        year, month = (*numbers, 12)[:2]
        dt.date(year, month, 1)
        return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    except ValueError:
        return None


def _first_day(told: re.Match[str]) -> dt.date:
    """The first day of a year or month that the text names."""
    return dt.date(int(told[1]), min(int(told[2] or 1), 12), 1)


def _agrees(told: re.Match[str], dates: list[str]) -> bool:
    """Whether a source has the date that the text gives as its basis."""
    day = f"{told[1]}-{int(told[2]):02}" if told[2] else told[1]
    return any(date.startswith(day) or day.startswith(date) for date in dates)
