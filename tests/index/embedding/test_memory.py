"""Questions told apart from all others by stored vectors."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from index.embedding import prepared
from index.embedding.batches import Batches
from index.embedding.encoding import TrainedEncoder
from index.embedding.memory import Memory
from index.embedding.recipe import default_recipe
from index.embedding.tables import open_tables
from index.embedding.tokens import TextTable

RECIPE = default_recipe(gpu=False).changed({"sizes": {"asked": 5}, "noise": 0.0})
CLASSES = np.array([0, 0, 2, 3])


def unit(*degrees: float) -> torch.Tensor:
    """Vectors of a circle."""
    angles = torch.tensor(degrees) * math.pi / 180
    return torch.stack([angles.cos(), angles.sin()], dim=1)


def test_the_loss_is_the_share_of_the_own_class_among_all_others() -> None:
    memory = Memory(unit(0, 60, 90, 180), CLASSES)
    found = memory.loss(unit(0), np.array([0]), 0.5)
    # cosines with the others: 0.5 (its class), 0 and -1; with itself does not count
    exps = [math.exp(cosine / 0.5) for cosine in (0.5, 0.0, -1.0)]
    assert found.item() == pytest.approx(-math.log(exps[0] / sum(exps)), abs=1e-5)


def test_a_question_alone_in_its_class_has_nothing_to_find() -> None:
    memory = Memory(unit(0, 60, 90, 180), CLASSES)
    vectors = unit(90, 0).requires_grad_()
    both = memory.loss(vectors, np.array([2, 0]), 0.5)
    both.backward()
    assert vectors.grad is not None
    assert torch.equal(vectors.grad[0], torch.zeros(2))
    assert torch.isfinite(vectors.grad).all()
    assert vectors.grad[1].abs().sum() > 0
    assert memory.loss(unit(90), np.array([2]), 0.5).item() == 0


def test_vectors_are_stored_as_they_were_last_encoded() -> None:
    memory = Memory(unit(0, 60, 90, 180), CLASSES)
    memory.loss(unit(30), np.array([1]), 0.5)
    assert torch.allclose(memory.vectors, unit(0, 30, 90, 180), atol=1e-6)


def test_all_questions_and_near_misses_are_encoded_in_their_order(folder: Path, base: Path) -> None:
    tables = open_tables(folder, base, RECIPE, 0, torch.device("cpu"))
    asked = tables.batches.asked
    model = TrainedEncoder(base).eval()
    memory = Memory.of(model, tables.tokens, asked)
    with torch.no_grad():
        alone, _ = model.encode(tables.tokens, asked.texts[3:4], 64)
    assert torch.allclose(memory.vectors[3], alone[0], atol=2e-2)
    assert len(memory.vectors) == len(asked.texts) == 6 * 2 + 3


def test_a_class_is_what_one_item_answers_or_misses(folder: Path) -> None:
    table = TextTable()
    batches = Batches(prepared.read(folder), RECIPE, table, 0)
    names = [*table.texts]
    by_class: dict[int, set[str]] = {}
    for text, number in zip(batches.asked.texts, batches.asked.classes, strict=True):
        by_class.setdefault(int(number), set()).add(names[text].removeprefix("query: "))
    items = [item for item in prepared.read(folder).items if item.source != "help"]
    expected = [set(part) for item in items for part in (item.queries, item.near) if part]
    assert sorted(map(sorted, by_class.values())) == sorted(map(sorted, expected))
    (drawn,) = [batch for batch in batches.draw(0) if batch.part == "asked"]
    assert np.array_equal(batches.asked.texts[drawn.rows], drawn.left)
    assert np.array_equal(batches.asked.classes[drawn.rows], drawn.groups)


def test_typing_errors_are_made_in_questions_and_not_in_near_misses(folder: Path) -> None:
    recipe = RECIPE.changed({"noise": 1.0, "sizes": {"asked": 99}})
    table = TextTable()
    batches = Batches(prepared.read(folder), recipe, table, 0)
    names = [*table.texts]
    noisy = {f"query: {text}" for item in prepared.read(folder).items for text in item.noisy}
    (drawn,) = [batch for batch in batches.draw(0) if batch.part == "asked"]
    assert len(drawn.left) == len(batches.asked.texts)
    for text, number in zip(drawn.left, drawn.groups, strict=True):
        assert (names[text] in noisy) is bool(number % 2 == 0)
