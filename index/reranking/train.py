"""Trains the cross-encoder on the questions, near misses and passages of a prepared folder.

    python -m index.reranking.train --prepared DIR --base DIR --out DIR [--layers 0,2,4,6,8,11]

Each question stands beside the passage that answers it and others that the encoder takes for it
(questions of the same passage other than itself help to find these); the loss is that of choosing
the right one, or none: a near miss has none. The word table stays as it is.
"""

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from index.embedding.encoding import TrainedEncoder
from index.embedding.export import halves, write_parts
from index.embedding.files import write_text
from index.embedding.prepared import read
from index.embedding.tokens import TextTable, Tokens, token_ids
from index.reranking.groups import gather, groups, rivals
from index.reranking.network import CrossEncoder, PairTokens

GROUPS = 64
"""Questions in a step."""
RATE, HEAD_RATE, DECAY, WARM_UP = 1.2e-4, 1e-3, 0.01, 0.06
DEV = "pairs_dev.json"


class Trainer:
    """The model and all texts."""

    def __init__(self, folder: Path, base: Path, layers: tuple[int, ...]) -> None:
        """Tokenize, and find what each question is mistaken for."""
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        items = [item for item in read(folder).items if item.source != "help"]
        table = TextTable()
        self.questions, self.passages = gather(items, table)
        dev = folder / DEV
        self.dev = json.loads(dev.read_text(encoding="utf-8")) if dev.exists() else []
        self.asked = np.array([table.query(row["question"]) for row in self.dev])
        self.beside = [[table.passage(text) for text in row["passages"]] for row in self.dev]
        ids, lengths = token_ids([*table.texts], base / "tokenizer.json")
        self.tokens = PairTokens(ids, lengths, self.device)
        self.lengths = lengths.astype(np.int64)
        encoder = TrainedEncoder(base).to(self.device)
        self.hard = rivals(
            encoder, Tokens(ids, lengths, self.device), self.questions, self.passages
        )
        self.model = CrossEncoder(base, layers).to(self.device)

    def logits(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> Tensor:
        """Of pairs of text numbers."""
        pair = (torch.from_numpy(x).to(self.device) for x in (left, right))
        found: Tensor = self.model(*self.tokens.joined(*pair))
        return found

    def loss(self, rows: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """Of choosing the passage that answers, or none."""
        texts, items = groups(self.questions, self.hard, rows, rng)
        width = items.shape[1]
        logits = self.logits(np.repeat(texts, width), self.passages[items].reshape(-1))
        logits = logits.reshape(-1, width)
        choice = torch.cat([logits, torch.zeros_like(logits[:, :1])], dim=1)
        right = torch.from_numpy(np.where(self.questions.answered[rows], 0, width))
        return functional.cross_entropy(choice, right.to(self.device))

    def run(self, seconds: float, epochs: float) -> None:
        """Train for so many rounds of all questions, or until the time is over."""
        begun, rng = perf_counter(), np.random.default_rng(0)
        total = int(epochs * len(self.questions.items)) // GROUPS
        order = np.concatenate(
            [rng.permutation(len(self.questions.items)) for _ in range(int(epochs) + 1)]
        )
        optimizer = self._optimizer()
        step, passed = 0, 0.0
        while passed < 1:
            rows = order[step * GROUPS : (step + 1) * GROUPS]
            factor = max(0.01, min(passed / WARM_UP, (1 - passed) / (1 - WARM_UP)))
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * factor
            loss = self.loss(rows, rng)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimizer.step()
            step += 1
            passed = max(step / total, (perf_counter() - begun) / seconds)
            if step % 100 == 0:
                tell(f"step {step}/{total} {perf_counter() - begun:.0f}s {loss.item():.3f}")
        tell(f"{step} steps of {total} in {perf_counter() - begun:.0f}s")

    def _optimizer(self) -> torch.optim.AdamW:
        named = [(n, w) for n, w in self.model.named_parameters() if w.requires_grad]
        sets = []
        for head in (True, False):
            for flat in (True, False):
                weights = [
                    w
                    for n, w in named
                    if (not n.startswith("bert.")) == head and (w.ndim < 2) == flat
                ]
                rate = HEAD_RATE if head else RATE
                sets.append(
                    {
                        "params": weights,
                        "lr": rate,
                        "peak": rate,
                        "weight_decay": 0 if flat else DECAY,
                    }
                )
        return torch.optim.AdamW(sets, fused=self.device.type == "cuda")

    @torch.no_grad()
    def figures(self) -> dict[str, float]:
        """On the product's dev questions and the passages that it found for them."""
        self.model.eval()
        pairs = [(a, p) for a, row in zip(self.asked, self.beside, strict=True) for p in row]
        left, right = (np.array(side) for side in zip(*pairs, strict=True))
        found = np.zeros(len(pairs))
        order = np.argsort(self.lengths[right])
        for start in range(0, len(order), 256):
            some = order[start : start + 256]
            found[some] = self.logits(left[some], right[some]).cpu().numpy()
        at, rows = 0, []
        for row in self.beside:
            rows.append(found[at : at + len(row)])
            at += len(row)
        self.scores = [[round(float(x), 3) for x in row] for row in rows]
        known = [n for n, d in enumerate(self.dev) if any(d["gold"])]
        hit = [self.dev[n]["gold"][int(rows[n].argmax())] for n in known]
        answered = np.array([bool(d["answerable"]) for d in self.dev])
        near = np.array([d["kind"] == "near_miss" for d in self.dev])
        first = np.array([row[0] for row in rows])
        best = np.array([row.max() for row in rows])
        return {
            "first of five": float(np.mean(hit)),
            "first as found": float(np.mean([self.dev[n]["gold"][0] for n in known])),
            "AUC of the first": auc(first[answered], first[~answered]),
            "AUC of the best": auc(best[answered], best[~answered]),
            "AUC of the best, near misses": auc(best[answered], best[near]),
        }


def auc(right: NDArray[np.float64], wrong: NDArray[np.float64]) -> float:
    """Share of pairs in which the right one is greater."""
    return float(np.mean(right[:, None] > wrong[None, :]))


def tell(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Train, measure and write."""
    parser = argparse.ArgumentParser(prog="python -m index.reranking.train")
    parser.add_argument("--prepared", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="encoder to start from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layers", default="", help="that are kept, such as 0,2,4,6,8,11")
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--seconds", type=float, default=1e9)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    layers = tuple(int(n) for n in arguments.layers.split(",") if n)
    begun = perf_counter()
    trainer = Trainer(arguments.prepared, arguments.base, layers)
    counts = trainer.questions.answered
    tell(f"{counts.sum()} questions, {(~counts).sum()} near misses, {perf_counter() - begun:.0f}s")
    trainer.run(arguments.seconds, arguments.epochs)
    if trainer.dev:
        figures = trainer.figures()
        tell(json.dumps(figures))
        write_text(arguments.out / "figures.json", json.dumps(figures))
        write_text(arguments.out / "scores.json", json.dumps(trainer.scores))
    weights = {
        name: value
        for name, value in trainer.model.state_dict().items()
        if "word_embeddings" not in name
    }
    write_parts(arguments.out, halves(weights))


if __name__ == "__main__":
    main()
