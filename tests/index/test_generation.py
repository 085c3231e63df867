"""Generations on disk: published whole, verified byte by byte, the old one kept."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus import IndexDamagedError, IndexMissingError, StorageError
from index.storage import Manifest, build_lock, current, publish, sound, verify
from index.storage.generation import POINTER
from index.storage.manifest import MANIFEST, read_manifest

CONTENT = {
    "passages.jsonl": '{"id": "가"}\n'.encode(),
    "units.npy": bytes(range(64)),
    "bm25/data.npy": b"\x00\x01\x02",
}
Write = Callable[[Path], None]


def manifest(name: str = "f") -> Manifest:
    return Manifest(
        encoder=name,
        encoder_fingerprint="e",
        dimension=4,
        chunk_chars=700,
        analyzer="a",
        built_at="2026-11-24T00:00:00+00:00",
    )


def write(path: Path) -> None:
    for name, content in CONTENT.items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_bytes(content)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index directory with one generation."""
    publish(tmp_path / "index", manifest("first"), write)
    return tmp_path / "index"


def generations(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.is_dir())


def delete(file: Path) -> None:
    file.unlink()


def zero(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def halve(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip_one_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def empty(file: Path) -> None:
    file.write_bytes(b"")


DAMAGES = [delete, zero, halve, flip_one_bit, empty]  # what Lucene does to files it did not flush


def test_what_is_published_can_be_read_back(index: Path) -> None:
    path = current(index)
    assert {n: (path / n).read_bytes() for n in CONTENT} == CONTENT
    read = verify(path)
    assert {entry.path for entry in read.files} == set(CONTENT)
    assert read.model_copy(update={"files": (), "checksum": ""}) == manifest("first")
    assert sound(index).path == sound(index).pointer == path


def test_nothing_built_is_said_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="index build") as caught:
        current(tmp_path / "index")
    assert caught.value.directory == tmp_path / "index"
    with pytest.raises(IndexMissingError):
        sound(tmp_path)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [*CONTENT, MANIFEST])
def test_damage_of_any_file_is_named(index: Path, damage: Write, name: str) -> None:
    file = current(index) / name
    damage(file)
    with pytest.raises(IndexDamagedError, match=re.escape(str(file))) as caught:
        sound(index)
    assert caught.value.file == file
    assert "index build" in caught.value.hint


@pytest.mark.parametrize("damage", [zero, halve, flip_one_bit, empty])
def test_damage_of_the_pointer_is_named(index: Path, damage: Write) -> None:
    damage(index / POINTER)
    with pytest.raises(IndexDamagedError) as caught:
        current(index)
    assert caught.value.file == index / POINTER


def test_every_flipped_byte_is_caught(index: Path) -> None:
    path = current(index)
    values = random.Random(7)
    for name in [*CONTENT, MANIFEST]:
        good = (path / name).read_bytes()
        for at in range(len(good)):
            bad = bytearray(good)
            bad[at] ^= values.randint(1, 255)
            (path / name).write_bytes(bad)
            with pytest.raises(IndexDamagedError) as caught:
                verify(path)
            assert caught.value.file == path / name
        (path / name).write_bytes(good)
    assert verify(path).encoder == "first"


def test_every_flipped_byte_of_the_pointer_is_caught(index: Path) -> None:
    good = (index / POINTER).read_bytes()
    for at in range(len(good)):
        for mask in (1, 0x80, 0xFF):
            bad = bytearray(good)
            bad[at] ^= mask
            (index / POINTER).write_bytes(bad)
            with pytest.raises(IndexDamagedError):
                current(index)


def test_manifest_of_another_format_is_named_by_its_number(index: Path) -> None:
    file = current(index) / MANIFEST
    text = file.read_text(encoding="utf-8").replace('"format_version": 2', '"format_version": 99')
    file.write_text(text, encoding="utf-8")
    with pytest.raises(IndexDamagedError, match="형식 99인데 2이어야"):
        read_manifest(current(index))


def test_damaged_generation_is_named_and_the_one_before_it_used(index: Path) -> None:
    old = current(index)
    publish(index, manifest("second"), write)
    new = current(index)
    halve(new / "units.npy")
    with pytest.warns(RuntimeWarning, match=r"units\.npy.*이전 색인을 씁니다"):
        found = sound(index)
    assert (found.path, found.pointer, found.manifest.encoder) == (old, new, "first")


def test_damaged_pointer_falls_back_on_the_newest_generation(index: Path) -> None:
    publish(index, manifest("second"), write)
    newest = current(index)
    empty(index / POINTER)
    with pytest.warns(RuntimeWarning, match=POINTER):
        assert sound(index).path == newest


def test_two_damaged_generations_name_the_current_one(index: Path) -> None:
    halve(current(index) / "units.npy")
    publish(index, manifest("second"), write)
    empty(current(index) / "passages.jsonl")
    with pytest.raises(IndexDamagedError) as caught:
        sound(index)
    assert caught.value.file == current(index) / "passages.jsonl"


def test_generation_pruned_while_it_is_read_is_not_called_damaged(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.storage import generation

    verified, first = generation.verify, current(index)

    def overtaken(path: Path, trusted: object = None) -> Manifest:
        if path == first:
            publish(index, manifest("second"), write)
            shutil.rmtree(first)
        return verified(path)

    monkeypatch.setattr(generation, "verify", overtaken)
    assert sound(index).manifest.encoder == "second"


def test_two_generations_are_kept_and_leftovers_pruned(index: Path) -> None:
    first = current(index)
    leftover = index / "gen-20990101000000000000-0badc0de"
    leftover.mkdir()
    (leftover / "units.npy").write_bytes(b"half")
    (index / f"{POINTER}.4711.part").write_text("gen-", encoding="utf-8")
    publish(index, manifest("second"), write)
    second = current(index)
    assert generations(index) == sorted([first.name, second.name])
    publish(index, manifest("third"), write)
    assert generations(index) == sorted([second.name, current(index).name])
    assert not list(index.glob("*.part"))


def test_names_of_generations_sort_by_age_within_one_second(tmp_path: Path) -> None:
    made = [publish(tmp_path, manifest(str(n)), write).name for n in range(5)]
    assert made == sorted(made)


class Refusal:
    """Fails the ``nth`` write to a file below ``directory`` as a full or closed disk would."""

    def __init__(self, directory: Path, code: int, nth: int) -> None:
        self.directory, self.code, self.left = directory, code, nth
        self.open = Path.open

    def write_bytes(self, path: Path, content: bytes) -> int:
        with self.open(path, "wb") as handle:
            if path.is_relative_to(self.directory):
                self.left -= 1
                if self.left == 0:
                    handle.write(content[: len(content) // 2])
                    handle.flush()
                    raise OSError(self.code, os.strerror(self.code), str(path))
            return handle.write(content)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_refused_write_is_clear_and_leaves_the_old_index(
    index: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    before = current(index)
    for nth in range(1, len(CONTENT) + 3):  # every file, the manifest and the pointer
        refusal = Refusal(index, code, nth)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "write_bytes", lambda p, c, r=refusal: r.write_bytes(p, c))
            refused = pytest.raises(StorageError, match=re.escape(os.strerror(code)))
            with refused as caught, build_lock(index):
                publish(index, manifest("second"), write)
        assert "남은 공간" in caught.value.hint
        assert current(index) == before
        assert sound(index).manifest.encoder == "first"
        assert generations(index) == [before.name]  # a full disk is not kept full
        assert not list(index.rglob("*.part"))
    publish(index, manifest("second"), write)
    assert sound(index).manifest.encoder == "second"


def test_interrupt_after_the_switch_does_not_delete_the_new_generation(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.storage import generation

    replaced = generation.replace_file

    def interrupted(path: Path, text: str) -> None:
        replaced(path, text)
        if path.name == POINTER:
            raise KeyboardInterrupt

    monkeypatch.setattr(generation, "replace_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        publish(index, manifest("second"), write)
    assert sound(index).manifest.encoder == "second"


@pytest.fixture
def _no_lock_left(index: Path) -> Iterator[None]:
    yield
    with build_lock(index):
        pass


@pytest.mark.usefixtures("_no_lock_left")
def test_lock_is_released_after_an_error(index: Path) -> None:
    with pytest.raises(ZeroDivisionError), build_lock(index):
        raise ZeroDivisionError


def test_second_builder_waits_for_the_first(index: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with build_lock(index):
            order.append("second")

    waiting = threading.Thread(target=second)
    with build_lock(index):
        waiting.start()
        waiting.join(0.3)
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]
