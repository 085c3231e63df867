"""Numbers in any notation are one figure; other numbers are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.figures import figures

SAME = [
    ("1,000원", "1000원"),
    ("1,000원", "천 원"),
    ("１０００원", "1000원"),
    ("3만 5천원", "35,000원"),
    ("삼만오천 원", "35,000원"),
    ("10만원", "100,000원"),
    ("1.5억 원", "150,000,000원"),
    ("오후 6시", "18:00"),
    ("오전 9시 30분", "09:30"),
    ("낮 12시", "12:00"),
    ("9시 반", "9:30"),
    ("이틀", "2일"),
    ("일주일", "7일"),
    ("2주", "14일"),
    ("한 달", "1개월"),
    ("세 번", "3회"),
    ("오 퍼센트", "5%"),
    ("2026년 3월 1일", "2026-03-01"),
    ("3~4시간", "3시간에서 4시간"),
    ("1\u223c2만원", "10,000원과 20,000원"),
]
OTHER = [
    ("3일", "3시간"),
    ("3영업일", "3일"),
    ("6시", "18:00"),
    ("1,000원", "10,000원"),
    ("3월 1일", "3월 2일"),
    ("2026-03-01", "2025-03-01"),
    ("1588-3819", "1588-3818"),
    ("토요일", "일요일"),
    ("3.6%", "3.63%"),
    ("사흘", "이틀"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_notations_of_one_figure_agree(one: str, other: str) -> None:
    assert figures(f"약 {one}입니다").missing(figures(other)) == set()
    assert figures(other).missing(figures(f"약 {one}입니다")) == set()
    assert figures(one).found


@pytest.mark.parametrize(("said", "source"), OTHER)
def test_another_figure_is_missed(said: str, source: str) -> None:
    assert figures(f"약 {said}입니다").missing(figures(source))


@pytest.mark.parametrize(
    "text", ["이 원칙", "사원과 회원", "한 번 더 확인하세요", "두 가지", "네, 됩니다", "만나는 일"]
)
def test_words_that_only_look_like_numbers_are_none(text: str) -> None:
    assert figures(text).found == frozenset()


def test_a_number_without_a_unit_agrees_with_any() -> None:
    assert figures("기한은 3입니다").missing(figures("3일")) == set()
    assert figures("3일").missing(figures("기한(일) | 3")) == set()


@given(st.integers(0, 10**9), st.sampled_from(["원", "개", "일", "%", "회"]))
def test_separators_never_change_a_figure(value: int, unit: str) -> None:
    assert figures(f"{value:,}{unit}") == figures(f"{value}{unit}")


@given(st.text(max_size=80))
def test_a_text_never_lacks_its_own_figures(text: str) -> None:
    assert figures(text).missing(figures(text)) == set()
