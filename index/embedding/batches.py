"""Draws the texts of a training step: by seed and step alone, so a run can go on or be repeated."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedding.prepared import Item, Prepared
from index.embedding.recipe import Recipe
from index.embedding.tokens import TextTable

Numbers = NDArray[np.int64]


def _nobody() -> Numbers:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Batch:
    """Text numbers of one part; rows belong together.

    Attributes:
        part: its name in the recipe.
        left: shape (n,).
        right: the partners of `left`, shape (n,).
        others: further queries of the same passages, shape (n,) or empty.
        wrong: further texts that are partners of none: near misses (queries) or
            contradictions, shape (m,).
        groups: rows of one group are no negatives of each other, shape (n,).
        scores: similarity of the rows, 0 to 5, shape (n,) or empty.
        rows: of `Asked`, shape (n,) or empty.
    """

    part: str
    left: Numbers
    right: Numbers
    groups: Numbers
    others: Numbers = field(default_factory=_nobody)
    wrong: Numbers = field(default_factory=_nobody)
    scores: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    rows: Numbers = field(default_factory=_nobody)


@dataclass(frozen=True)
class Asked:
    """Text numbers of all questions and near misses of our items.

    Attributes:
        texts: shape (n,).
        noisy: variants with typing errors, shape (n, variants); a near miss has itself.
        classes: those of one number are answered by the same, or miss the same; shape (n,).
    """

    texts: Numbers
    noisy: Numbers
    classes: Numbers


@dataclass(frozen=True)
class _Row:
    """Text numbers of an item."""

    queries: Numbers
    noisy: Numbers
    """Shape (queries, variants)."""
    near: Numbers
    text: int
    titled: int
    cloze: tuple[tuple[int, int], ...]


class Batches:
    """The parts of each step."""

    def __init__(self, prepared: Prepared, recipe: Recipe, table: TextTable, seed: int) -> None:
        """Number the texts; `table` grows by those not yet in it."""
        self._recipe, self._seed = recipe, seed
        self.rows = [_row(item, table) for item in prepared.items]
        self._prepared_neighbours = tuple(item.neighbours for item in prepared.items)
        self.neighbours: list[Sequence[int]] = list(self._prepared_neighbours)
        self.groups = _groups([item.group for item in prepared.items])
        own = [item.source != "help" for item in prepared.items]
        self.own, self.help = np.flatnonzero(own), np.flatnonzero(~np.array(own))
        self._cloze = np.flatnonzero([bool(row.cloze) for row in self.rows])
        self._pairs = _numbers(prepared.pairs, table, 2)
        self._pair_groups = _groups([group for _, _, group in prepared.pairs])
        self._nli = _numbers(prepared.nli, table, 3)
        self._nli_groups = _groups([premise for premise, _, _ in prepared.nli])
        self._scored = _numbers(prepared.similarity, table, 2)
        self._scores = np.array([s for _, _, s in prepared.similarity], dtype=np.float32)
        self.asked = _asked([(self.rows[n], int(self.groups[n])) for n in self.own])

    def with_recipe(self, recipe: Recipe, seed: int) -> "Batches":
        """The same data drawn in another way, with the neighbours as they were prepared."""
        other = copy(self)
        other._recipe, other._seed = recipe, seed
        other.neighbours = list(self._prepared_neighbours)
        return other

    def draw(self, step: int) -> list[Batch]:
        """The parts of a step, the same each time."""
        rng = np.random.default_rng((self._seed, step))
        draws = {
            "own": self._own,
            "help": self._help_pages,
            "cloze": self._inverse_cloze,
            "pairs": self._paraphrases,
            "nli": self._entailments,
            "scored": self._graded,
            "asked": self._any_asked,
        }
        sizes = self._recipe.sizes
        return [draws[part](sizes[part], rng) for part in draws if sizes[part]]

    def _any_asked(self, size: int, rng: np.random.Generator) -> Batch:
        asked = self.asked
        rows = rng.choice(len(asked.texts), min(size, len(asked.texts)), replace=False)
        left = asked.texts[rows]
        if asked.noisy.shape[1]:
            spoiled = rng.random(len(rows)) < self._recipe.noise
            variant = rng.integers(asked.noisy.shape[1], size=len(rows))
            left = np.where(spoiled, asked.noisy[rows, variant], left)
        return Batch("asked", left, _nobody(), asked.classes[rows], rows=rows)

    def _own(self, size: int, rng: np.random.Generator) -> Batch:
        items = self._clustered(self.own, size, rng)
        asked = [rng.choice(len(self.rows[i].queries), 2) for i in items]
        near = [self._near(i, rng) for i in items] if self._recipe.near else []
        return Batch(
            "own",
            self._queries(items, [a for a, _ in asked], rng),
            self._passages(items, rng),
            self.groups[items],
            others=self._queries(items, [b for _, b in asked], rng),
            wrong=np.concatenate(near).astype(np.int64) if near else _nobody(),
        )

    def _near(self, item: int, rng: np.random.Generator) -> Numbers:
        near, most = self.rows[item].near, self._recipe.near_each
        return rng.choice(near, most, replace=False) if most and len(near) > most else near

    def _help_pages(self, size: int, rng: np.random.Generator) -> Batch:
        items = self._clustered(self.help, size, rng)
        queries = self._queries(items, [0] * len(items), rng)
        return Batch("help", queries, self._passages(items, rng), self.groups[items])

    def _inverse_cloze(self, size: int, rng: np.random.Generator) -> Batch:
        items = rng.choice(self._cloze, min(size, len(self._cloze)), replace=False)
        cloze = [self.rows[item].cloze for item in items]
        taken: list[tuple[int, int]] = [pairs[rng.integers(len(pairs))] for pairs in cloze]
        left, right = (np.array(side, dtype=np.int64) for side in zip(*taken, strict=True))
        return Batch("cloze", left, right, self.groups[items])

    def _paraphrases(self, size: int, rng: np.random.Generator) -> Batch:
        rows = rng.choice(len(self._pairs), min(size, len(self._pairs)), replace=False)
        left, right = self._pairs[rows].T
        return Batch("pairs", left, right, self._pair_groups[rows])

    def _entailments(self, size: int, rng: np.random.Generator) -> Batch:
        rows = rng.choice(len(self._nli), min(size, len(self._nli)), replace=False)
        left, right, wrong = self._nli[rows].T
        return Batch("nli", left, right, self._nli_groups[rows], wrong=wrong)

    def _graded(self, size: int, rng: np.random.Generator) -> Batch:
        rows = rng.choice(len(self._scored), min(size, len(self._scored)), replace=False)
        left, right = self._scored[rows].T
        return Batch("scored", left, right, _nobody(), scores=self._scores[rows])

    def _clustered(self, pool: Numbers, size: int, rng: np.random.Generator) -> Numbers:
        """Items of the pool in groups of neighbours, each once."""
        chosen: dict[int, None] = {}
        size = min(size, len(pool))
        for seed in rng.permutation(pool):
            near = self.neighbours[seed]
            count = self._recipe.clusters - 1
            taken = rng.permutation(np.array(near, dtype=np.int64))[:count].tolist()
            chosen.update(dict.fromkeys([int(seed), *taken]))
            if len(chosen) >= size:
                break
        return np.array(list(chosen)[:size], dtype=np.int64)

    def _queries(self, items: Numbers, which: Sequence[int], rng: np.random.Generator) -> Numbers:
        chosen = []
        for item, number in zip(items, which, strict=True):
            row = self.rows[item]
            spoiled = rng.random() < self._recipe.noise and row.noisy.shape[1] > 0
            variants = row.noisy[number] if spoiled else row.queries[number : number + 1]
            chosen.append(rng.choice(variants))
        return np.array(chosen, dtype=np.int64)

    def _passages(self, items: Numbers, rng: np.random.Generator) -> Numbers:
        titled = rng.random(len(items)) < self._recipe.titled
        rows = [self.rows[item] for item in items]
        chosen = [row.titled if t else row.text for row, t in zip(rows, titled, strict=True)]
        return np.array(chosen, dtype=np.int64)


def _row(item: Item, table: TextTable) -> _Row:
    queries = np.array([table.query(text) for text in item.queries], dtype=np.int64)
    noisy = np.array([table.query(text) for text in item.noisy], dtype=np.int64)
    return _Row(
        queries=queries,
        noisy=noisy.reshape(len(queries), -1),
        near=np.array([table.query(text) for text in item.near], dtype=np.int64),
        text=table.passage(item.text),
        titled=table.passage(item.titled),
        cloze=tuple(
            (table.query(item.text[start:end]), table.passage(_without(item.text, start, end)))
            for start, end in item.spans
        ),
    )


def _asked(items: Sequence[tuple[_Row, int]]) -> Asked:
    texts, noisy, classes = [], [], []
    for row, group in items:
        variants = row.noisy.shape[1]
        texts += [row.queries, row.near]
        noisy += [row.noisy, np.repeat(row.near[:, None], variants, axis=1)]
        classes += [2 * group] * len(row.queries) + [2 * group + 1] * len(row.near)
    return Asked(
        np.concatenate([*texts, _nobody()]),
        np.concatenate(noisy) if noisy else _nobody()[:, None],
        np.array(classes, dtype=np.int64),
    )


def _without(text: str, start: int, end: int) -> str:
    return f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()


def _groups(names: Sequence[str]) -> Numbers:
    return np.unique(np.array(names, dtype=np.str_), return_inverse=True)[1].astype(np.int64)


def _numbers(rows: Sequence[Sequence[Any]], table: TextTable, width: int) -> Numbers:
    found = [[table.query(text) for text in row[:width]] for row in rows]
    return np.array(found, dtype=np.int64).reshape(-1, width)
