"""Opening hours in Korea time: lunch, weekends, holidays, year's end, any machine's time zone."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from assistant.hours import KOREA, holiday_name, korea_time, status
from corpus import Channel

PHONE = next(channel for channel in corpus.channels() if channel.id == "phone")
FAQ = next(channel for channel in corpus.channels() if channel.id == "faq")

# Every minute of two years, as Korea time.
minutes = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda m: dt.datetime(2026, 1, 1, tzinfo=KOREA) + dt.timedelta(minutes=m)
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=KOREA)


@pytest.mark.parametrize(
    ("now", "is_open", "because", "next_open"),
    [
        ("2026-11-25T09:00", True, None, None),
        ("2026-11-25T11:59", True, None, None),
        ("2026-11-25T12:00", False, "lunch", "2026-11-25T13:00"),
        ("2026-11-25T12:59", False, "lunch", "2026-11-25T13:00"),
        ("2026-11-25T13:00", True, None, None),
        ("2026-11-25T17:59", True, None, None),
        ("2026-11-25T18:00", False, "night", "2026-11-26T09:00"),
        ("2026-11-25T08:59", False, "early", "2026-11-25T09:00"),
        ("2026-11-27T18:30", False, "night", "2026-11-30T09:00"),  # Friday evening to Monday
        ("2026-11-28T10:00", False, "weekend", "2026-11-30T09:00"),
        ("2026-12-25T10:00", False, "holiday", "2026-12-28T09:00"),  # Christmas on a Friday
        ("2026-12-31T19:00", False, "night", "2027-01-04T09:00"),  # over New Year's Day
        ("2027-02-05T18:00", False, "night", "2027-02-10T09:00"),  # Lunar New Year, substitute
        ("2026-03-02T10:00", False, "holiday", "2026-03-03T09:00"),  # substitute holiday
    ],
)
def test_phone_hours(now: str, is_open: bool, because: str | None, next_open: str | None) -> None:
    found = status(PHONE, at(now))
    assert (found.open, found.because) == (is_open, because)
    assert found.next_open == (at(next_open) if next_open else None)


@given(minutes)
def test_next_open_is_the_first_open_minute(now: dt.datetime) -> None:
    found = status(PHONE, now)
    if found.open:
        assert found.next_open is None
        return
    assert found.next_open is not None
    assert found.next_open > now
    assert status(PHONE, found.next_open).open
    assert not status(PHONE, found.next_open - dt.timedelta(minutes=1)).open


@given(minutes)
def test_open_means_a_working_minute_of_a_weekday(now: dt.datetime) -> None:
    if status(PHONE, now).open:
        assert now.weekday() < 5
        assert now.hour in (9, 10, 11, 13, 14, 15, 16, 17)
        assert holiday_name(now.date()) is None


def test_the_time_zone_of_the_machine_does_not_matter() -> None:
    utc = dt.datetime(2026, 11, 25, 3, 30, tzinfo=dt.UTC)  # 12:30 in Korea
    assert status(PHONE, utc).because == "lunch"


def test_a_naive_time_is_korea_time() -> None:
    assert korea_time(dt.datetime(2026, 11, 25, 9, 0)) == at("2026-11-25T09:00")  # noqa: DTZ001


def test_a_channel_without_hours_is_neither_open_nor_closed() -> None:
    found = status(FAQ, at("2026-11-28T03:00"))
    assert (found.open, found.next_open) == (None, None)


def test_extra_closed_days_are_closed() -> None:
    closed: Channel = PHONE.model_copy(update={"closed_on": (dt.date(2026, 11, 25),)})
    found = status(closed, at("2026-11-25T10:00"))
    assert (found.because, found.next_open) == ("extra", at("2026-11-26T09:00"))
