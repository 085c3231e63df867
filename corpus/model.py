"""What the corpus is made of: documents, their sections and sources, and the support channels."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

Category = Literal["support", "opening", "product", "order", "settlement", "marketing", "policy"]
Confidence = Literal["seed", "high", "medium"]
ChannelId = Literal["phone", "manual", "faq", "inquiry", "remote", "talktalk"]

CATEGORIES: tuple[Category, ...] = get_args(Category)
CHANNEL_IDS: tuple[ChannelId, ...] = get_args(ChannelId)
CATEGORY_NAMES: dict[Category, str] = {
    "support": "판매자 지원",
    "opening": "스마트스토어 개설",
    "product": "상품 등록/관리",
    "order": "주문/배송 관리",
    "settlement": "정산",
    "marketing": "광고/마케팅",
    "policy": "정책/규정",
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Frozen):
    """Who says so: a web page or a file, with the date its content is known to hold for."""

    url: str | None = None
    file: str | None = None
    title: str | None = None
    as_of: str = Field(description="YYYY, YYYY-MM, YYYY-MM-DD, or 미상 when the page has no date")
    note: str | None = None
    sections: tuple[str, ...] = Field(
        default=(), description="headings this source supports; empty: the whole document"
    )

    @model_validator(mode="after")
    def _names_one_place(self) -> Source:
        if (self.url is None) == (self.file is None):
            raise ValueError("출처에는 url과 file 가운데 하나만 적습니다")
        return self

    @property
    def name(self) -> str:
        """What a reader sees: the title when there is one, else the address or file name."""
        return self.title or self.url or self.file or ""

    def supports(self, heading: str) -> bool:
        """Whether this source stands behind the section called ``heading``."""
        return not self.sections or heading in self.sections


class Section(_Frozen):
    """One heading and the text under it; ``text[start:end]`` of the document is its body."""

    heading: str
    path: tuple[str, ...]
    start: int
    end: int
    line: int = 1


class Document(_Frozen):
    """A document in Unicode NFC; every span in the product refers to ``text``."""

    id: str
    title: str
    category: Category | None
    text: str
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = ()
    confidence: Confidence | None = None
    updated: dt.date | None = None
    aliases: tuple[tuple[str, ...], ...] = ()
    questions: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="questions that sellers would ask, by heading"
    )
    path: str = ""
    own: bool = Field(default=False, description="the seller's own file, not the built-in corpus")
    pages: tuple[int, ...] = Field(
        default=(), description="where in ``text`` each page starts; empty: a format without pages"
    )
    notes: tuple[str, ...] = Field(
        default=(), description="what of the file could not be read, in Korean for its owner"
    )

    def page_of(self, offset: int) -> int | None:
        """The page (from 1) on which ``text[offset]`` stands; None in a format without pages."""
        return bisect_right(self.pages, offset) or None

    def sources_of(self, heading: str) -> tuple[Source, ...]:
        """The sources behind one section, the most official and newest first."""
        behind = [source for source in self.sources if source.supports(heading)]
        return tuple(sorted(behind, key=_standing))


def _standing(source: Source) -> tuple[int, str]:
    """Sort key: given material, then Naver's own pages, then others; newer first within each."""
    official = source.file is not None or any(
        host in (source.url or "") for host in ("naver.com", "navercorp.com", "go.kr")
    )
    newest_first = "".join(chr(0x10FFFF - ord(c)) for c in source.as_of)
    undated = not source.as_of[:1].isdigit()
    return (0 if official else 1, "\U0010ffff" if undated else newest_first)


class Hours(_Frozen):
    """Opening hours of a channel in Korea time; ``lunch`` is closed."""

    days: tuple[int, ...] = Field(description="weekdays open, Monday is 0")
    open: dt.time
    close: dt.time
    lunch: tuple[dt.time, dt.time] | None = None
    public_holidays: bool = Field(default=False, description="whether it opens on public holidays")

    @model_validator(mode="after")
    def _in_order(self) -> Hours:
        times = [self.open, *(self.lunch or ()), self.close]
        if times != sorted(set(times)) or not self.days or set(self.days) - set(range(7)):
            raise ValueError("운영시간은 요일이 있어야 하고 시작 < 점심 < 종료 순서여야 합니다")
        return self


class Channel(_Frozen):
    """A support channel as a seller needs to know it."""

    id: ChannelId
    name: str
    names: tuple[str, ...] = Field(description="words sellers call it by")
    location: str
    contact: str | None = None
    hours: Hours | None = None
    hours_text: str | None = None
    expected_reply: str | None = None
    expected_reply_simple: str | None = None
    expected_reply_complex: str | None = None
    suits: str
    prepare: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    closed_on: tuple[dt.date, ...] = ()
    documents: tuple[str, ...] = ()
    sources: tuple[Source, ...]
