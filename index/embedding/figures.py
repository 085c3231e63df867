"""How well a model in training does on the dev sets, in the float weights it has at the moment."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import spearmanr
from torch import Tensor
from torch.nn import functional

from index.embedding.encoding import TrainedEncoder
from index.embedding.losses import late_scores
from index.embedding.prepared import Dev, Retrieval
from index.embedding.tokens import TextTable, Tokens

TOP = 10
RESCORED = 20
"""Passages that the late interaction sees of each query."""
LATE_SHARES = (0.25, 0.5, 1.0)
"""Weights tried of the late score beside the dense one."""
LIMIT = 256
CUT, CUT_SETS = (192, 128, 64), ("heldout titled", "help", "sellers titled")
"""First numbers of the vectors that are measured alone, and on which sets."""
Figures = dict[str, float]


@dataclass(frozen=True)
class _Set:
    name: str
    queries: NDArray[np.int64]
    passages: NDArray[np.int64]
    right: tuple[tuple[int, ...], ...]


class DevFigures:
    """The dev sets, numbered in a table of texts."""

    def __init__(self, dev: Dev, table: TextTable) -> None:
        """Number the texts; `table` grows by those not yet in it."""
        self._sets = [_numbered(one, table) for one in dev.retrieval]
        near = dev.near
        self._near = [
            np.array([number(text) for text in texts], dtype=np.int64)
            for number, texts in (
                (table.query, near.queries),
                (table.query, near.near),
                (table.passage, near.passages),
            )
        ]
        similar = dev.similarity
        self._left = np.array([table.query(left) for left, _, _ in similar], dtype=np.int64)
        self._right = np.array([table.query(right) for _, right, _ in similar], dtype=np.int64)
        self._told = np.array([told for _, _, told in similar])

    def of(self, model: TrainedEncoder, tokens: Tokens) -> Figures:
        """MRR and recall of each set, Spearman of KorSTS, and how near misses stand apart."""
        model.eval()
        found: Figures = {}
        with torch.no_grad():
            for one in self._sets:
                found |= self._retrieval(model, tokens, one)
            left, _ = model.encode(tokens, self._left, LIMIT)
            right, _ = model.encode(tokens, self._right, LIMIT)
            cosines = (left * right).sum(dim=1).cpu().numpy()
            found["KorSTS dev"] = spearman(cosines, self._told)
            found |= self._apart(model, tokens)
        model.train()
        return {name: round(value, 4) for name, value in found.items()}

    def _retrieval(self, model: TrainedEncoder, tokens: Tokens, one: _Set) -> Figures:
        asked, _ = model.encode(tokens, one.queries, LIMIT)
        told, _ = model.encode(tokens, one.passages, LIMIT)
        scores = asked @ told.T
        found = {f"{one.name} {name}": value for name, value in mrr(scores, one.right).items()}
        for count in CUT if one.name in CUT_SETS else ():
            left, right = (functional.normalize(side[:, :count], dim=1) for side in (asked, told))
            found[f"{one.name} MRR, first {count}"] = mrr(left @ right.T, one.right)["MRR"]
        if model.late is not None and one.name.startswith(("heldout titled", "sellers titled")):
            found |= self._rescored(model, tokens, one, scores)
        return found

    def _rescored(
        self, model: TrainedEncoder, tokens: Tokens, one: _Set, scores: Tensor
    ) -> Figures:
        """The best by the dense score, put in order with the late score as well."""
        best = scores.topk(min(RESCORED, scores.shape[1]), dim=1)
        _, asked = model.encode(tokens, one.queries, LIMIT, late=True)
        needed, places = np.unique(best.indices.cpu().numpy(), return_inverse=True)
        _, told = model.encode(tokens, one.passages[needed], LIMIT, late=True)
        places = places.reshape(best.indices.shape)
        late = torch.cat(
            [late_scores([q], [told[n] for n in r]) for q, r in zip(asked, places, strict=True)]
        )
        found: Figures = {}
        for share in LATE_SHARES:
            mixed = torch.full_like(scores, -9.0)
            mixed.scatter_(1, best.indices, best.values + share * late)
            value = mrr(mixed, one.right)["MRR"]
            found[f"{one.name} MRR, late {share}"] = value
        return found

    def _apart(self, model: TrainedEncoder, tokens: Tokens) -> Figures:
        asked, near, told = (model.encode(tokens, texts, LIMIT, late=True) for texts in self._near)
        right, wrong = ((v * told[0]).sum(dim=1) for v in (asked[0], near[0]))
        found = {"near misses AUC": auc(right, wrong)}
        found["near misses below"] = float((right > wrong).float().mean())
        if model.late is not None:
            late = [
                torch.cat([late_scores([q], [p]) for q, p in zip(v, told[1], strict=True)])[:, 0]
                for v in (asked[1], near[1])
            ]
            found["near misses AUC, late"] = auc(late[0], late[1])
        return found


def _numbered(one: Retrieval, table: TextTable) -> _Set:
    queries = np.array([table.query(text) for text in one.queries], dtype=np.int64)
    passages = np.array([table.passage(text) for text in one.passages], dtype=np.int64)
    return _Set(one.name, queries, passages, one.right)


def mrr(scores: Tensor, right: Sequence[Sequence[int]]) -> Figures:
    """MRR and recall at `TOP` of the best right passage; one tied with it counts as before it.

    Args:
        scores: shape (queries, passages).
        right: numbers of the right passages of each query.
    """
    wanted = torch.zeros(scores.shape, dtype=torch.bool)
    for row, numbers in enumerate(right):
        wanted[row, list(numbers)] = True
    wanted = wanted.to(scores.device)
    best = scores.masked_fill(~wanted, -torch.inf).amax(dim=1, keepdim=True)
    ranks = 1 + ((scores >= best) & ~wanted).sum(dim=1)
    found = ranks <= TOP
    reciprocal = torch.where(found, 1.0 / ranks, 0.0)
    return {"MRR": float(reciprocal.mean()), "recall": float(found.float().mean())}


def auc(above: Tensor, below: Tensor) -> float:
    """Share of all pairs in which the first is larger, ties counting half."""
    larger = (above[:, None] > below).float() + 0.5 * (above[:, None] == below).float()
    return float(larger.mean())


def spearman(left: NDArray[np.floating], right: NDArray[np.floating]) -> float:
    """Correlation of the ranks, equal values sharing the mean of theirs."""
    return float(spearmanr(left, right).statistic)
