"""What counts as a negative: masks of rows that may both be right, columns of near misses."""

from __future__ import annotations

import math

import pytest
import torch

from index.embedding.losses import Contrast, cosent, late_scores
from index.embedding.tokens import same_passages

UNIT = torch.eye(4)
NOBODY = torch.zeros(2, 2, dtype=torch.bool)


def test_masked_pairs_are_no_negatives() -> None:
    contrast = Contrast(1.0, (4,))
    alike = UNIT[[0, 0]]
    assert contrast.both(alike, alike, NOBODY).item() == pytest.approx(math.log(2))
    assert contrast.both(alike, alike, ~NOBODY).item() == pytest.approx(0)


def test_near_misses_are_negatives_of_passages_alone() -> None:
    contrast = Contrast(1.0, (4,))
    left = right = UNIT[:2]
    none, near = UNIT[:0], UNIT[[0]]
    plain = contrast.both(left, right, NOBODY)
    asked, told = (contrast.both(left, right, NOBODY, w) for w in ((near, none), (none, near)))
    assert told > plain
    # one direction has a further column: e^1 for the first row, e^0 for the second
    e = math.e
    longer = (math.log((e + 1 + e) / e) + math.log((e + 1 + 1) / e)) / 2
    assert told.item() == pytest.approx((longer + plain.item()) / 2)
    assert asked.item() == pytest.approx(told.item())  # symmetric here, by the other column
    skewed = torch.nn.functional.normalize(torch.tensor([[1.0, 1, 0, 0], [0, 1, 1, 0]]), dim=1)
    one, other = (contrast.both(left, skewed, NOBODY, w) for w in ((near, none), (none, near)))
    assert one.item() != pytest.approx(other.item())


def test_short_vectors_are_compared_as_well() -> None:
    left, right = UNIT[[0, 1]], UNIT[[0, 1]] + UNIT[[2, 3]]
    whole, short = (Contrast(1.0, dims).both(left, right, NOBODY) for dims in ((4,), (2,)))
    both = Contrast(1.0, (4, 2)).both(left, right, NOBODY)
    assert both.item() == pytest.approx((whole.item() + short.item()) / 2)
    assert short < whole


def test_cosent_falls_when_the_order_is_right() -> None:
    left = UNIT[[0, 0]]
    right = torch.stack([UNIT[0], UNIT[1]])
    good, bad = (cosent(left, right, torch.tensor(told)) for told in ([5.0, 0.0], [0.0, 5.0]))
    assert good < 1e-6
    assert bad.item() == pytest.approx(20, abs=1e-3)


def test_late_scores_are_means_of_best_cosines_whatever_the_padding() -> None:
    queries = [UNIT[[0, 1]], UNIT[[2]]]
    passages = [UNIT[[0, 3]], UNIT[[0, 1, 2]], -UNIT[[2]]]
    expected = torch.tensor([[0.5, 1.0, 0.0], [0.0, 1.0, -1.0]])
    assert torch.allclose(late_scores(queries, passages), expected)


def test_nearly_equal_passages_are_the_same_and_others_not() -> None:
    ids = torch.tensor([[5, 6, 7, 8, 9, 10], [5, 6, 7, 8, 9, 11], [20, 21, 22, 1, 1, 1]])
    mask = torch.tensor([[1] * 6, [1] * 6, [1, 1, 1, 0, 0, 0]])
    same = same_passages(ids, mask, 0.5)
    assert same.tolist() == [[True, True, False], [True, True, False], [False, False, True]]
    assert not same_passages(ids, mask, 0.9)[0, 1]
