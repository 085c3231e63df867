"""Whether a channel is open, in words."""

from __future__ import annotations

import datetime as dt

from assistant import texts
from assistant.hours import Status


def openness(state: Status, now: dt.datetime) -> str:
    """Until when it is open, or why it is closed and when it opens; empty without hours."""
    if state.open is None:
        return ""
    if state.open:
        assert state.closes is not None
        return texts.OPEN_UNTIL.format(closes=f"{state.closes:%H:%M}")
    return in_words(texts.CLOSED, state, now)


def in_words(table: dict[str, str], state: Status, now: dt.datetime, names: str = "") -> str:
    """The sentence of ``table`` for why a channel is closed."""
    if state.because is None or state.next_open is None:
        return ""
    return table[state.because].format(
        opens=texts.moment(state.next_open, now),
        holiday=texts.with_particle(texts.holiday(state.holiday or ""), "이라", "라"),
        names=names,
    )
