"""Finds the items that the model itself confuses with each item, for batches of hard negatives."""

import numpy as np
import torch
from torch import Tensor

from index.embedding.batches import Batches
from index.embedding.encoding import TrainedEncoder
from index.embedding.tokens import Tokens

FOUND = 12
"""Neighbours that are kept of each item."""
WINDOW = 2048
"""Items that are compared with all others at a time."""


def model_neighbours(model: TrainedEncoder, tokens: Tokens, batches: Batches, limit: int) -> None:
    """Replace half of each item's neighbours by what its first query finds and should not.

    Our items are compared among themselves, help pages likewise. A passage that scores above the
    right one is a likely duplicate on a help page, so there it is left out.
    """
    model.eval()
    for pool, doubtful in ((batches.own, False), (batches.help, True)):
        queries = np.array([batches.rows[item].queries[0] for item in pool], dtype=np.int64)
        texts = np.array([batches.rows[item].text for item in pool], dtype=np.int64)
        with torch.no_grad():
            asked, _ = model.encode(tokens, queries, limit)
            told, _ = model.encode(tokens, texts, limit)
        groups = torch.from_numpy(batches.groups[pool]).to(told.device)
        near = _nearest(asked, told, groups, doubtful=doubtful)
        for item, found in zip(pool, near, strict=True):
            kept = list(batches.neighbours[item])[: FOUND // 2]
            mined = [int(pool[place]) for place in found]
            batches.neighbours[item] = tuple(dict.fromkeys([*mined, *kept]))
    model.train()


def _nearest(asked: Tensor, told: Tensor, groups: Tensor, *, doubtful: bool) -> list[list[int]]:
    """The best passages of other groups for each query, `FOUND` at most."""
    found: list[list[int]] = []
    for start in range(0, len(asked), WINDOW):
        some = slice(start, start + WINDOW)
        scores = asked[some] @ told.T
        right = (asked[some] * told[some]).sum(dim=1, keepdim=True)
        barred = groups[some][:, None] == groups
        if doubtful:
            barred |= scores > right
        scores.masked_fill_(barred, -2.0)
        best = scores.topk(min(FOUND, len(told)), dim=1)
        for places, values in zip(best.indices.tolist(), best.values.tolist(), strict=True):
            found.append([p for p, value in zip(places, values, strict=True) if value > -1])
    return found
