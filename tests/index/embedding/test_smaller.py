"""What smaller encoders and vectors are made of, on arrays and encoders small enough to check."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.errors import EncoderError
from index.embedding import smaller
from index.embedding.onnx import OnnxEncoder
from index.embedding.prepared import Retrieval
from index.embedding.smaller import Encoded, Kind, Vectors

NOBODY = cast("OnnxEncoder", None)
"""Rows whose vectors are given need no encoder."""


@pytest.fixture
def told() -> NDArray[np.float32]:
    """Vectors of 16 dimensions, of which the last two vary by far the most."""
    widths = np.array([*[0.01] * 14, 1.0, 2.0])
    return np.random.default_rng(0).normal(0.3, widths, (50, 16)).astype(np.float32)


def kind(asked: Vectors, told: Vectors, store: Any = faiss.IndexFlatIP) -> Kind:
    return Kind("", Encoded(NOBODY, 0.0, told, ((asked, told),)), store=store)


@pytest.mark.parametrize("dimensions", [2, 7, 16])
def test_projected_and_truncated_vectors_keep_unit_length(
    told: NDArray[np.float32], dimensions: int
) -> None:
    for vectors in (
        smaller.principal(told, dimensions)(told[:5]),
        smaller.truncated(told[:5], dimensions),
    ):
        assert vectors.shape == (5, dimensions)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_truncation_keeps_the_first_numbers() -> None:
    vectors = np.array([[3, 4, 12], [0, -2, 1]], dtype=np.float32)
    np.testing.assert_allclose(smaller.truncated(vectors, 2), [[0.6, 0.8], [0, -1]], atol=1e-6)


def test_projection_keeps_the_axes_that_vary_most(told: NDArray[np.float32]) -> None:
    centred = smaller.unit(told - told.mean(axis=0))
    whole, kept, left = centred, smaller.principal(told, 2)(told), smaller.truncated(centred, 2)
    away = [float(np.abs(v @ v.T - whole @ whole.T).mean()) for v in (kept, left)]
    assert away[0] < 0.02 < 0.3 < away[1]


def test_projection_to_all_axes_only_turns_what_is_centred(told: NDArray[np.float32]) -> None:
    turned, centred = smaller.principal(told, 16)(told), smaller.unit(told - told.mean(axis=0))
    np.testing.assert_allclose(turned @ turned.T, centred @ centred.T, atol=1e-5)


@pytest.mark.parametrize(
    ("store", "size"),
    [
        (faiss.IndexFlatIP, 48),
        (partial(smaller.scalars, kind=smaller.QT_8BIT), 12),
        (partial(smaller.scalars, kind=smaller.QT_FP16), 24),
    ],
)
def test_figures_of_a_known_ranking(store: Any, size: int) -> None:
    """Each query has passage 0 first, 1 next and so on: right ones at 1, 2, 11, and 3 before 12."""
    told = np.eye(12, dtype=np.float32)
    falling = np.arange(12, 0, -1, dtype=np.float32)[None]
    asked = smaller.unit(np.repeat(falling, 4, axis=0))
    row = kind(asked, told, store)
    figures = smaller.found(row, 0, [(0,), (1,), (10,), (11, 2)])
    assert figures == pytest.approx({"MRR": (1 + 1 / 2 + 0 + 1 / 3) / 4, "recall": 3 / 4})
    assert row.index(told).code_size == size


def test_queries_are_taken_evenly_with_their_answers() -> None:
    one = Retrieval("help", tuple("abcdefg"), ("p", "q"), tuple((n % 2,) for n in range(7)))
    some = smaller.evenly(one, 3)
    assert (some.queries, some.right) == (("a", "c", "e"), ((0,), (0,), (0,)))
    assert (some.name, some.passages) == ("help", ("p", "q"))
    assert smaller.evenly(one, 7) == smaller.evenly(one, 100) == one


def test_only_products_of_layers_that_exist_stay_blocked() -> None:
    assert smaller.restricted({"0.fo", "8.fi", "9.fo", "10.fi"}, 9) == {"0.fo", "8.fi"}


def test_first_layers_make_a_graph_of_so_many_layers(base: Path, tmp_path: Path) -> None:
    import onnx

    path = smaller.first_layers(base, 1, tmp_path)
    kinds = [node.op_type for node in onnx.load(path).graph.node]
    assert kinds.count("MultiHeadAttention") == 1
    assert kinds.count("DynamicQuantizeMatMul") == 4
    vector = OnnxEncoder(tmp_path).encode_query("정산은 언제 되나요")
    assert vector.shape == (16,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_more_layers_than_there_are_is_an_error(base: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="층은 2개인데 3개"):
        smaller.first_layers(base, 3, tmp_path)


def test_each_call_runs_once_a_turn() -> None:
    seen: list[str] = []
    calls = [partial(seen.append, "a"), partial(seen.append, "b")]
    assert len(smaller.interleaved(calls, runs=10)) == 2
    assert "".join(seen) == "ab" * 11


def test_the_table_has_a_row_for_each_kind(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"RUNS": 2, "SEARCHED": 40, "LAYERS": (1, 3), "DIMENSIONS": (4, 20)}.items():
        monkeypatch.setattr(smaller, name, value)
    words = ("정산", "배송", "반품", "교환")
    one = Retrieval("sellers", words, words, tuple((n,) for n in range(4)))
    smaller.first_layers(base, 2, tmp_path / "model")
    rows = list(smaller.kinds(tmp_path / "model", [one], tmp_path))
    head, _, *lines = (line.strip("| \n").split(" | ") for line in smaller.table(rows, [one]))
    assert head[0].startswith("sellers (4) MRR@10")
    assert [(cells[0], cells[-2]) for cells in lines] == [
        ("shipped: 2 layers, 16 dimensions, float32", "64"),
        ("first 1 layers", "64"),
        ("4 dimensions, PCA", "16"),
        ("8 bits (QT_8bit)", "16"),
        ("float16 (QT_fp16)", "32"),
    ]
