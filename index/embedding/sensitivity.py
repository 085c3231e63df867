"""Prints what each product of the encoder loses by int8: one blocked, all others not.

    python -m index.embedding.sensitivity [--model DIR] [--blocked PRODUCT ...]

A row tells how far the vectors are from float32 (1 - cosine, mean of paragraphs and questions of
the corpus), how many of each question's ten nearest paragraphs both find, and the time of a short
query relative to no product blocked. The first row has none blocked; with `--blocked`, one more row
has all of those. `quantize.BLOCKED` was chosen by this.
"""

import argparse
import sys
from collections.abc import Collection
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import ModelProto
from tokenizers import Tokenizer

import corpus
from corpus.loader import ROOT
from index.embedding import BUILTIN
from index.embedding.directory import PASSAGE_PROMPT, QUERY_PROMPT
from index.embedding.measure import paragraphs
from index.embedding.onnx_graph import ROLES, build, float_linear
from index.embedding.quantize import (
    BLOCKED,
    calibration_ids,
    channel_peaks,
    quantized_linear,
    read_shape,
    read_weights,
)

PASSAGES, QUESTIONS, TOP = 200, 200, 10
SHORT = "송장번호 잘못 넣었는데 어떻게 고쳐요"  # 20 characters
RUNS = 100


class Loss(NamedTuple):
    """How far from float32, and how slow."""

    passages: float
    questions: float
    shared: float
    milliseconds: float


class Sensitivity:
    """An encoder directory, its float32 vectors, and what its int8 versions lose."""

    def __init__(self, folder: Path) -> None:
        self.shape, self._weights = read_shape(folder), read_weights(folder)
        self._peaks = channel_peaks(self._weights, self.shape, calibration_ids(folder))
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        asked = [q for d in corpus.load() for listed in d.questions.values() for q in listed]
        asked = asked[:: max(1, len(asked) // QUESTIONS)][:QUESTIONS]
        told = paragraphs(ROOT, PASSAGES)
        self._passages = [tokenizer.encode(PASSAGE_PROMPT + text).ids for text in told]
        self._questions = [tokenizer.encode(QUERY_PROMPT + text).ids for text in asked]
        self._short = tokenizer.encode(QUERY_PROMPT + SHORT).ids
        session = _session(build(self._weights, self.shape, float_linear))
        self._whole = [_vectors(session, ids) for ids in (self._passages, self._questions)]

    def loss(self, blocked: Collection[str]) -> Loss:
        """What is lost with these products blocked."""
        linear = partial(quantized_linear, peaks=self._peaks, blocked=blocked)
        session = _session(build(self._weights, self.shape, linear))
        small = [_vectors(session, ids) for ids in (self._passages, self._questions)]
        passages, questions = (
            float(1 - (one * other).sum(axis=1).mean())
            for one, other in zip(small, self._whole, strict=True)
        )
        nearest = [
            np.argsort(-(asked @ told.T), axis=1)[:, :TOP] for told, asked in (small, self._whole)
        ]
        shared = [len({*one} & {*other}) / TOP for one, other in zip(*nearest, strict=True)]
        return Loss(passages, questions, float(np.mean(shared)), self._time(session))

    def _time(self, session: onnxruntime.InferenceSession) -> float:
        times = []
        for _ in range(RUNS):
            started = perf_counter()
            _vectors(session, [self._short])
            times.append(perf_counter() - started)
        return min(times) * 1000


def _session(model: ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _vectors(session: onnxruntime.InferenceSession, texts: list[list[int]]) -> NDArray[np.float32]:
    """Vectors, float32, shape (n_texts, dimension), each text run by itself."""
    rows = []
    for ids in texts:
        inputs = np.array([ids], dtype=np.int64)
        feed = {"input_ids": inputs, "attention_mask": np.ones_like(inputs)}
        rows.append(session.run(["sentence_embedding"], feed)[0])
    return np.concatenate(rows)


def main() -> None:
    """Print a row for each product."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.sensitivity")
    parser.add_argument("--model", type=Path, default=BUILTIN, help="encoder directory")
    parser.add_argument("--blocked", nargs="*", default=sorted(BLOCKED), metavar="PRODUCT")
    arguments = parser.parse_args()
    measured = Sensitivity(arguments.model)
    layers = range(measured.shape.layers)
    rows = [(), arguments.blocked, *((f"{layer}.{role}",) for role in ROLES for layer in layers)]
    none = measured.loss(())
    sys.stdout.write("blocked\tpassages\tquestions\tten nearest shared\ttime\n")
    for blocked in rows:
        one = measured.loss(blocked) if blocked else none
        ratio = one.milliseconds / none.milliseconds
        sys.stdout.write(
            f"{' '.join(blocked) or 'none'}\t{one.passages:.5f}\t{one.questions:.5f}\t"
            f"{one.shared:.3f}\t{ratio:.2f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
