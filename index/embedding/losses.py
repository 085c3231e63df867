"""The losses: contrast with in-batch and hard negatives, CoSENT, late interaction.

sentence-transformers' own losses tokenize and encode inside; here one forward pass serves all
parts of a step, near misses are negatives on one side alone, and pairs that may both be right are
masked, so the formulas stand here. CoSENT is its `CoSENTLoss` with the same scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

SCALE = 20.0
"""Of CoSENT, as sentence-transformers has it."""
ROWS = 32
"""Queries of the late interaction that are compared at a time."""


@dataclass(frozen=True)
class Contrast:
    """How rows are told apart.

    Attributes:
        temperature: divides the cosines.
        dims: lengths of the vectors compared, the whole one included.
    """

    temperature: float
    dims: tuple[int, ...]

    def both(
        self, left: Tensor, right: Tensor, same: Tensor, wrong: tuple[Tensor, Tensor] | None = None
    ) -> Tensor:
        """Cross entropy of each row finding its partner, both directions, mean over `dims`.

        Args:
            left: vectors, shape (n, dim).
            right: their partners, likewise.
            same: bool, shape (n, n), symmetric: pairs off the diagonal that are no negatives.
            wrong: further vectors for `left` and for `right` to tell from their partners,
                shapes (m, dim); empty ones for none.
        """
        losses = []
        for dim in self.dims:
            short = [functional.normalize(x[:, :dim], dim=1) for x in (left, right)]
            further = [functional.normalize(x[:, :dim], dim=1) for x in wrong or ()]
            cosines = short[0] @ short[1].T
            extra = [short[0] @ further[0].T, short[1] @ further[1].T] if further else []
            losses.append(self.of_scores(cosines, same, extra))
        return torch.stack(losses).mean()

    def of_scores(self, scores: Tensor, same: Tensor, extra: Sequence[Tensor] = ()) -> Tensor:
        """The same of scores, shape (n, n), and `extra` columns for each direction."""
        identity = torch.eye(len(scores), dtype=torch.bool, device=scores.device)
        logits = (scores / self.temperature).masked_fill(same & ~identity, float("-inf"))
        wanted = torch.arange(len(scores), device=scores.device)
        losses = []
        for number, values in enumerate((logits, logits.T)):
            more = [extra[number] / self.temperature] if extra else []
            losses.append(functional.cross_entropy(torch.cat([values, *more], dim=1), wanted))
        return (losses[0] + losses[1]) / 2


def cosent(left: Tensor, right: Tensor, told: Tensor) -> Tensor:
    """log(1 + sum of exp(scale (cos_i - cos_j)) over pairs where i is less similar than j).

    Args:
        left: unit vectors, shape (n, dim).
        right: likewise.
        told: similarities as people judged them, shape (n,).
    """
    cosines = SCALE * (left * right).sum(dim=1)
    terms = (cosines[:, None] - cosines[None, :])[told[:, None] < told[None, :]]
    return torch.logsumexp(torch.cat([cosines.new_zeros(1), terms]), dim=0)


def late_scores(queries: Sequence[Tensor], passages: Sequence[Tensor]) -> Tensor:
    """Mean over a query's tokens of the best cosine among a passage's tokens (ColBERT's MaxSim).

    Args:
        queries: unit token vectors of each text, shapes (tokens, dim).
        passages: likewise.

    Returns:
        float32, shape (queries, passages).
    """
    counts = torch.tensor([len(q) for q in queries], device=queries[0].device)
    asked = torch.nn.utils.rnn.pad_sequence(list(queries), batch_first=True)
    told = torch.nn.utils.rnn.pad_sequence(list(passages), batch_first=True)
    absent = (told.detach().abs().amax(dim=2) == 0)[None, :, None, :]
    rows = []
    for start in range(0, len(asked), ROWS):
        some = asked[start : start + ROWS]
        cosines = torch.einsum("qid,pjd->qpij", some, told).masked_fill(absent, -1.0)
        best = cosines.amax(dim=3).float()
        real = torch.arange(some.shape[1], device=some.device) < counts[start : start + ROWS, None]
        rows.append((best * real[:, None, :]).sum(dim=2) / counts[start : start + ROWS, None])
    return torch.cat(rows)
