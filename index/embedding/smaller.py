"""Prints what a smaller encoder or smaller vectors would cost and save, without training anew.

    python -m index.embedding.smaller --data DIR [--model DIR] [--most N]

Against the encoder as it is, in FAISS as float32: the first layers of its weights, its vectors
with fewer numbers (principal axes of the passages, or the first numbers as they are), and with
smaller numbers. How well passages are found is measured on three of the dev sets, with FAISS's own
scores. A question's time is the tokenizer's, the encoder's and the projection's; the search's is
FAISS's exact one. Both are medians over turns in which every row runs once, on one thread.
"""

import argparse
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import faiss
import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.errors import EncoderError
from index.embedding import BUILTIN
from index.embedding.dev_sets import dev_sets
from index.embedding.directory import write_directory
from index.embedding.figures import TOP, Figures, mrr
from index.embedding.onnx import OnnxEncoder
from index.embedding.prepared import Retrieval
from index.embedding.quantize import BLOCKED, quantize, read_shape, read_weights
from index.embedding.sensitivity import SHORT

SETS = ("heldout titled", "help", "sellers")
FIGURES = ("MRR", "recall")
LAYERS = (10, 8, 6)
DIMENSIONS = (256, 192, 128, 64)
CUT = 192
"""Dimensions kept where the rest is simply left out."""
MOST = 600
"""Queries of a set, so that all rows take minutes on two cores."""
SEARCHED = 20_000
"""Vectors in the index whose search is timed."""
RUNS = 200
QT_8BIT, QT_FP16 = faiss.ScalarQuantizer.QT_8bit, faiss.ScalarQuantizer.QT_fp16

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Encoded:
    """An encoder and the vectors that it has given.

    Attributes:
        encoder: loaded.
        megabytes: size of its ONNX file, in millions of bytes.
        told: the distinct passages of all sets, shape (passages, dimension).
        sets: queries and passages of each set, shapes (queries or passages, dimension).
    """

    encoder: OnnxEncoder
    megabytes: float
    told: Vectors
    sets: tuple[tuple[Vectors, Vectors], ...]


@dataclass(frozen=True)
class Kind:
    """A row: an encoder, what is made of its vectors, and how they are stored."""

    name: str
    encoded: Encoded
    shrunk: Callable[[Vectors], Vectors] = np.asarray
    store: Callable[[int], faiss.IndexFlatCodes] = faiss.IndexFlatIP

    def index(self, told: Vectors) -> faiss.IndexFlatCodes:
        """A FAISS index of these passages, float32, shape (passages, dimension of the encoder)."""
        vectors = self.shrunk(told)
        index = self.store(vectors.shape[1])
        index.train(vectors)
        index.add(vectors)
        return index

    def ask(self) -> Vectors:
        """The vector of a short question, shape (1, dimensions kept)."""
        return self.shrunk(self.encoded.encoder.encode_query(SHORT)[None])


def unit(vectors: Vectors) -> Vectors:
    """The rows at length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def truncated(vectors: Vectors, dimensions: int) -> Vectors:
    """The first numbers of each row, at length 1: shape (rows, dimensions)."""
    return unit(vectors[:, :dimensions])


def principal(told: Vectors, dimensions: int) -> Callable[[Vectors], Vectors]:
    """The projection to the axes along which passages differ most, at length 1.

    `told`: passages, float32, shape (passages, dimension). The function that is returned takes
    their mean off rows (rows, dimension) and gives (rows, dimensions).
    """
    mean = told.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov(told, rowvar=False))  # in order of rising variance
    kept = axes[:, : -dimensions - 1 : -1].astype(np.float32)
    return lambda vectors: unit((vectors - mean) @ kept)


def scalars(dimension: int, kind: int) -> faiss.IndexFlatCodes:
    """An index of smaller numbers: `QT_8bit` (a range for each dimension) or `QT_fp16`."""
    return faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_INNER_PRODUCT)


def restricted(blocked: Collection[str], layers: int) -> frozenset[str]:
    """Those of the products (`layer.role`) that lie in the first layers."""
    return frozenset(product for product in blocked if int(product.split(".")[0]) < layers)


def first_layers(folder: Path, layers: int, out: Path) -> Path:
    """Write an encoder directory `out` with the first layers of another; returns its ONNX file.

    Raises:
        EncoderError: the other has not so many layers, or is unreadable.
    """
    shape = read_shape(folder)
    if not 0 < layers <= shape.layers:
        raise EncoderError(
            f"모델의 층은 {shape.layers}개인데 {layers}개를 남기려 했습니다: {folder}",
            hint=f"1부터 {shape.layers}까지의 수를 지정해 주세요.",
        )
    gone = tuple(f"encoder.layer.{layer}." for layer in range(layers, shape.layers))
    kept = {n: array for n, array in read_weights(folder).items() if not n.startswith(gone)}
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    write_directory(out, replace(shape, layers=layers), kept, tokenizer)
    return quantize(out, f"first-{layers}-layers", restricted(BLOCKED, layers))


def evenly(one: Retrieval, most: int) -> Retrieval:
    """The set with at most so many of its queries, taken evenly, and all of its passages."""
    count = len(one.queries)
    taken = [n * count // min(most, count) for n in range(min(most, count))]
    queries, right = tuple(one.queries[n] for n in taken), tuple(one.right[n] for n in taken)
    return replace(one, queries=queries, right=right)


def encoded(model: Path, sets: Sequence[Retrieval]) -> Encoded:
    """Run an encoder directory over the sets, each distinct text once."""
    encoder = OnnxEncoder(model, threads=os.cpu_count() or 1)
    asked = list(dict.fromkeys(text for one in sets for text in one.queries))
    told = list(dict.fromkeys(text for one in sets for text in one.passages))
    questions = dict(zip(asked, map(encoder.encode_query, asked), strict=True))
    vectors = encoder.encode_passages(told)
    passages = dict(zip(told, vectors, strict=True))
    size = (model / "onnx" / "model_qint8.onnx").stat().st_size / 1e6
    pairs = ((_rows(questions, one.queries), _rows(passages, one.passages)) for one in sets)
    return Encoded(encoder, size, vectors, tuple(pairs))


def _rows(vectors: Mapping[str, Vectors], texts: Sequence[str]) -> Vectors:
    return np.stack([vectors[text] for text in texts])


def kinds(model: Path, sets: Sequence[Retrieval], work: Path) -> Iterator[Kind]:
    """The rows, the encoder as it is first; `work` takes the directories of the others."""
    shipped, layers = encoded(model, sets), read_shape(model).layers
    width = shipped.encoder.dimension
    yield Kind(f"shipped: {layers} layers, {width} dimensions, float32", shipped)
    for count in (count for count in LAYERS if count < layers):
        first_layers(model, count, work / str(count))
        yield Kind(f"first {count} layers", encoded(work / str(count), sets))
    for count in (count for count in DIMENSIONS if count < width):
        yield Kind(f"{count} dimensions, PCA", shipped, principal(shipped.told, count))
    if width > CUT:
        yield Kind(f"first {CUT} dimensions", shipped, partial(truncated, dimensions=CUT))
    yield Kind("8 bits (QT_8bit)", shipped, store=partial(scalars, kind=QT_8BIT))
    yield Kind("float16 (QT_fp16)", shipped, store=partial(scalars, kind=QT_FP16))


def found(kind: Kind, number: int, right: Sequence[Sequence[int]]) -> Figures:
    """MRR and recall at `TOP` of one set, by its number, with FAISS's scores of all passages."""
    asked, told = kind.encoded.sets[number]
    scores, order = kind.index(told).search(kind.shrunk(asked), len(told))
    by_passage = np.empty_like(scores)
    np.put_along_axis(by_passage, order, scores, axis=1)
    return mrr(torch.from_numpy(by_passage), right)


def interleaved(calls: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """Median milliseconds of each call, all of them once a turn, after a tenth as warm-up."""
    times: list[list[float]] = [[] for _ in calls]
    for turn in range(runs + runs // 10):
        for call, taken in zip(calls, times, strict=True):
            start = perf_counter()
            call()
            if turn >= runs // 10:
                taken.append(perf_counter() - start)
    return [1000 * median(taken) for taken in times]


def table(rows: Sequence[Kind], sets: Sequence[Retrieval]) -> Iterator[str]:
    """The lines of the Markdown table."""
    measures = [f"{one.name} ({len(one.queries)}) {name}@{TOP}" for one in sets for name in FIGURES]
    costs = ["query, ms", f"search of {SEARCHED:,}, ms", "bytes a vector", "ONNX, MB"]
    yield _line(["", *measures, *costs])
    yield _line(["---", *("---:" for _ in (*measures, *costs))])
    told = (kind.encoded.told for kind in rows)
    many = (np.resize(one, (SEARCHED, one.shape[1])) for one in told)  # over and over
    indexes = [kind.index(one) for kind, one in zip(rows, many, strict=True)]
    asking = interleaved([kind.ask for kind in rows], RUNS)
    calls = [partial(i.search, kind.ask(), TOP) for i, kind in zip(indexes, rows, strict=True)]
    searching = interleaved(calls, RUNS)
    for kind, index, query, search in zip(rows, indexes, asking, searching, strict=True):
        figures = [found(kind, number, one.right) for number, one in enumerate(sets)]
        values = [f"{figure[name]:.3f}" for figure in figures for name in FIGURES]
        size = [f"{index.code_size:,}", f"{kind.encoded.megabytes:.1f}"]
        yield _line([kind.name, *values, f"{query:.2f}", f"{search:.2f}", *size])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.smaller")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--model", type=Path, default=BUILTIN, help="encoder directory")
    parser.add_argument("--most", type=int, default=MOST, help="queries of a set, taken evenly")
    arguments = parser.parse_args()
    library: Any = faiss  # whose stubs leave this one out
    library.omp_set_num_threads(1)
    chosen = {one.name: one for one in dev_sets(arguments.data).retrieval}
    sets = [evenly(chosen[name], arguments.most) for name in SETS]
    with TemporaryDirectory() as work:
        rows = list(kinds(arguments.model, sets, Path(work)))
        for line in table(rows, sets):
            sys.stdout.write(line)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
