"""What a training minimises: the loss of each part of a step."""

import numpy as np
import torch
from torch import Tensor

from index.embedding.batches import Batch
from index.embedding.encoding import TrainedEncoder
from index.embedding.losses import Contrast, cosent, late_scores
from index.embedding.memory import Memory
from index.embedding.recipe import Recipe
from index.embedding.tokens import Tokens, same_passages

NEARLY = 0.5
"""Shared pairs of tokens over all of two passages, from which they are no negatives."""
LATE_ROWS = 160
"""Rows of a part that the late-interaction loss takes."""


class Objective:
    """The losses of a recipe over a model."""

    def __init__(
        self, model: TrainedEncoder, recipe: Recipe, tokens: Tokens, memory: Memory | None = None
    ) -> None:
        """Note what to compare how; `memory` is needed for the part `asked`."""
        self.model, self._recipe, self._tokens = model, recipe, tokens
        self.memory = memory
        hidden = int(model.bert.config.hidden_size)
        self._contrast = Contrast(recipe.temperature, (hidden, *recipe.matryoshka))

    def losses(self, parts: list[Batch]) -> dict[str, Tensor]:
        """Encode all texts of a step together, then each part's loss."""
        numbers = np.concatenate(
            [np.concatenate([b.left, b.right, b.others, b.wrong]) for b in parts]
        )
        every, places = np.unique(numbers, return_inverse=True)
        late = self._recipe.late > 0
        vectors, states = self.model.encode(self._tokens, every, self._recipe.limit, late=late)
        at = {"start": 0}

        def take(count: int) -> np.ndarray:
            taken = places[at["start"] : at["start"] + count]
            at["start"] += count
            return np.asarray(taken)

        losses: dict[str, Tensor] = {}
        for batch in parts:
            rows = [take(len(x)) for x in (batch.left, batch.right, batch.others, batch.wrong)]
            losses[batch.part] = self._loss(batch, [vectors[torch.from_numpy(r)] for r in rows])
            if late and batch.part in ("own", "help"):
                found = self._late_loss(batch, rows, states)
                losses[f"late {batch.part}"] = self._recipe.late_weight * found
        return losses

    def _loss(self, batch: Batch, vectors: list[Tensor]) -> Tensor:
        left, right, others, wrong = vectors
        if batch.part == "asked":
            assert self.memory
            return self.memory.loss(left, batch.rows, self._recipe.asked_temperature)
        if batch.part == "scored":
            return cosent(left, right, torch.from_numpy(batch.scores).to(self.model.device))
        same = self._same(batch, len(left))
        nothing = wrong[:0]
        if batch.part == "own":
            loss = self._contrast.both(left, right, same, (nothing, wrong))
            loss = (loss + self._contrast.both(others, right, same, (nothing, wrong))) / 2
            asked = self._contrast.both(left, others, self._alike(batch, len(left)))
            return loss + self._recipe.questions * asked
        return self._contrast.both(left, right, same, (wrong, nothing))

    def _late_loss(self, batch: Batch, rows: list[np.ndarray], states: list[Tensor]) -> Tensor:
        count = min(LATE_ROWS, len(batch.left))
        asked, told = ([states[place] for place in side[:count]] for side in rows[:2])
        wrong = [states[place] for place in rows[3][:count]]
        scores = late_scores(asked, told)
        missed = late_scores(wrong, told).T if wrong else scores[:, :0]
        same = self._same(batch, count)
        return self._contrast.of_scores(scores, same, (scores[:, :0], missed))

    def _alike(self, batch: Batch, count: int) -> Tensor:
        """Rows of one group, or with the same text on the left."""
        groups, left = (torch.from_numpy(x[:count]) for x in (batch.groups, batch.left))
        same = (groups[:, None] == groups) | (left[:, None] == left)
        return same.to(self.model.device)

    def _same(self, batch: Batch, count: int) -> Tensor:
        """`_alike`, or with nearly the same text on the right."""
        ids, mask = self._tokens.padded(batch.right[:count], self._recipe.limit)
        return self._alike(batch, count) | same_passages(ids, mask, NEARLY)
