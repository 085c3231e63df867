"""Trains the encoder by a recipe: steps, learning rate, checkpoints, mining of neighbours."""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from time import perf_counter

import torch
from torch import Tensor

from index.embedding.batches import Batch, Batches
from index.embedding.encoding import TrainedEncoder
from index.embedding.files import write_bytes
from index.embedding.memory import Memory
from index.embedding.mining import model_neighbours
from index.embedding.objective import Objective
from index.embedding.recipe import Recipe
from index.embedding.tokens import Tokens

WARM_UP = 0.08
"""Share of the training over which the learning rate rises."""
LOWEST = 0.01
"""Least factor of the learning rate, so that the first and the last step count."""
CLIP = 1.0
"""Norm to which gradients are cut."""
SAVE_SECONDS = 240
TELL_STEPS = 20
Weights = dict[str, Tensor]


@dataclass(frozen=True)
class Budget:
    """How long to train: `steps` if given, else `seconds`; not beyond step `stop`."""

    seconds: float
    steps: int | None = None
    stop: int | None = None

    def passed(self, steps: int, seconds: float) -> float:
        """The share that is over, 1 or more at the end."""
        return steps / self.steps if self.steps else seconds / self.seconds

    def over(self, steps: int, seconds: float) -> bool:
        """Whether it is used up."""
        return self.passed(steps, seconds) >= 1 or steps == self.stop


class Trainer:
    """The model, its optimiser and where they stand."""

    def __init__(self, base: Path, recipe: Recipe, tokens: Tokens, device: torch.device) -> None:
        """Load the encoder."""
        self.step, self.seconds, self.device = 0, 0.0, device
        self._recipe, self._tokens = recipe, tokens
        self.model = TrainedEncoder(base, recipe.layers, recipe.late).to(device)
        self.model.train()
        _freeze(self.model, recipe.frozen)
        self._optimizer = _optimizer(self.model, recipe, fused=device.type == "cuda")
        self._objective = Objective(self.model, recipe, tokens)
        self._average: Weights = {}
        self._mined = self._refreshed = 0

    def run(
        self,
        batches: Batches,
        budget: Budget,
        checkpoint: Path | None = None,
        until: float = math.inf,
    ) -> bool:
        """Train until the budget is used up.

        Args:
            batches: where the steps come from.
            budget: how long.
            checkpoint: written every `SAVE_SECONDS`, if given.
            until: a `perf_counter` time at which to stop anyway.

        Returns:
            Whether the budget was used up before `until`.
        """
        begun, saved = perf_counter() - self.seconds, self.seconds
        while not budget.over(self.step, self.seconds):
            if perf_counter() > until:
                return False
            passed = budget.passed(self.step, self.seconds)
            self._mine(batches, passed)
            self._remember(batches, passed)
            losses = self._learn(batches.draw(self.step), passed)
            self.step += 1
            if self.step % TELL_STEPS == 0 or self.step == 1:
                told = " ".join(f"{part} {loss.item():.3f}" for part, loss in losses.items())
                tell(f"  step {self.step} {self.seconds:.0f}s {passed:.2f} {told}")
            self.seconds = perf_counter() - begun
            if checkpoint and self.seconds - saved > SAVE_SECONDS:
                self.save(checkpoint, batches)
                saved = self.seconds
        return True

    def weights(self) -> Weights:
        """The weights as trained, or their running average if the recipe asks for it."""
        return self._average or {
            name: value.detach().clone() for name, value in self.model.state_dict().items()
        }

    def save(self, path: Path, batches: Batches) -> None:
        """Write a checkpoint; the one before is replaced only by a whole one."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "average": self._average,
            "step": self.step,
            "seconds": self.seconds,
            "mined": self._mined,
            "neighbours": [list(near) for near in batches.neighbours] if self._mined else [],
            "refreshed": self._refreshed,
        }
        if memory := self._objective.memory:
            state["memory"] = memory.vectors
        stream = BytesIO()
        torch.save(state, stream)
        write_bytes(path, stream.getvalue())

    def resume(self, path: Path, batches: Batches) -> None:
        """Go on from a checkpoint; `batches` get the neighbours that the model had found."""
        state = torch.load(path, weights_only=True, map_location=self.device)
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._average = state["average"]
        self.step, self.seconds = state["step"], state["seconds"]
        self._mined, self._refreshed = state["mined"], state["refreshed"]
        if "memory" in state:
            self._objective.memory = Memory(state["memory"], batches.asked.classes)
        batches.neighbours = state["neighbours"] or batches.neighbours

    def _mine(self, batches: Batches, passed: float) -> None:
        due = sum(share <= passed for share in self._recipe.mine_at)
        if due > self._mined:
            self._mined = due
            tell(f"  neighbours by the model at {passed:.2f}")
            model_neighbours(self.model, self._tokens, batches, self._recipe.limit)

    def _remember(self, batches: Batches, passed: float) -> None:
        """Encode all questions at the start and whenever the recipe asks for it."""
        if not self._recipe.sizes["asked"]:
            return
        due = sum(share <= passed for share in self._recipe.refresh_at)
        if self._objective.memory is None or due > self._refreshed:
            self._refreshed = due
            self._objective.memory = Memory.of(self.model, self._tokens, batches.asked)

    def _learn(self, parts: list[Batch], passed: float) -> dict[str, Tensor]:
        factor = rate_factor(passed)
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        losses = self._objective.losses(parts)
        weights: Mapping[str, float] = self._recipe.weights
        total = torch.stack([weights.get(part, 1.0) * loss for part, loss in losses.items()]).sum()
        self._optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        self._optimizer.step()
        if self._recipe.average:
            self._follow(min(self._recipe.average, (1 + self.step) / (10 + self.step)))
        return {part: loss.detach() for part, loss in losses.items()}

    def _follow(self, decay: float) -> None:
        """Move the running average a little towards the weights."""
        state = self.model.state_dict()
        if not self._average:
            self._average = {name: value.detach().clone() for name, value in state.items()}
        for name, kept in self._average.items():
            if kept.is_floating_point():
                kept.lerp_(state[name], 1 - decay)


def rate_factor(passed: float) -> float:
    """Factor of the learning rate after a share of the training: up, then down, both straight."""
    return max(LOWEST, min(passed / WARM_UP, (1 - passed) / (1 - WARM_UP)))


def _freeze(model: TrainedEncoder, layers: int) -> None:
    """Keep the word table and the first layers as they are; no gradient is computed for them."""
    if layers:
        for part in (model.bert.embeddings, *model.bert.encoder.layer[:layers]):
            part.requires_grad_(False)


def _optimizer(model: TrainedEncoder, recipe: Recipe, *, fused: bool) -> torch.optim.AdamW:
    """AdamW with slower tables and lower layers, without decay of embeddings, biases and norms."""
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, weight in model.named_parameters():
        if "pooler" in name or not weight.requires_grad:  # mean pooling has no use for a pooler
            continue
        decayed = weight.ndim > 1 and "embeddings" not in name
        rate = recipe.rate * _share(name, model, recipe)
        groups.setdefault((rate, recipe.weight_decay if decayed else 0.0), []).append(weight)
    return torch.optim.AdamW(
        [
            {"params": weights, "lr": rate, "peak": rate, "weight_decay": decay}
            for (rate, decay), weights in groups.items()
        ],
        fused=fused,
    )


def _share(name: str, model: TrainedEncoder, recipe: Recipe) -> float:
    """Of the recipe's learning rate that a weight has."""
    layers = len(model.bert.encoder.layer)
    if name.startswith("late"):
        return 5.0  # it starts from chance, the rest from a trained encoder
    if "embeddings" in name:
        lowest = recipe.layer_decay**layers
        return lowest * (recipe.word_share if "word_embeddings" in name else 1.0)
    return recipe.layer_decay ** (layers - 1 - int(name.split("layer.")[1].split(".")[0]))


def tell(line: str) -> None:
    """Print at once, so that a run cut off has told all."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
