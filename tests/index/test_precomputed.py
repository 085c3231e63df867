"""Vectors that ship: they cover the corpus, agree with fresh ones, and damage costs time only."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import corpus
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index import build, embedder
from index.embedder import PRECOMPUTED, Embedder, Text
from index.precompute import covered, main, texts, write
from index.storage.precomputed import read_precomputed, write_precomputed


@pytest.fixture(scope="module")
def wanted(bot: Assistant) -> list[Text]:
    """What a build of the shipped corpus embeds."""
    return texts(bot.index.passages, corpus.negatives())


@pytest.fixture
def vectors() -> dict[bytes, NDArray[np.float32]]:
    made = np.random.default_rng(0).normal(size=(50, 384)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return {bytes([n]) * 32: vector for n, vector in enumerate(made)}


def test_nearly_the_whole_corpus_is_covered(bot: Assistant, wanted: list[Text]) -> None:
    """Not all: a few edited texts are not worth a new file. `index.precompute --write` makes it."""
    assert covered(wanted, bot.index.encoder) >= 0.95 * len(wanted)


def test_they_agree_with_fresh_vectors(
    bot: Assistant, wanted: list[Text], tiny_settings: Settings
) -> None:
    sample = random.Random(0).sample(wanted, 200)
    with Embedder(tiny_settings, bot.index.encoder) as shipped:
        kept = shipped.embed(sample, lambda *_: None)
    assert shipped.computed < 30
    settings = tiny_settings.model_copy(update={"precomputed": False})
    with Embedder(settings, bot.index.encoder) as fresh:
        made = fresh.embed(sample, lambda *_: None)
    assert fresh.computed == len(set(sample))
    assert np.sum(kept * made, axis=1).min() > 0.9999
    assert np.linalg.norm(kept, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_build_computes_nothing_that_ships(tiny_settings: Settings) -> None:
    guide = [one for one in corpus.load() if one.id == "support-phone"]
    assert build(guide, tiny_settings, unanswered=[]).embedded == 0
    anew = Settings(data=tiny_settings.data / "anew", precomputed=False)
    assert build(guide, anew, unanswered=[]).embedded > 5


@pytest.mark.parametrize("content", [None, b"", b"no archive at all", "cut"])
def test_damage_costs_time_only(
    content: bytes | str | None,
    tiny_settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    file = tmp_path / "precomputed.npz"
    if content is not None:
        whole = PRECOMPUTED.read_bytes()
        file.write_bytes(whole[: len(whole) // 2] if isinstance(content, str) else content)
    monkeypatch.setattr(embedder.Embedder.__init__, "__defaults__", (file,))
    guide = [one for one in corpus.load() if one.id == "support-phone"]
    result = build(guide, tiny_settings, unanswered=[])
    assert result.embedded > 5
    assert str(file) in caplog.text


def test_flipped_bit_is_noticed(
    vectors: dict[bytes, NDArray[np.float32]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "precomputed.npz"
    write_precomputed(file, "one", vectors)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert read_precomputed(file, "one") is None
    assert "cannot be read" in caplog.text


def test_what_is_written_comes_back(
    vectors: dict[bytes, NDArray[np.float32]], tmp_path: Path
) -> None:
    file, other = tmp_path / "precomputed.npz", tmp_path / "other.npz"
    write_precomputed(file, "one", vectors)
    write_precomputed(other, "one", dict(reversed(vectors.items())))
    assert file.read_bytes() == other.read_bytes()
    kept = read_precomputed(file, "one")
    assert kept is not None
    assert len(kept) == len(vectors)
    found = kept.get([*vectors, b"\xff" * 32])
    assert set(found) == set(vectors)
    for key, vector in vectors.items():
        assert found[key].dtype == np.float32
        assert found[key] @ vector > 0.9999
    assert read_precomputed(file, "another encoder") is None


def test_the_command_counts_and_a_file_is_made_of_any_texts(
    bot: Assistant,
    wanted: list[Text],
    tiny_settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "some.npz"
    write(wanted[:20], tiny_settings, bot.index.encoder, file)
    assert covered(wanted, bot.index.encoder, file) == 20
    assert main([]) == 0
    assert f"of {len(wanted)} texts have their vector in" in capsys.readouterr().out
