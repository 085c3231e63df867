"""The vectors of all questions as they were last encoded: each step is told apart from all of them.

A batch holds a hundred questions, the corpus has twenty thousand that are easily confused with one
of them. Comparing with stored vectors costs one product and no encoding; they are a little old,
which training bears since the encoder moves slowly (cross-batch memory: Wang et al. 2020,
arXiv 1912.06798).
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from index.embedding.batches import Asked
from index.embedding.encoding import TrainedEncoder
from index.embedding.tokens import Tokens

CHUNK = 1024
"""Texts that are encoded together."""
LIMIT = 64
"""Tokens at which questions are cut; the longest of ours has fewer than a hundred."""


class Memory:
    """Vectors of all questions and near misses, in the order of `Asked`."""

    def __init__(self, vectors: Tensor, classes: NDArray[np.int64]) -> None:
        """Take unit vectors, shape (n, dim), and the class of each."""
        self.vectors = vectors
        self._classes = torch.from_numpy(classes).to(vectors.device)

    @classmethod
    def of(cls, model: TrainedEncoder, tokens: Tokens, asked: Asked) -> "Memory":
        """Encode all of them."""
        starts = range(0, len(asked.texts), CHUNK)
        with torch.no_grad():
            found = [model.encode(tokens, asked.texts[n : n + CHUNK], LIMIT)[0] for n in starts]
        return cls(torch.cat(found), asked.classes)

    def loss(self, vectors: Tensor, rows: NDArray[np.int64], temperature: float) -> Tensor:
        """How badly questions find one of their own class among all others.

        -log of the share that their class has of the sum of exp(cosine / temperature); the nearest
        of a class count most, as in the product's search. The given vectors are stored.

        Args:
            vectors: of the questions drawn, shape (n, dim).
            rows: their places here, shape (n,).
            temperature: divides the cosines.
        """
        places = torch.from_numpy(rows).to(vectors.device)
        alone = torch.zeros(len(rows), len(self.vectors), dtype=torch.bool, device=vectors.device)
        alone[torch.arange(len(rows), device=vectors.device), places] = True
        same = (self._classes[places][:, None] == self._classes) & ~alone
        has = same.any(dim=1)
        logits = vectors[has] @ self.vectors.T / temperature
        own = logits.masked_fill(~same[has], -torch.inf).logsumexp(dim=1)
        every = logits.masked_fill(alone[has], -torch.inf).logsumexp(dim=1)
        # A copy: the gradient needs the vectors as they were.
        self.vectors = self.vectors.index_copy(0, places, vectors.detach())
        return (every - own).sum() / max(1, len(own))
