"""How near a question is to what the corpus does not answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus import Negative
from corpus.negatives import KINDS, MISSING
from index.border import Stranger, beyond
from index.lexical import Lexical
from index.segment import soft_maxima, soft_maximum
from index.storage.files import lines_of


class Negatives:
    """What the corpus does not answer, beside its segment: vectors, kinds, BM25 of the gaps."""

    def __init__(self, path: Path) -> None:
        lines = lines_of((path / "negatives.jsonl").read_bytes())
        every = [Negative.model_validate_json(line) for line in lines]
        kinds = [negative.kind for negative in every]
        self._of_kind = {str(kind): np.flatnonzero([kind == of for of in kinds]) for kind in KINDS}
        self._missing = np.flatnonzero([kind in MISSING for kind in kinds])
        topics = np.array([f"{every[n].kind} {every[n].topic}" for n in self._missing], np.str_)
        self._by_topic = np.argsort(topics, kind="stable")
        self._topic_start = np.unique(topics[self._by_topic], return_index=True)[1]
        self._vectors = np.load(path / "negatives.npy", allow_pickle=False)
        self._border = np.load(path / "border.npy", allow_pickle=False)
        self._gaps = Lexical.load(path / "bm25-gaps")

    def nearest(self, vector: NDArray[np.float32]) -> dict[str, float]:
        """Best cosine with each kind of question that is not answered here; -1 without any.

        Under ``crowd`` the soft maximum of the gaps and near misses, under ``topic`` the greatest
        soft maximum of one gap, or of one section's near misses: what `Similarities.near` is for
        the questions that are answered.
        """
        cosines = self._vectors @ vector
        best = {
            kind: float(cosines[rows].max(initial=-1.0)) for kind, rows in self._of_kind.items()
        }
        missing = cosines[self._missing]
        return best | {
            "crowd": soft_maximum(missing),
            "topic": self._topic(missing),
        }

    def stranger(self, vector: NDArray[np.float32]) -> Stranger:
        """Whether a seller asks this at all."""
        return beyond(self._border, vector)

    def _topic(self, missing: NDArray[np.float32]) -> float:
        if not len(missing):
            return -1.0
        missing, starts = missing[self._by_topic], self._topic_start
        return float(soft_maxima(missing, starts, np.maximum.reduceat(missing, starts)).max())

    def gap_asked(self, tokens: list[str]) -> float:
        """Best coverage of a question's terms by one known gap, or one section's near misses."""
        return float(self._gaps.scores(tokens).max(initial=0.0))
