"""BM25 on disk, with scores on a scale that does not depend on the question.

The score of a passage is divided by the best that any passage could reach for these terms (the
sum of their inverse document frequencies), so it lies in 0..1 and reads as *coverage*: how much
of what the question asks for stands in the passage. Terms that the corpus has never seen count
in the divisor: a question about something unknown cannot look well covered.
"""

from __future__ import annotations

import json
import math
from collections.abc import Set
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

K1 = 1.2  # Robertson and Zaragoza (2009), the usual range is 1.2–2
B = 0.5  # sections are short and of similar length: less length normalisation than for pages


class Lexical:
    """A BM25 index over token lists; ``n`` passages."""

    def __init__(self, model: Any, n: int) -> None:  # noqa: ANN401 - bm25s has no types
        self._model = model
        self.n = n
        self._vocabulary: dict[str, int] = model.vocab_dict
        indptr = np.asarray(model.scores["indptr"])
        self._df = np.diff(indptr)

    @classmethod
    def build(cls, tokens: list[list[str]]) -> Lexical:
        """Index ``tokens``, one list a passage."""
        model = bm25s.BM25(method="lucene", k1=K1, b=B)
        # bm25s refuses an empty corpus and empty token lists alike.
        model.index([row or ["∅"] for row in tokens] or [["∅"]], show_progress=False)
        return cls(model, len(tokens))

    def save(self, directory: Path) -> None:
        """Write the arrays under ``directory``: NumPy and JSON files, nothing pickled."""
        self._model.save(str(directory), show_progress=False)
        (directory / "size.json").write_text(json.dumps({"n": self.n}), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> Lexical:
        """Open what `save` wrote; the arrays are memory-mapped."""
        model = bm25s.BM25.load(str(directory), mmap=True, load_vocab=True)
        size = json.loads((directory / "size.json").read_text(encoding="utf-8"))
        return cls(model, int(size["n"]))

    def knows(self, token: str) -> bool:
        """Whether any passage holds ``token``."""
        return token in self._vocabulary

    def idf(self, token: str) -> float:
        """Inverse document frequency as Lucene defines it: ln(1 + (N − df + ½)/(df + ½))."""
        at = self._vocabulary.get(token)
        df = float(self._df[at]) if at is not None else 0.0
        return math.log(1 + (self.n - df + 0.5) / (df + 0.5))

    def scores(self, tokens: list[str]) -> NDArray[np.float32]:
        """Coverage of ``tokens`` by every passage: float32, shape (n,), 0..1."""
        unique = list(dict.fromkeys(tokens))
        known = [token for token in unique if token in self._vocabulary]
        best = sum(self.idf(token) for token in unique)
        if not known or not best:
            return np.zeros(self.n, dtype=np.float32)
        raw = self._model.get_scores(known)[: self.n]
        return np.asarray(raw / best, dtype=np.float32)

    def information(self, tokens: list[str]) -> float:
        """The sum of the inverse document frequencies of ``tokens``, each counted once."""
        return sum(self.idf(token) for token in dict.fromkeys(tokens))

    def covered(self, tokens: list[str], terms: Set[str]) -> float:
        """Share of the information in ``tokens`` that stands in ``terms``: 0..1."""
        unique = dict.fromkeys(tokens)
        total = sum(self.idf(token) for token in unique)
        return sum(self.idf(token) for token in unique if token in terms) / total if total else 0.0

    def unknown_share(self, tokens: list[str]) -> float:
        """Share of the question's information that no passage holds: 0..1."""
        return 1.0 - self.covered(tokens, self._vocabulary.keys())
