"""The fused score, against the formula written as a loop."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import PIVOT, TUNED, Weights, fuse, tuned

COSINES = st.floats(-1, 1, width=32)
SHARES = st.floats(0, 1, width=32)
ROWS = st.lists(st.tuples(COSINES, COSINES, SHARES, SHARES), min_size=1, max_size=20)


@given(ROWS, st.floats(0, 1), st.floats(0, 1), st.floats(-0.2, 0.2))
def test_fuse_equals_the_formula(
    rows: list[tuple[float, float, float, float]], lexical: float, asked: float, shift: float
) -> None:
    columns = [np.array(column, dtype=np.float32) for column in zip(*rows, strict=True)]
    weights = Weights(lexical=lexical, asked=asked, question_shift=shift)
    dense, fused = fuse(*columns, weights)
    _, less = fuse(*columns, weights, information=PIVOT)  # half the trust in few common words
    for number, (text, question, coverage, questions) in enumerate(rows):
        best = max(text, question + shift)
        assert abs(dense[number] - best) < 1e-5
        assert abs(less[number] - (best + (fused[number] - best) / 2)) < 1e-5
        assert abs(fused[number] - (best + lexical * coverage + asked * questions)) < 1e-5
    assert dense.dtype == fused.dtype == np.float32


def test_words_alone_decide_between_equal_vectors() -> None:
    same = np.array([0.8, 0.8], dtype=np.float32)
    none = np.array([-1, -1], dtype=np.float32)
    coverage = np.array([0.1, 0.6], dtype=np.float32)
    _, fused = fuse(same, none, coverage, coverage, Weights(0.2, 0.1, 0.0))
    assert fused.argmax() == 1


def test_shipped_weights_are_those_of_the_tuned_file() -> None:
    assert vars(tuned()) == json.loads(TUNED.read_text(encoding="utf-8"))
    assert tuned().lexical > 0
