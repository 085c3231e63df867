"""Trains the encoder to find the passage that answers a question.

    python -m index.embedding.train --data DIR --out DIR [--minutes N | --steps N]
        [--seed 0] [--resume]

Contrastive learning with in-batch negatives in both directions (arXiv 2212.03533, section 3.2),
and CoSENT where pairs have a similarity. The learning rate follows the share of the minutes, or
of the steps, that has passed. `training.json` beside the weights tells the steps, the seed and
the fingerprints of the data: `--steps` repeats the run but for the pace of its learning rate.
"""

import argparse
import json
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import cast

import numpy as np
import torch
from safetensors.numpy import save
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import BertModel

from index.embedding import BUILTIN
from index.embedding.files import write_bytes, write_text
from index.embedding.losses import Encode, loss_of
from index.embedding.quantize import quantize, read_weights
from index.embedding.tokenizer import PAD, SPECIALS
from index.embedding.training_data import Batches, fingerprints

TRAINED_ID = "e5-small-ko-seller"
RATE, WORD_RATE, DECAY = 6e-5, 2e-5, 0.01
"""Learning rates of the layers and of the word table, and the weight decay of AdamW."""
WARM_UP = 0.08
"""Share of the training over which the learning rate rises."""
LOWEST = 0.01
"""Least factor of the learning rate, so that the first and the last step count."""
CLIP = 1.0
"""Norm to which gradients are cut."""
SAVE_SECONDS = 240
CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class Budget:
    """How long to train: `steps` if given, else `minutes`."""

    minutes: float
    steps: int | None

    def passed(self, steps: int, seconds: float) -> float:
        """The share that is over, 1 or more at the end."""
        return steps / self.steps if self.steps else seconds / (60 * self.minutes)


class Trainer:
    """The model, its optimiser and where they stand."""

    def __init__(self, base: Path) -> None:
        """Load the encoder without dropout."""
        self.step, self.seconds = 0, 0.0
        self._base = base
        self._model = BertModel.from_pretrained(
            base,
            dtype=torch.float32,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self._model.train()
        self._optimizer = _optimizer(self._model)
        self._encode = _encode(self._model, base / "tokenizer.json")

    def run(self, batches: Batches, budget: Budget, out: Path) -> None:
        """Train until the budget is used up, with a checkpoint every `SAVE_SECONDS`."""
        begun, saved = perf_counter() - self.seconds, self.seconds
        while (passed := budget.passed(self.step, self.seconds)) < 1:
            batch = batches.draw(self.step)
            for group in self._optimizer.param_groups:
                group["lr"] = group["peak"] * rate_factor(passed)
            loss = loss_of(batch, self._encode)
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self._model.parameters(), CLIP)
            self._optimizer.step()
            self.step, self.seconds = self.step + 1, perf_counter() - begun
            _tell(f"{self.step} {self.seconds:.0f}s {passed:.3f} {batch.source} {loss.item():.4f}")
            if self.seconds - saved > SAVE_SECONDS:
                self.save(out / CHECKPOINT)
                saved = self.seconds

    def save(self, path: Path) -> None:
        """Write a checkpoint; the one before is replaced only by a whole one."""
        states = {"model": self._model.state_dict(), "optimizer": self._optimizer.state_dict()}
        unfinished = path.with_suffix(".new")
        torch.save(states | {"step": self.step, "seconds": self.seconds}, unfinished)
        unfinished.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = torch.load(path, weights_only=True)
        self._model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]

    def export(self, out: Path) -> None:
        """Write a directory like the base with these weights, float16, and its ONNX file."""
        state = self._model.state_dict()
        halves = {name: state[name].numpy().astype(np.float16) for name in read_weights(self._base)}
        ignored = shutil.ignore_patterns("onnx", "*.safetensors", "*.md")
        shutil.copytree(self._base, out, dirs_exist_ok=True, ignore=ignored)
        write_bytes(out / "model.safetensors", save(halves, metadata={"format": "pt"}))
        quantize(out, TRAINED_ID)


def rate_factor(passed: float) -> float:
    """Factor of the learning rate after a share of the training: up, then down, both straight."""
    return max(LOWEST, min(passed / WARM_UP, (1 - passed) / (1 - WARM_UP)))


def _optimizer(model: BertModel) -> torch.optim.AdamW:
    """AdamW with a slower word table and without decay of embeddings, biases and norms."""
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, weight in model.named_parameters():
        rate = WORD_RATE if "word_embeddings" in name else RATE
        decay = DECAY if weight.ndim > 1 and "embeddings" not in name else 0.0
        if "pooler" not in name:
            groups.setdefault((rate, decay), []).append(weight)
    return torch.optim.AdamW(
        [
            {"params": weights, "lr": rate, "peak": rate, "weight_decay": decay}
            for (rate, decay), weights in groups.items()
        ]
    )


def _encode(model: BertModel, path: Path) -> Encode:
    """The encoder as it is trained: bfloat16 products, mean pooling, unit length."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_padding(pad_id=SPECIALS.index(PAD), pad_token=PAD)

    def encode(texts: list[str], limit: int) -> Tensor:
        tokenizer.enable_truncation(max_length=limit)
        found = tokenizer.encode_batch(texts)
        ids = torch.tensor([entry.ids for entry in found])
        mask = torch.tensor([entry.attention_mask for entry in found])
        with torch.autocast("cpu", torch.bfloat16):
            states = cast("Tensor", model(input_ids=ids, attention_mask=mask).last_hidden_state)
        kept = mask.unsqueeze(-1).float()
        return functional.normalize((states.float() * kept).sum(dim=1) / kept.sum(dim=1), dim=1)

    return encode


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Train from the command line; the model is written to `model` below --out."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.train")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and model")
    parser.add_argument("--base", type=Path, default=BUILTIN, help="encoder to start from")
    parser.add_argument("--minutes", type=float, default=35.0)
    parser.add_argument("--steps", type=int, help="instead of --minutes, to repeat a run")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    arguments = parser.parse_args()
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    trainer = Trainer(arguments.base)
    if arguments.resume:
        trainer.resume(out / CHECKPOINT)
    budget = Budget(arguments.minutes, arguments.steps)
    trainer.run(Batches(arguments.data, arguments.seed), budget, out)
    trainer.export(out / "model")
    record = {
        "seed": arguments.seed,
        "steps": trainer.step,
        "seconds": round(trainer.seconds),
        "budget": asdict(budget),
        "data": fingerprints(arguments.data),
    }
    write_text(out / "training.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
