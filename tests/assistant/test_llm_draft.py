"""A model's text is cut into the same claims however it arrives."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.draft import Claim, Draft
from assistant.llm.unusable import UnusableError

TEXT = (
    "정산은 다음 영업일에 됩니다[1]. 늦어질 수 있습니다. 확인해 주세요. [1][자료 2]\n\n"
    "다음 순서로 합니다: [2]\n1. [판매관리] 메뉴를 엽니다. [2]\n2) 저장합니다. [2, 3]\n"
    "* 수수료는 3.63%입니다. [3]"
)
CLAIMS = [
    Claim("", "", ("정산은 다음 영업일에 됩니다.",), (1,)),
    Claim(" ", "", ("늦어질 수 있습니다.", "확인해 주세요."), (1, 2)),
    Claim("\n\n", "", ("다음 순서로 합니다:",), (2,)),
    Claim("\n", "1. ", ("[판매관리] 메뉴를 엽니다.",), (2,)),
    Claim("\n", "2. ", ("저장합니다.",), (2, 3)),
    Claim("\n", "- ", ("수수료는 3.63%입니다.",), (3,)),
]


def read(*pieces: str) -> list[Claim]:
    draft = Draft()
    return [*(claim for piece in pieces for claim in draft.feed(piece)), *draft.close()]


@given(st.lists(st.integers(0, len(TEXT)), max_size=30))
def test_claims_do_not_depend_on_how_the_text_arrives(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[a:b] for a, b in pairwise(places)]
    assert read(*pieces) == CLAIMS


def test_a_claim_is_given_as_soon_as_no_further_marker_can_follow() -> None:
    draft = Draft()
    assert list(draft.feed("정산은 다음 영업일에 됩니다. [1]")) == []
    assert list(draft.feed(" ")) == []
    assert [claim.numbers for claim in draft.feed("늦")] == [(1,)]


def test_what_a_reasoning_model_thinks_aloud_is_left_out() -> None:
    thought = "<think>\n3영업일일까? 자료 1을 보자.\n</think>\n\n"
    claims = read(*thought, *"다음 영업일에 됩니다. [1]")
    assert [claim.sentences for claim in claims] == [("다음 영업일에 됩니다.",)]


@pytest.mark.parametrize("text", ["<think>끝나지 않는 생각", "정산됩니다.", "됩니다. [1] 그리고"])
def test_text_without_a_marker_behind_it_is_refused(text: str) -> None:
    with pytest.raises(UnusableError, match="unmarked"):
        read(text)


@given(st.text(alphabet="정산됩니다. \n[]123,-*:", max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        claims = read(*text)
    except UnusableError:
        return
    assert all(claim.sentences and claim.numbers for claim in claims)
