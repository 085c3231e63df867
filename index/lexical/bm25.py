"""BM25 on disk, with scores on a scale that does not depend on the question.

The score of a passage is divided by the best that any passage could reach for these terms (the
sum of their inverse document frequencies), so it lies in 0..1 and reads as *coverage*: how much
of what the question asks for stands in the passage. Terms that the corpus has never seen count
in the divisor: a question about something unknown cannot look well covered.

An index is made of segments, each with a `Lexical` of its own. bm25s works the inverse document
frequency of its segment into every stored weight; `LexicalUnion` counts over all segments and
rescales a segment's column by the two frequencies' ratio when a question is asked.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

K1 = 1.2  # Robertson and Zaragoza (2009), the usual range is 1.2–2
B = 0.5  # sections are short and of similar length: less length normalisation than for pages

Rows = NDArray[np.int64]


class TermStatistics(ABC):
    """How much a term tells, from how many of the ``n`` passages hold it."""

    n: int

    @abstractmethod
    def frequency(self, token: str) -> int:
        """How many passages hold ``token``."""

    @abstractmethod
    def scores(self, tokens: list[str]) -> NDArray[np.float32]:
        """Coverage of ``tokens`` by every passage: float32, shape (n,), 0..1."""

    def knows(self, token: str) -> bool:
        """Whether any passage holds ``token``."""
        return self.frequency(token) > 0

    def idf(self, token: str) -> float:
        """Inverse document frequency as Lucene defines it: ln(1 + (N − df + ½)/(df + ½))."""
        df = self.frequency(token)
        return math.log(1 + (self.n - df + 0.5) / (df + 0.5))

    def information(self, tokens: list[str]) -> float:
        """The sum of the inverse document frequencies of ``tokens``, each counted once."""
        return sum(self.idf(token) for token in dict.fromkeys(tokens))

    def covered(self, tokens: list[str], terms: Set[str]) -> float:
        """Share of the information in ``tokens`` that stands in ``terms``: 0..1."""
        total = self.information(tokens)
        held = self.information([token for token in tokens if token in terms])
        return held / total if total else 0.0


class Lexical(TermStatistics):
    """A BM25 index over token lists; ``n`` passages."""

    def __init__(self, model: Any, n: int, tokens: NDArray[np.int32], ends: Rows) -> None:  # noqa: ANN401 - bm25s has no types
        self.n = n
        self._model = model
        self._tokens, self._ends = tokens, ends
        self._vocabulary: dict[str, int] = model.vocab_dict
        self._data, self._indices = model.scores["data"], model.scores["indices"]
        self._indptr = np.asarray(model.scores["indptr"])
        self._df = np.diff(self._indptr)

    @classmethod
    def build(cls, tokens: list[list[str]]) -> Lexical:
        """Index ``tokens``, one list a passage."""
        model = bm25s.BM25(method="lucene", k1=K1, b=B)
        # bm25s refuses an empty corpus and empty token lists alike.
        model.index([row or ["∅"] for row in tokens] or [["∅"]], show_progress=False)
        numbers = [model.vocab_dict[token] for row in tokens for token in row]
        ends = np.cumsum([len(row) for row in tokens], dtype=np.int64)
        return cls(model, len(tokens), np.array(numbers, np.int32), ends)

    def save(self, directory: Path) -> None:
        """Write the arrays under ``directory``: NumPy and JSON files, nothing pickled."""
        self._model.save(str(directory), show_progress=False)
        (directory / "size.json").write_text(json.dumps({"n": self.n}), encoding="utf-8")
        np.save(directory / "tokens.npy", self._tokens, allow_pickle=False)
        np.save(directory / "ends.npy", self._ends, allow_pickle=False)

    @classmethod
    def load(cls, directory: Path) -> Lexical:
        """Open what `save` wrote; the arrays are memory-mapped."""
        model = bm25s.BM25.load(str(directory), mmap=True, load_vocab=True)
        size = json.loads((directory / "size.json").read_text(encoding="utf-8"))
        tokens, ends = (
            np.load(directory / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("tokens", "ends")
        )
        return cls(model, int(size["n"]), tokens, ends)

    def frequency(self, token: str) -> int:
        """How many passages hold ``token``."""
        at = self._vocabulary.get(token)
        return int(self._df[at]) if at is not None else 0

    def scores(self, tokens: list[str]) -> NDArray[np.float32]:
        """Coverage of ``tokens`` by every passage: float32, shape (n,), 0..1."""
        return LexicalUnion([(self, None)]).scores(tokens)

    def token_lists(self, rows: Rows) -> list[list[str]]:
        """The tokens of some passages, as `build` took them."""
        words = {number: word for word, number in self._vocabulary.items()}
        starts = np.concatenate([[0], self._ends])
        return [
            [words[int(number)] for number in self._tokens[starts[row] : self._ends[row]]]
            for row in rows
        ]

    def frequencies(self, rows: Rows) -> NDArray[np.int64]:
        """For each term of the vocabulary, how many of some passages hold it."""
        shown = np.zeros(max(self.n, 1), dtype=np.int64)
        shown[rows] = 1
        sums = np.concatenate([[0], np.cumsum(shown[np.asarray(self._indices)])])
        return np.asarray(sums[self._indptr[1:]] - sums[self._indptr[:-1]])

    def number(self, token: str) -> int | None:
        """The place of ``token`` in the vocabulary."""
        return self._vocabulary.get(token)

    def add_weights(self, token: str, idf: float, to: NDArray[np.float32]) -> None:
        """Add the weight of ``token`` in each passage, were its inverse frequency ``idf``."""
        at = self._vocabulary[token]
        column = slice(self._indptr[at], self._indptr[at + 1])
        weights = self._data[column] * np.float32(idf / self.idf(token))
        to[self._indices[column]] += weights


class LexicalUnion(TermStatistics):
    """The BM25 index over the shown passages of several segments, in their order.

    Args:
        parts: each segment's index with the rows that are shown; None where all are.
    """

    def __init__(self, parts: Sequence[tuple[Lexical, Rows | None]]) -> None:
        self._parts = parts
        self._shown = [None if rows is None else one.frequencies(rows) for one, rows in parts]
        self.n = sum(one.n if rows is None else len(rows) for one, rows in parts)

    def frequency(self, token: str) -> int:
        """How many shown passages hold ``token``."""
        return sum(
            self._frequency(one, shown, token)
            for (one, _), shown in zip(self._parts, self._shown, strict=True)
        )

    def scores(self, tokens: list[str]) -> NDArray[np.float32]:
        """Coverage of ``tokens`` by every shown passage: float32, shape (n,), 0..1."""
        idf = {token: self.idf(token) for token in dict.fromkeys(tokens)}
        best = sum(idf.values())
        if not best:
            return np.zeros(self.n, dtype=np.float32)
        found = [self._weights(one, rows, idf) for one, rows in self._parts]
        return np.asarray(
            np.concatenate([*found, np.empty(0, np.float32)]) / best, dtype=np.float32
        )

    @staticmethod
    def _weights(one: Lexical, rows: Rows | None, idf: dict[str, float]) -> NDArray[np.float32]:
        weights = np.zeros(max(one.n, 1), dtype=np.float32)
        for token, value in idf.items():
            if one.number(token) is not None:
                one.add_weights(token, value, weights)
        return weights[: one.n] if rows is None else weights[rows]

    @staticmethod
    def _frequency(one: Lexical, shown: NDArray[np.int64] | None, token: str) -> int:
        if shown is None:
            return one.frequency(token)
        at = one.number(token)
        return int(shown[at]) if at is not None else 0
