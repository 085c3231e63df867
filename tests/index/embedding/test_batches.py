"""The texts of a step: the same for a seed and a step, partners beside each other."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from index.embedding import prepared
from index.embedding.batches import Batch, Batches
from index.embedding.recipe import Recipe, default_recipe
from index.embedding.tokens import TextTable

SIZES = {"own": 4, "help": 3, "cloze": 3, "pairs": 2, "nli": 2, "scored": 3}
RECIPE = default_recipe(gpu=False).changed({"sizes": SIZES, "noise": 0.0, "titled": 0.0})


def drawn(folder: Path, step: int = 0, seed: int = 0, **changes: object) -> dict[str, Batch]:
    """The parts of a step, by name."""
    recipe: Recipe = RECIPE.changed(changes)
    batches = Batches(prepared.read(folder), recipe, TextTable(), seed)
    return {batch.part: batch for batch in batches.draw(step)}


def texts(folder: Path) -> list[str]:
    table = TextTable()
    Batches(prepared.read(folder), RECIPE, table, 0)
    return [*table.texts]


def equal(one: dict[str, Batch], other: dict[str, Batch]) -> bool:
    return all(
        np.array_equal(getattr(one[part], field.name), getattr(other[part], field.name))
        for part in one
        for field in fields(Batch)[1:]
    )


def test_a_step_is_drawn_again_the_same_and_others_differ(folder: Path) -> None:
    first = drawn(folder, 3)
    assert set(first) == set(SIZES)
    assert equal(first, drawn(folder, 3))
    assert not equal(first, drawn(folder, 4))
    assert not equal(first, drawn(folder, 3, seed=1))


def test_drawing_does_not_depend_on_the_steps_before(folder: Path) -> None:
    batches = Batches(prepared.read(folder), RECIPE, TextTable(), 0)
    for step in range(3):
        batches.draw(step)
    assert equal({b.part: b for b in batches.draw(3)}, drawn(folder, 3))


@pytest.mark.parametrize("part", ["own", "help"])
def test_questions_stand_beside_the_passage_that_answers_them(folder: Path, part: str) -> None:
    names = texts(folder)
    by_text = {f"passage: {item.text}": item for item in prepared.read(folder).items}
    for step in range(5):
        batch = drawn(folder, step)[part]
        for left, right in zip(batch.left, batch.right, strict=True):
            queries = by_text[names[right]].queries
            assert names[left].removeprefix("query: ") in queries
        assert len(set(batch.right.tolist())) == len(batch.right)


def test_two_questions_of_a_passage_are_asked_mostly_different_ones(folder: Path) -> None:
    names = texts(folder)
    by_text = {f"passage: {item.text}": item for item in prepared.read(folder).items}
    differing = 0
    for step in range(20):
        batch = drawn(folder, step)["own"]
        for other, right in zip(batch.others, batch.right, strict=True):
            assert names[other].removeprefix("query: ") in by_text[names[right]].queries
        differing += int((batch.others != batch.left).sum())
    assert differing > 20  # of 80: there are two to draw from, each time anew


def test_near_misses_are_those_of_the_passages_drawn_and_can_be_left_out(folder: Path) -> None:
    names = texts(folder)
    items = {f"passage: {item.text}": item for item in prepared.read(folder).items}
    for step in range(5):
        batch = drawn(folder, step)["own"]
        expected = [near for right in batch.right for near in items[names[right]].near]
        assert [names[n] for n in batch.wrong] == [f"query: {near}" for near in expected]
        assert len(drawn(folder, step, near=False)["own"].wrong) == 0


def test_neighbours_come_together_unless_turned_off(folder: Path) -> None:
    items = prepared.read(folder).items
    names = texts(folder)
    places = {f"passage: {item.text}": number for number, item in enumerate(items)}
    near = [drawn(folder, n, sizes={"own": 3}, clusters=3)["own"].right for n in range(5)]
    for rights in near:
        numbers = [places[names[right]] for right in rights]
        assert set(numbers[1:]) == set(items[numbers[0]].neighbours)
    alone = {
        tuple(sorted(drawn(folder, n, sizes={"own": 3}, clusters=1)["own"].right)) for n in range(9)
    }
    assert len(alone) > len({tuple(sorted(rights)) for rights in near})


def test_noise_and_titles_follow_the_recipe(folder: Path) -> None:
    names = texts(folder)
    items = prepared.read(folder).items
    noisy = {f"query: {text}" for item in items for text in item.noisy}
    titled = {f"passage: {item.titled}" for item in items}
    for share in (0.0, 1.0):
        batch = drawn(folder, noise=share, titled=share)["own"]
        assert all((names[n] in noisy) is bool(share) for n in batch.left)
        assert all((names[n] in titled) is bool(share) for n in batch.right)


def test_inverse_cloze_takes_the_sentence_out_of_its_passage(folder: Path) -> None:
    names = texts(folder)
    batch = drawn(folder)["cloze"]
    for left, right in zip(batch.left, batch.right, strict=True):
        sentence = names[left].removeprefix("query: ")
        assert sentence.endswith("됩니다.")
        assert sentence not in names[right]
        assert names[right].startswith(f"passage: {sentence.split('은')[0]} 메뉴")


def test_a_part_of_size_none_is_left_out(folder: Path) -> None:
    assert "nli" not in drawn(folder, sizes={"nli": 0})


def test_another_recipe_has_the_neighbours_as_they_were_prepared(folder: Path) -> None:
    batches = Batches(prepared.read(folder), RECIPE, TextTable(), 0)
    before = list(batches.neighbours)
    batches.neighbours[0] = (5,)
    other = batches.with_recipe(RECIPE, 1)
    assert other.neighbours == before
    other.neighbours[1] = (4,)
    assert batches.neighbours[1] == before[1]


def test_changes_of_a_recipe_keep_what_they_do_not_name() -> None:
    changed = RECIPE.changed({"sizes": {"own": 9}, "mine_at": [0.5], "rate": 1.0})
    assert changed.sizes == {**RECIPE.sizes, "own": 9}
    assert changed.mine_at == (0.5,)
    assert changed.weights == RECIPE.weights
    with pytest.raises(TypeError):
        RECIPE.changed({"rats": 1.0})
