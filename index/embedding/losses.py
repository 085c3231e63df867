"""The losses of the training: in-batch negatives, and CoSENT for graded similarity."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from index.embedding.training_data import LENGTHS, Batch

TEMPERATURE = 0.02
SCALE = 20.0
"""Of CoSENT, as sentence-transformers has it."""
WEIGHTS = {"seller": 1.0, "help": 1.0, "pairs": 0.5, "similarity": 0.3}
"""Of the loss, by source."""
SAME_QUESTION = 0.3
"""Weight of question to question of the same passage."""
NEAR_IDENTICAL = 0.5
"""Shared character 4-grams over all of two passages, from which they are no negatives."""

Encode = Callable[[list[str], int], Tensor]
"""Prompted texts and a limit of tokens to unit vectors, float32, shape (texts, dim)."""


def negatives_mask(queries: list[str], passages: list[str]) -> Tensor:
    """Which pairs take part: a passage's own, and those that may count as wrong.

    Args:
        queries: shape (n,).
        passages: their passages.

    Returns:
        bool, shape (n, n), symmetric, true on the diagonal; false where the queries are the same
        or the passages the same or nearly so.
    """
    grams = [{text[n : n + 4] for n in range(len(text) - 3)} for text in passages]
    mask = torch.ones(len(queries), len(passages), dtype=torch.bool)
    for i in range(len(queries)):
        for j in range(i):
            shared = len(grams[i] & grams[j]) / max(1, len(grams[i] | grams[j]))
            if shared >= NEAR_IDENTICAL or queries[i] == queries[j] or passages[i] == passages[j]:
                mask[i, j] = mask[j, i] = False
    return mask


def contrast(left: Tensor, right: Tensor, mask: Tensor) -> Tensor:
    """Mean cross entropy of row i finding row i on the other side, both directions.

    Args:
        left: unit vectors, shape (n, dim).
        right: likewise.
        mask: which pairs take part, shape (n, n), symmetric.
    """
    logits = (left @ right.T / TEMPERATURE).masked_fill(~mask, float("-inf"))
    wanted = torch.arange(len(left))
    there, back = (functional.cross_entropy(values, wanted) for values in (logits, logits.T))
    return (there + back) / 2


def cosent(left: Tensor, right: Tensor, scores: list[float]) -> Tensor:
    """log(1 + sum of exp(scale (cos_i - cos_j)) over pairs where i is less similar than j)."""
    cosines = SCALE * (left * right).sum(dim=1)
    told = torch.tensor(scores)
    terms = (cosines[:, None] - cosines[None, :])[told[:, None] < told[None, :]]
    return torch.logsumexp(torch.cat([torch.zeros(1), terms]), dim=0)


def loss_of(batch: Batch, encode: Encode) -> Tensor:
    """The weighted loss of a batch."""
    limit, weight = LENGTHS[batch.source], WEIGHTS[batch.source]
    asked = encode([*batch.queries, *batch.others], limit)
    passages = encode(batch.passages, limit)
    queries, others = asked[: len(passages)], asked[len(passages) :]
    if batch.scores:
        return weight * cosent(queries, passages, batch.scores)
    mask = negatives_mask(batch.queries, batch.passages)
    loss = contrast(queries, passages, mask)
    if batch.others:
        loss = (loss + contrast(others, passages, mask)) / 2
        loss = loss + SAME_QUESTION * contrast(queries, others, mask)
    return weight * loss
