"""From a prepared folder to weights: exact resume, averages, parts, the written encoder."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
import torch

from corpus import EncoderError
from index.embedding import prepared
from index.embedding.encoding import TrainedEncoder
from index.embedding.experiments import Laboratory, carry_out
from index.embedding.export import PART_BYTES, halves, read_parts, write_parts
from index.embedding.plan import SHIPPED, Plan, Run, average, mixed, read_plan
from index.embedding.recipe import Recipe, default_recipe
from index.embedding.tables import TOKENS, open_tables
from index.embedding.train import MODEL, PREPARED, Training, base_weights
from index.embedding.trainer import Budget, Trainer, Weights, rate_factor

CPU = torch.device("cpu")
CHANGES = {
    "sizes": {"own": 4, "help": 3, "cloze": 2, "pairs": 2, "nli": 2, "scored": 3},
    "rate": 0.01,
}
RECIPE = default_recipe(gpu=False).changed(CHANGES)


def trained(folder: Path, base: Path, recipe: Recipe, cuts: list[int], tmp: Path) -> Weights:
    """Weights after six steps, in sittings that end at the steps `cuts`."""
    tables = open_tables(folder, base, recipe, 0, CPU)
    checkpoint = tmp / "checkpoint"
    for stop in [*cuts, 6]:
        batches = tables.batches.with_recipe(recipe, 0)
        torch.manual_seed(0)
        trainer = Trainer(base, recipe, tables.tokens, CPU)
        if checkpoint.exists():
            trainer.resume(checkpoint, batches)
        assert trainer.run(batches, Budget(0, steps=6, stop=stop))
        assert trainer.step == stop
        trainer.save(checkpoint, batches)
    checkpoint.unlink()
    return trainer.weights()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"average": 0.9},
        {"mine_at": [0.3]},
        {"late": 8, "matryoshka": [8]},
        {"sizes": {"asked": 6}, "refresh_at": [0.4], "frozen": 1, "near_each": 1},
    ],
    ids=["plain", "average", "mined", "late", "asked"],
)
def test_an_interrupted_training_ends_with_the_same_weights(
    folder: Path, base: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    recipe = RECIPE.changed(changes)
    whole = trained(folder, base, recipe, [], tmp_path)
    parts = trained(folder, base, recipe, [2, 5], tmp_path)
    for name, weight in whole.items():
        assert torch.equal(weight, parts[name]), name
    fewer = trained(folder, base, RECIPE.changed({**changes, "near": False}), [], tmp_path)
    assert any(not torch.equal(weight, fewer[name]) for name, weight in whole.items())


def test_the_rate_rises_then_falls_and_is_never_nothing() -> None:
    rates = [rate_factor(n / 100) for n in range(101)]
    top = rates.index(max(rates))
    assert 5 < top < 12
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert min(rates) == 0.01


def test_training_teaches_the_model_its_passages(
    folder: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = RECIPE.changed({"sizes": {"own": 6, "help": 4, "cloze": 0, "pairs": 0, "nli": 0}})
    tables = open_tables(folder, base, recipe, 0, CPU)
    trainer = Trainer(base, recipe, tables.tokens, CPU)
    before = tables.dev.of(trainer.model, tables.tokens)
    trainer.run(tables.batches, Budget(0, steps=40))
    told = [line for line in capsys.readouterr().out.splitlines() if "own" in line]
    losses = [float(line.split("own ")[1].split()[0]) for line in told]
    assert losses[-1] < losses[0] / 2
    after = tables.dev.of(trainer.model, tables.tokens)
    assert after["heldout MRR"] > before["heldout MRR"]
    assert {"near misses AUC", "KorSTS dev", "help recall"} <= set(after)


def test_texts_are_encoded_alike_alone_and_in_company(folder: Path, base: Path) -> None:
    tokens = open_tables(folder, base, RECIPE, 0, CPU).tokens
    model = TrainedEncoder(base, late=8).eval()
    every = np.arange(len(tokens.lengths))
    with torch.no_grad():
        vectors, states = model.encode(tokens, every, 256, late=True)
        for number in every[::7]:
            alone, tokenwise = model.encode(tokens, np.array([number]), 256, late=True)
            assert torch.allclose(alone[0], vectors[number], atol=2e-2)
            assert len(tokenwise[0]) == len(states[number]) == tokens.lengths[number]
    assert torch.allclose(vectors.norm(dim=1), torch.ones(len(every)), atol=1e-5)


def test_token_ids_are_made_again_when_the_texts_change(
    folder: Path, base: Path, tmp_path: Path
) -> None:
    data = prepared.read(folder)
    prepared.write(tmp_path, data)
    first = open_tables(tmp_path, base, RECIPE, 0, CPU).tokens
    stored = (tmp_path / TOKENS).read_bytes()
    open_tables(tmp_path, base, RECIPE, 0, CPU)
    assert (tmp_path / TOKENS).read_bytes() == stored
    prepared.write_lines(tmp_path / prepared.PAIRS, [["새로운 글", "다른 글", "새로운 글"]])
    assert len(open_tables(tmp_path, base, RECIPE, 0, CPU).tokens.lengths) != len(first.lengths)


def test_weights_are_averaged_and_mixed_with_the_base() -> None:
    one, two = ({"a": torch.tensor([value]), "n": torch.tensor([3])} for value in (1.0, 3.0))
    assert average([one, two])["a"].item() == 2
    assert mixed([(0.75, one), (0.25, two)])["a"].item() == 1.5
    assert average([one, two])["n"].item() == 3
    head = {**one, "late.weight": torch.ones(2)}
    assert torch.equal(mixed([(0.5, head), (0.5, two)])["late.weight"], torch.ones(2))


def test_parts_come_together_as_they_were(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    weights = {"bert.a": torch.tensor(rng.normal(size=(PART_BYTES // 4, 3)))}
    small = halves(weights)
    write_parts(tmp_path, small)
    assert len(list(tmp_path.iterdir())) == 2
    assert max(path.stat().st_size for path in tmp_path.iterdir()) == PART_BYTES
    back = read_parts(tmp_path)
    assert [*back] == ["a"]
    assert np.array_equal(back["a"], small["a"])
    with pytest.raises(EncoderError, match="가중치 조각이 없습니다"):
        read_parts(tmp_path / "nowhere")


def test_the_shipped_plan_is_seven_runs_over_the_default_recipe() -> None:
    plan = read_plan(SHIPPED)
    assert [run.seed for run in plan.runs] == [0, 1, 2, 0, 1, 2, 3]
    assert plan.share == 0.9025
    for run in plan.runs:
        assert default_recipe(gpu=True).changed(run.changes).limit == 256
        assert run.steps


def test_what_is_frozen_stays_and_the_rest_learns(folder: Path, base: Path, tmp_path: Path) -> None:
    recipe = RECIPE.changed({"frozen": 1})
    before = base_weights(base, CPU)
    after = trained(folder, base, recipe, [], tmp_path)
    same = {name for name, weight in after.items() if torch.equal(weight, before[name])}
    moved = {name for name in after if name not in same}
    assert "bert.embeddings.word_embeddings.weight" in same
    assert "bert.encoder.layer.0.output.dense.weight" in same
    assert {name.split(".")[1] for name in moved} == {"encoder"}
    assert "bert.encoder.layer.1.output.dense.weight" in moved


def test_an_experiment_tells_each_run_and_writes_the_best(
    folder: Path, base: Path, tmp_path: Path
) -> None:
    plan = Plan(
        runs=(
            Run("one", steps=2, keep=True, mixes=(0.5,)),
            Run("two", {"late": 8}, steps=2, seed=1, keep=True),
            Run("one layer", {"layers": [0]}, steps=1),
        ),
        recipe=CHANGES,
        seconds=600,
    )
    carry_out(Laboratory(folder, base, tmp_path, plan), plan.runs)
    told = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    names = [row["name"] for row in told]
    assert names[:4] == ["untrained", "one", "one, 0.5 of it", "two"]
    assert {"one layer", "average of 2", "average, 0.8 of it"} <= set(names)
    assert "heldout titled MRR, late 0.5" in told[3]
    assert "embeddings.word_embeddings.weight" in read_parts(tmp_path)


def test_a_plan_is_carried_out_in_sittings_and_writes_the_encoder(
    folder: Path, base: Path, tmp_path: Path
) -> None:
    from index.embedding.evaluate import Evaluation

    plan = Plan(
        runs=(Run("a", steps=3), Run("b", {"near": False}, steps=5, stop=2, seed=1)),
        recipe=CHANGES,
        share=0.5,
    )
    for name in ("whole", "parts"):
        prepared.write(tmp_path / name / PREPARED, prepared.read(folder))
    whole, parts = (Training(plan, base, tmp_path / name, CPU) for name in ("whole", "parts"))
    assert whole.go_on(perf_counter() + 600)
    assert not parts.go_on(perf_counter())  # at once a checkpoint
    assert [file.suffix for file in (tmp_path / "parts").glob("a-*")] == [".checkpoint"]
    assert not (tmp_path / "parts" / MODEL).exists()
    assert Training(plan, base, tmp_path / "parts", CPU).go_on(perf_counter() + 600)
    names = ("model.safetensors", "onnx/model_qint8.onnx", "config.json", "tokenizer.json")
    for name in names:
        one, other = (tmp_path / out / MODEL / name for out in ("whole", "parts"))
        assert one.read_bytes() == other.read_bytes(), name
    written = base_weights(tmp_path / "whole" / MODEL, CPU)
    before = base_weights(base, CPU)
    name = "bert.encoder.layer.1.output.dense.weight"
    assert not torch.equal(written[name], before[name])
    record = json.loads((tmp_path / "whole" / "training.json").read_text(encoding="utf-8"))
    assert record["prepared"] == prepared.fingerprints(folder)
    found = dict(Evaluation(tmp_path / "whole" / MODEL).figures(prepared.read(folder).dev))
    for name, value in record["figures"].items():
        if name.endswith("MRR"):
            assert found[name] == pytest.approx(value, abs=0.15)
