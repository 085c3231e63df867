"""The six channels: valid as shipped, and refused by name and line when they are not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tiny import CHANNELS

import corpus
from corpus import CHANNEL_IDS, Hours

PHONE_HOURS = 'open: "09:00", close: "18:00", lunch: ["12:00", "13:00"]'
TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))


def test_shipped_file_holds_the_six_channels() -> None:
    found = {channel.id: channel for channel in corpus.channels()}
    assert sorted(found) == sorted(CHANNEL_IDS)
    phone = found["phone"]
    assert phone.contact == "1588-3819"
    assert phone.hours == Hours(
        days=(0, 1, 2, 3, 4),
        open=dt.time(9),
        close=dt.time(18),
        lunch=(dt.time(12), dt.time(13)),
        public_holidays=False,
    )
    assert found["inquiry"].expected_reply_simple == "3~4시간"
    assert found["inquiry"].expected_reply_complex == "1~2일"
    assert all(channel.sources for channel in found.values())


def refused(tmp_path: Path, text: str) -> corpus.CorpusError:
    file = tmp_path / "channels.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(corpus.CorpusError) as caught:
        corpus.channels(file)
    return caught.value


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ('open: "18:00", close: "09:00"', "시작 < 점심 < 종료"),
        ('open: "09:00", close: "09:00"', "시작 < 점심 < 종료"),
        ('open: "09:00", close: "18:00", lunch: ["13:00", "12:00"]', "시작 < 점심 < 종료"),
        ('open: "09:00", close: "18:00", lunch: ["08:00", "08:30"]', "시작 < 점심 < 종료"),
        ("open: 09:00, close: 18:00", "따옴표로 묶어"),  # YAML reads 18:00 as 1080
        ('open: "9시", close: "18:00"', "따옴표로 묶어"),
        ('close: "18:00"', "따옴표로 묶어"),
        ('open: "09:00", close: "18:00", lunch: ["12:00"]', "hours.lunch"),
        ('open: "09:00", close: "18:00", night: true', "hours.night"),
    ],
)
def test_hours_that_cannot_be_are_refused(tmp_path: Path, hours: str, reason: str) -> None:
    error = refused(tmp_path, CHANNELS.replace(PHONE_HOURS, hours))
    assert "채널 phone" in error.reason
    assert reason in error.reason
    assert error.line == 1


def test_weekdays_are_needed_and_real(tmp_path: Path) -> None:
    for days in ("[]", "[7]", "[-1]"):
        error = refused(tmp_path, CHANNELS.replace("[0, 1, 2, 3, 4]", days))
        assert "요일" in error.reason


def test_broken_channel_is_named_by_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, CHANNELS.replace("name: 채널 faq\n", "title: 채널 faq\n"))
    line = CHANNELS[: CHANNELS.index("- id: faq")].count("\n") + 1
    assert error.line == line
    assert error.reason.startswith("채널 faq: name: ")


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("- id: phone\n  name: [열림\n", "올바른 YAML이 아닙니다", 3),
        ("phone: 1588\n", "목록이어야", 1),
        ("- 전화\n", "목록이어야", 1),
        ("", "목록이어야", 1),
        (CHANNELS[: CHANNELS.index("- id: talktalk")], "하나씩 있어야", 1),
        (CHANNELS + CHANNELS[CHANNELS.index("- id: talktalk") :], "하나씩 있어야", 1),
    ],
)
def test_file_of_another_form_is_refused(tmp_path: Path, text: str, reason: str, line: int) -> None:
    error = refused(tmp_path, text)
    assert reason in error.reason
    assert error.line == line


def test_unknown_channel_id_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, CHANNELS.replace("- id: faq", "- id: pigeon"))
    assert "채널 pigeon: id: " in error.reason


@given(st.lists(TIMES, min_size=4, max_size=4), st.lists(st.integers(-1, 8), max_size=7))
def test_hours_are_valid_exactly_when_in_order(times: list[dt.time], days: list[int]) -> None:
    first, second, third, last = times
    fields = {"days": tuple(days), "open": first, "lunch": (second, third), "close": last}
    if first < second < third < last and days and all(0 <= day <= 6 for day in days):
        assert Hours(**fields).lunch == (second, third)
    else:
        with pytest.raises(ValidationError, match="시작 < 점심 < 종료"):
            Hours(**fields)
