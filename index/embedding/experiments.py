"""Runs several recipes one after the other within a time, and tells what each gave.

    python -m index.embedding.experiments --prepared DIR --base DIR --plan FILE --out DIR

Serves the ablations (a part left out, all else the same) and the final runs (seeds whose weights
are averaged). The plan is JSON (`plan.Plan`) with `seconds` in all. Figures are written as they
come; the best weights too, in parts small enough to be sent back.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import torch

from index.embedding.encoding import TrainedEncoder
from index.embedding.export import halves, write_parts
from index.embedding.figures import Figures
from index.embedding.files import write_text
from index.embedding.packed import ARRAYS, unpack
from index.embedding.plan import Plan, Run, average, mixed, read_plan
from index.embedding.recipe import Recipe, default_recipe
from index.embedding.tables import open_tables
from index.embedding.train import base_weights, device_here
from index.embedding.trainer import Trainer, Weights, tell

WORTH = {
    "heldout titled MRR": 0.3,
    "heldout MRR": 0.2,
    "help MRR": 0.2,
    "cloze MRR": 0.15,
    "KorSTS dev": 0.15,
}
"""What the best weights are chosen by."""
LATE = "heldout titled MRR, late"
SMALLER = 0.7
"""Of the sizes, after the memory did not suffice."""
SPARE_SECONDS = 12.0
"""Kept back for the figures of a run cut off."""


def worth(figures: Figures) -> float:
    """One number for what weights are worth."""
    return sum(share * figures[name] for name, share in WORTH.items())


class Laboratory:
    """What all runs share: the data on the device, the base, the time."""

    def __init__(self, folder: Path, base: Path, out: Path, plan: Plan) -> None:
        """Read the prepared data and number its texts."""
        self._until = perf_counter() + plan.seconds
        self._base, self._out, self._device = base, out, device_here()
        self.recipe: Recipe = default_recipe(gpu=self._device.type == "cuda").changed(plan.recipe)
        tables = open_tables(folder, base, self.recipe, 0, self._device)
        self._batches, self._dev, self._tokens = tables.batches, tables.dev, tables.tokens
        tell(f"{len(self._tokens.lengths)} texts, {self.remaining():.0f}s left")
        self.untrained = base_weights(base, self._device)
        self._best = 0.0
        self._told: list[dict[str, Any]] = []

    def remaining(self) -> float:
        """Seconds that are left."""
        return self._until - perf_counter()

    def run(self, run: Run) -> Weights | None:
        """Train, measure and tell; None if there was no time or no memory for it."""
        recipe = self.recipe.changed(run.changes)
        for _ in range(3):
            try:
                return self._try(run, recipe)
            except torch.OutOfMemoryError as error:
                tell(f"{run.name}: {str(error).splitlines()[0]}")
            torch.cuda.empty_cache()
            recipe = recipe.changed(
                {"sizes": {p: int(SMALLER * n) for p, n in recipe.sizes.items()}}
            )
        return None

    def _try(self, run: Run, recipe: Recipe) -> Weights:
        begun = perf_counter()
        torch.manual_seed(run.seed)
        tell(f"{run.name} {run.changes} after {self.remaining():.0f}s left")
        batches = self._batches.with_recipe(recipe, run.seed)
        trainer = Trainer(self._base, recipe, self._tokens, self._device)
        until = self._until - SPARE_SECONDS
        whole = trainer.run(batches, run.budget, until=until)
        if self._device.type == "cuda":
            tell(f"  {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB")
        weights = trainer.weights()
        details = {
            "steps": trainer.step,
            "training": round(trainer.seconds, 1),
            "seconds": round(perf_counter() - begun, 1),
            "whole": whole,
        }
        self.measure(run.name, trainer.model, weights, keep=run.keep and whole, **details)
        for share in () if recipe.layers else run.mixes:
            mix = mixed([(share, weights), (1 - share, self.untrained)])
            self.measure(f"{run.name}, {share} of it", trainer.model, mix, keep=run.keep)
        return weights

    def measure(
        self, name: str, model: TrainedEncoder, weights: Weights, *, keep: bool, **details: object
    ) -> None:
        """Tell the figures of weights; write the weights if they are the best so far."""
        model.load_state_dict(weights, strict=False)
        figures = self._dev.of(model, self._tokens)
        self._told.append({"name": name, "worth": round(worth(figures), 4), **details, **figures})
        write_text(self._out / "figures.json", json.dumps(self._told, indent=1, ensure_ascii=False))
        tell(f"  {name}: {brief(self._told[-1])}")
        if keep and worth(figures) > self._best:
            self._best = worth(figures)
            write_parts(self._out, halves(weights))
            tell(f"  wrote the weights of {name}")

    def untrained_model(self, recipe: Recipe) -> TrainedEncoder:
        """The base as it came."""
        return TrainedEncoder(self._base, recipe.layers, recipe.late).to(self._device)

    def table(self) -> str:
        """All figures told so far, one line a run."""
        return "\n".join(f"{row['name']:<34} {brief(row)}" for row in self._told)


def brief(row: dict[str, Any]) -> str:
    """The figures that matter most."""
    names = ["worth", *WORTH, "heldout titled recall", "sellers titled MRR", "near misses AUC"]
    late = [name for name in row if name.endswith("late") or name.startswith(LATE)]
    return ", ".join(f"{name} {row[name]:.3f}" for name in (*names, *late))


def carry_out(lab: Laboratory, runs: Sequence[Run]) -> None:
    """All runs for which there is time, then the average of the kept ones."""
    model = lab.untrained_model(lab.recipe)
    lab.measure("untrained", model, lab.untrained, keep=False)
    kept: list[Weights] = []
    for run in runs:
        if lab.remaining() < 2 * SPARE_SECONDS:
            tell(f"no time for {run.name}")
            continue
        weights = lab.run(run)
        if run.keep and weights:
            kept.append(weights)
    if len(kept) > 1:
        together = average(kept)
        lab.measure(f"average of {len(kept)}", model, together, keep=True)
        for share in (0.9, 0.8, 0.7, 0.6):
            mix = mixed([(share, together), (1 - share, lab.untrained)])
            lab.measure(f"average, {share} of it", model, mix, keep=True)


def main() -> None:
    """Carry out a plan."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.experiments")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that `prepare` wrote")
    parser.add_argument("--base", type=Path, required=True, help="encoder, packed or not")
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    arguments = parser.parse_args()
    base, out = arguments.base, arguments.out
    plan = read_plan(arguments.plan)
    with TemporaryDirectory() as unpacked:
        if (base / ARRAYS).exists():
            unpack(base, Path(unpacked))
            base = Path(unpacked)
        lab = Laboratory(arguments.prepared, base, out, plan)
        carry_out(lab, plan.runs)
    tell(lab.table())


if __name__ == "__main__":
    main()
