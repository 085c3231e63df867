"""What the assistant returns. These fields are a promise: add to them, do not rename."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

from corpus import Category, ChannelId


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(_Frozen):
    """Where a claim stands: ``document(document_id).text[start:end] == quote``, always."""

    n: int = Field(description="the number of the marker [n] in the answer's text, from 1")
    document_id: str
    passage_id: str
    title: str
    section: str
    category: Category | None
    quote: str
    start: int
    end: int
    page: int | None = Field(default=None, description="page of a PDF; None where unknown")
    source: str
    as_of: str
    score: float = Field(description="how well the cited passage fits the question")
    own: bool = Field(default=False, description="from the seller's own document")


class ChannelSuggestion(_Frozen):
    """Which support channel to use next, and why."""

    id: ChannelId
    name: str
    reason: str = Field(description="one or two Korean sentences that say why this one, now")
    location: str
    contact: str | None = None
    hours: str | None = Field(default=None, description="opening hours in words")
    open_now: bool | None = Field(default=None, description="None: no published hours")
    next_open: dt.datetime | None = Field(
        default=None, description="when it opens next, in Korea time; None while it is open"
    )
    expected_reply: str | None = None
    prepare: tuple[str, ...] = ()
    draft: str | None = Field(default=None, description="a message to copy, with blanks to fill")
    alternatives: tuple[ChannelSuggestion, ...] = ()


class Answer(_Frozen):
    """The answer to one question."""

    question: str
    text: str
    answered: bool
    confidence: float = Field(ge=0, le=1)
    category: Category | None
    citations: tuple[Citation, ...]
    channel: ChannelSuggestion
    related: tuple[str, ...] = ()
    composer: str = "extractive"
    fallback_reason: str | None = None
    timings: dict[str, float] = Field(default_factory=dict)
