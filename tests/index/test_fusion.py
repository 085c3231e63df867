"""The fused score, against the formula written as a loop."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import PIVOT, TUNED, Parts, Weights, fuse, tuned

COSINES = st.floats(-1, 1, width=32)
SHARES = st.floats(0, 1, width=32)
ROWS = st.lists(
    st.tuples(COSINES, COSINES, COSINES, COSINES, SHARES, SHARES, st.integers(1, 30)),
    min_size=1, max_size=20,
)  # fmt: skip


def parts(rows: Sequence[tuple[float, ...]]) -> Parts:
    return Parts(*(np.array(column, dtype=np.float32) for column in zip(*rows, strict=True)))


@given(ROWS, SHARES, SHARES, SHARES, SHARES)
def test_fuse_equals_the_formula(
    rows: list[tuple[float, ...]], lexical: float, asked: float, questions: float, units: float
) -> None:
    weights = Weights(lexical, asked, questions, units)
    fused = fuse(parts(rows), weights)
    less = fuse(parts(rows), weights, information=PIVOT)  # half the trust in few common words
    for number, (text, unit, _, near, coverage, asks, views) in enumerate(rows):
        share = questions * views / (views + 2)
        dense = (1 - share) * ((1 - units) * text + units * unit) + share * near
        assert abs(fused[number] - (dense + lexical * coverage + asked * asks)) < 1e-5
        assert abs(less[number] - (dense + (fused[number] - dense) / 2)) < 1e-5
    assert fused.dtype == np.float32


def test_words_alone_decide_between_equal_vectors() -> None:
    same = (0.8, 0.8, -1.0, -1.0, 0.1, 0.1, 1), (0.8, 0.8, -1.0, -1.0, 0.6, 0.6, 1)
    assert fuse(parts(same), Weights(0.2, 0.1, 0.0, 0.0)).argmax() == 1


def test_one_sentence_that_answers_decides_between_texts() -> None:
    rows = parts([(0.60, 0.6, 0.6, 0.6, 0, 0, 1), (0.59, 0.8, 0.6, 0.6, 0, 0, 1)])
    assert fuse(rows, Weights(0.1, 0.1, 0.3, 0.0)).argmax() == 0
    assert fuse(rows, Weights(0.1, 0.1, 0.3, 0.5)).argmax() == 1


def test_a_heading_alone_counts_less_than_many_questions() -> None:
    alone, many = (0.5, 0.5, 0.9, 0.9, 0, 0, 1), (0.5, 0.5, 0.9, 0.9, 0, 0, 20)
    fused = fuse(parts([alone, many]), Weights(0.1, 0.1, 0.7, 0.4))
    assert 0.5 < fused[0] < 0.65 < 0.7 < fused[1]


def test_shipped_weights_are_those_of_the_tuned_file() -> None:
    assert vars(tuned()) == json.loads(TUNED.read_text(encoding="utf-8"))
    assert tuned().lexical > 0
