"""Vectors already computed, by content hash: an interrupted build goes on where it stopped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BATCH = 500  # SQLite's default limit of bound variables is 999 in old builds


class VectorCache:
    """A SQLite file of vectors; one writer at a time, and a crash loses at most one batch."""

    def __init__(self, path: Path, dimension: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._dimension = dimension
        self._connection = _connect(path)
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )

    def get(self, keys: list[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors known for ``keys``: float32, shape (dim,), each."""
        found: dict[bytes, NDArray[np.float32]] = {}
        for start in range(0, len(keys), _BATCH):
            part = keys[start : start + _BATCH]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"
            for key, blob in self._connection.execute(query, part):
                vector = np.frombuffer(blob, dtype=np.float32)
                if vector.shape == (self._dimension,):
                    found[key] = vector
        return found

    def put(self, items: Iterable[tuple[bytes, NDArray[np.float32]]]) -> None:
        """Keep vectors; committed before it returns."""
        rows = [(key, np.ascontiguousarray(v, dtype=np.float32).tobytes()) for key, v in items]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    """Open the cache; a damaged file is set aside, since everything in it can be made again."""
    connection = sqlite3.connect(path, timeout=60, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        path.replace(path.with_suffix(".damaged"))
        connection = sqlite3.connect(path, timeout=60, check_same_thread=False)
    return connection
