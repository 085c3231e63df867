"""The vector cache: what goes in comes out, and damage costs time, not correctness."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from corpus import StorageError
from index.storage import VectorCache

VECTORS = {bytes([n]) * 32: np.arange(4, dtype=np.float32) + n for n in range(5)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A cache file that holds `VECTORS`."""
    path = tmp_path / "cache" / "vectors.sqlite3"
    cache = VectorCache(path, 4)
    cache.put(VECTORS.items())
    cache.close()
    return path


def read(file: Path, dimension: int = 4) -> dict[bytes, list[float]]:
    cache = VectorCache(file, dimension)
    try:
        return {key: vector.tolist() for key, vector in cache.get(list(VECTORS)).items()}
    finally:
        cache.close()


def test_vectors_come_back_as_they_were(file: Path) -> None:
    assert read(file) == {key: vector.tolist() for key, vector in VECTORS.items()}


def test_more_keys_than_one_query_takes(file: Path) -> None:
    cache = VectorCache(file, 4)
    others = [n.to_bytes(32, "big") for n in range(3000, 4200)]
    assert set(cache.get([*others, *VECTORS])) == set(VECTORS)
    cache.close()


def test_vectors_of_another_model_are_not_given(file: Path) -> None:
    assert read(file, dimension=8) == {}


def test_flipped_bit_in_a_vector_is_noticed(file: Path) -> None:
    connection = sqlite3.connect(file)
    [(blob,)] = connection.execute("SELECT vector FROM vectors LIMIT 1").fetchall()
    bad = bytes([blob[0] ^ 1]) + blob[1:]
    with connection:
        connection.execute("UPDATE vectors SET vector = ? WHERE vector = ?", (bad, blob))
        connection.execute("UPDATE vectors SET vector = x'01' WHERE key = ?", (b"\x04" * 32,))
    connection.close()
    assert set(read(file)) == set(list(VECTORS)[1:4])


@pytest.mark.parametrize("content", [b"this is no database, and long enough to look like one" * 40])
def test_file_that_is_no_cache_is_set_aside(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert read(file) == {}
    assert file.with_suffix(".damaged").read_bytes() == content


def test_file_with_a_damaged_page_is_set_aside(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096 : 4096 + 200] = b"\xee" * 200  # the second page: the first row of the table
    file.write_bytes(content)
    assert read(file) == {}
    assert file.with_suffix(".damaged").exists()


def test_empty_file_is_a_new_cache(file: Path) -> None:
    file.write_bytes(b"")
    assert read(file) == {}
    assert not file.with_suffix(".damaged").exists()


def test_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "vectors.sqlite3"
    folder.mkdir()
    with pytest.raises(StorageError, match=r"vectors\.sqlite3"):
        VectorCache(folder, 4)
