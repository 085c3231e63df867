"""When a channel is open: Korea time, weekdays, lunch break, public and substitute holidays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

from corpus import Channel, Hours

KOREA = ZoneInfo("Asia/Seoul")
_LONGEST_CLOSURE_DAYS = 30  # no run of holidays is longer; a guard against bad data

ClosedBecause = Literal["lunch", "night", "early", "weekend", "holiday", "extra"]


@dataclass(frozen=True)
class Status:
    """Whether a channel is open at a moment.

    ``open`` is None where no hours are published. ``because`` and ``holiday`` say why it is
    closed; ``next_open`` is when it opens next, in Korea time, None while it is open.
    """

    open: bool | None
    because: ClosedBecause | None = None
    holiday: str | None = None
    next_open: dt.datetime | None = None
    closes: dt.datetime | None = None


def korea_time(now: dt.datetime | None) -> dt.datetime:
    """``now`` in Korea time; naive means Korea time already, None the present."""
    if now is None:
        return dt.datetime.now(KOREA)
    return now.replace(tzinfo=KOREA) if now.tzinfo is None else now.astimezone(KOREA)


def status(channel: Channel, now: dt.datetime) -> Status:
    """Whether ``channel`` is open at ``now`` (aware), why not, and when it opens next."""
    if channel.hours is None:
        return Status(open=None)
    now = korea_time(now)
    because, name = _closed_because(channel, channel.hours, now)
    if because is None:
        return Status(open=True, closes=_next_close(channel.hours, now))
    return Status(False, because, name, _next_open(channel, channel.hours, now))


def holiday_name(day: dt.date) -> str | None:
    """The Korean name of the public holiday on ``day``, substitutes included; None otherwise."""
    found = _calendar(day.year).get(day)
    return str(found) if found else None


def _closed_because(
    channel: Channel, hours: Hours, now: dt.datetime
) -> tuple[ClosedBecause | None, str | None]:
    reason, name = _closed_day(channel, hours, now.date())
    if reason:
        return reason, name
    clock = now.time().replace(tzinfo=None)
    if clock < hours.open:
        return "early", None
    if clock >= hours.close:
        return "night", None
    if hours.lunch and hours.lunch[0] <= clock < hours.lunch[1]:
        return "lunch", None
    return None, None


def _closed_day(
    channel: Channel, hours: Hours, day: dt.date
) -> tuple[ClosedBecause | None, str | None]:
    if day in channel.closed_on:
        return "extra", None
    name = None if hours.public_holidays else holiday_name(day)
    if name:
        return "holiday", name
    if day.weekday() not in hours.days:
        return "weekend", None
    return None, None


def _next_open(channel: Channel, hours: Hours, now: dt.datetime) -> dt.datetime | None:
    starts = [hours.open, *([hours.lunch[1]] if hours.lunch else [])]
    for ahead in range(_LONGEST_CLOSURE_DAYS):
        day = now.date() + dt.timedelta(days=ahead)
        if _closed_day(channel, hours, day)[0]:
            continue
        for start in starts:
            moment = dt.datetime.combine(day, start, tzinfo=KOREA)
            if moment > now:
                return moment
    return None


def _next_close(hours: Hours, now: dt.datetime) -> dt.datetime:
    clock = now.time().replace(tzinfo=None)
    lunch_ahead = hours.lunch is not None and clock < hours.lunch[0]
    end = hours.lunch[0] if hours.lunch and lunch_ahead else hours.close
    return dt.datetime.combine(now.date(), end, tzinfo=KOREA)


@lru_cache(maxsize=16)
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("KR", years=year, language="ko")
