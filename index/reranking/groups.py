"""What the cross-encoder chooses from: a question, the passage that answers it, and its rivals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from index.embedding.encoding import TrainedEncoder
from index.embedding.prepared import Item
from index.embedding.tokens import TextTable, Tokens

HARD, RIVALS, CHANCE = 10, 4, 1
"""Passages found for a question, drawn of them, and drawn of all."""
NOISE = 0.3
"""Share of questions with typing errors."""
VARIANTS = 2
"""With typing errors, of each question; `prepare` makes them."""
LIMIT, ROWS = 256, 1024


@dataclass(frozen=True)
class Questions:
    """All questions of our items.

    Attributes:
        texts: their numbers and those of two variants with typing errors, shape (n, 3).
        items: which passage each is about, shape (n,).
        answered: whether it answers, shape (n,).
    """

    texts: NDArray[np.int64]
    items: NDArray[np.int64]
    answered: NDArray[np.bool_]


def gather(items: Sequence[Item], table: TextTable) -> tuple[Questions, NDArray[np.int64]]:
    """Number the texts: questions, and each item's passage under its title."""
    texts, of, answered = [], [], []
    for number, item in enumerate(items):
        for place, query in enumerate(item.queries):
            noisy = item.noisy[VARIANTS * place : VARIANTS * (place + 1)]
            texts.append([table.query(text) for text in (query, *noisy)])
        texts += [[table.query(text)] * (1 + VARIANTS) for text in item.near]
        of += [number] * (len(item.queries) + len(item.near))
        answered += [True] * len(item.queries) + [False] * len(item.near)
    passages = [table.passage(item.titled) for item in items]
    questions = Questions(np.array(texts), np.array(of), np.array(answered))
    return questions, np.array(passages)


@torch.no_grad()
def rivals(
    model: TrainedEncoder, tokens: Tokens, questions: Questions, passages: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The items that each question is nearest to besides its own, shape (n, `HARD` at most).

    How near: the cosine of the question with the passage and that with the nearest other question
    of it together.
    """
    device = model.device
    asked, _ = model.encode(tokens, questions.texts[:, 0], LIMIT)
    told, _ = model.encode(tokens, passages, LIMIT)
    of = torch.from_numpy(questions.items).to(device)
    kept = torch.from_numpy(questions.answered).to(device)
    rows = []
    for start in range(0, len(asked), ROWS):
        some = asked[start : start + ROWS]
        alike = (some @ asked[kept].T).float()
        best = torch.full((len(some), len(told)), -1.0, device=device)
        best.scatter_reduce_(1, of[kept].expand(len(some), -1), alike, "amax")
        score = best + (some @ told.T).float()
        score[torch.arange(len(some), device=device), of[start : start + ROWS]] = -9.0
        rows.append(score.topk(min(HARD, len(told) - 1), dim=1).indices)
    return np.asarray(torch.cat(rows).cpu())


def groups(
    questions: Questions, hard: NDArray[np.int64], rows: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Question texts, shape (n,), and items beside each, its own first, shape (n, 1 + others)."""
    spoiled = np.where(rng.random(len(rows)) < NOISE, rng.integers(1, 1 + VARIANTS, len(rows)), 0)
    drawn = np.argsort(rng.random(hard[rows].shape), axis=1)[:, :RIVALS]
    beside = np.take_along_axis(hard[rows], drawn, axis=1)
    chance = rng.integers(0, questions.items.max() + 1, (len(rows), CHANCE))
    own = questions.items[rows][:, None]
    chance = np.where(chance == own, (chance + 1) % (questions.items.max() + 1), chance)
    return questions.texts[rows, spoiled], np.concatenate([own, beside, chance], axis=1)
