"""Prints how well an encoder finds passages.

    python -m index.embedding.evaluate --data DIR [--model DIR] [--sets NAME ...]

Runs the int8 ONNX file, which is what the product runs, on the dev sets by which the training was
steered (`dev_sets`): held-out articles, headings of help pages, questions of sellers, inverse
cloze, KorSTS and near misses. Where a set also comes with typing errors, its MRR relative to the
clean one is told.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from index.embedding import BUILTIN
from index.embedding.dev_sets import TYPING_ERRORS, dev_sets
from index.embedding.figures import auc, mrr, spearman
from index.embedding.onnx import OnnxEncoder
from index.embedding.prepared import Dev, NearMisses, Retrieval

SIMILARITY, NEAR = "KorSTS dev", "near misses"
"""Names of the sets that are no retrieval."""


class Evaluation:
    """An encoder and the vectors that it has given so far."""

    def __init__(self, model: Path) -> None:
        """Load the ONNX file of an encoder directory."""
        self._encoder = OnnxEncoder(model, threads=os.cpu_count() or 1)
        self._passages: dict[str, torch.Tensor] = {}

    def figures(self, dev: Dev, names: Sequence[str] = ()) -> Iterator[tuple[str, float]]:
        """Name and value of each figure, as they come; of the sets named, or of all."""
        clean: dict[str, float] = {}
        for one in dev.retrieval:
            if names and one.name.removesuffix(TYPING_ERRORS) not in names:
                continue
            found = self._retrieval(one)
            clean[one.name] = found["MRR"]
            yield from ((f"{one.name} {name}", value) for name, value in found.items())
            if one.name.endswith(TYPING_ERRORS):
                whole = clean[one.name.removesuffix(TYPING_ERRORS)]
                yield f"{one.name} MRR, relative to clean", found["MRR"] / whole
        if not names or SIMILARITY in names:
            yield SIMILARITY, self._similarity(dev.similarity)
        if not names or NEAR in names:
            yield f"{NEAR} AUC", self._apart(dev.near)

    def _asked(self, texts: Sequence[str]) -> torch.Tensor:
        return torch.from_numpy(np.stack([self._encoder.encode_query(text) for text in texts]))

    def _told(self, texts: Sequence[str]) -> torch.Tensor:
        new = list(dict.fromkeys(text for text in texts if text not in self._passages))
        vectors = torch.from_numpy(self._encoder.encode_passages(new))
        self._passages |= dict(zip(new, vectors, strict=True))
        return torch.stack([self._passages[text] for text in texts])

    def _retrieval(self, one: Retrieval) -> dict[str, float]:
        return mrr(self._asked(one.queries) @ self._told(one.passages).T, one.right)

    def _similarity(self, pairs: Sequence[tuple[str, str, float]]) -> float:
        """Spearman correlation of cosines with the judgements of people."""
        first, second, told = zip(*pairs, strict=True)
        cosines = (self._asked(first) * self._asked(second)).sum(dim=1)
        return spearman(cosines.numpy(), np.array(told))

    def _apart(self, near: NearMisses) -> float:
        """How often an answered question scores above a near miss."""
        told = self._told(near.passages)
        right, wrong = ((self._asked(q) * told).sum(dim=1) for q in (near.queries, near.near))
        return auc(right, wrong)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.evaluate")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--model", type=Path, default=BUILTIN)
    parser.add_argument("--sets", nargs="+", default=[], help="names of the dev sets, else all")
    arguments = parser.parse_args()
    evaluation = Evaluation(arguments.model)
    for name, value in evaluation.figures(dev_sets(arguments.data), arguments.sets):
        sys.stdout.write(f"{name}: {value:.4f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
