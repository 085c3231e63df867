"""Vectors already computed, by content hash: an interrupted build goes on where it stopped."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus import StorageError

_BATCH = 500  # SQLite's default limit of bound variables is 999 in old builds
_CHECKSUM = 4  # bytes; SQLite itself would not notice a flipped bit in a vector


class VectorCache:
    """A SQLite file of vectors; one writer at a time, and a crash loses at most one batch.

    Raises:
        StorageError: the system refuses to write there.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._dimension = dimension
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._reported():
            self._connection = _connect(path)

    def get(self, keys: list[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors known for ``keys``: float32, shape (dim,), each."""
        found: dict[bytes, NDArray[np.float32]] = {}
        for start in range(0, len(keys), _BATCH):
            for key, blob in self._rows(keys[start : start + _BATCH]):
                vector = _unpacked(blob)
                if vector is not None and vector.shape == (self._dimension,):
                    found[key] = vector
        return found

    def _rows(self, keys: list[bytes]) -> list[tuple[bytes, bytes]]:
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"
        with self._reported():
            try:
                return self._connection.execute(query, keys).fetchall()
            except sqlite3.OperationalError:
                raise  # no permission or no space: the file itself may be fine
            except sqlite3.DatabaseError:  # pages that contradict each other
                self._connection.close()
                self._connection = _anew(self._path)
                return []

    def put(self, items: Iterable[tuple[bytes, NDArray[np.float32]]]) -> None:
        """Keep vectors; committed before it returns."""
        rows = [(key, _packed(vector)) for key, vector in items]
        with self._reported(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(self._path, str(error)) from error


def _packed(vector: NDArray[np.float32]) -> bytes:
    content = np.ascontiguousarray(vector, dtype=np.float32).tobytes()
    return content + zlib.crc32(content).to_bytes(_CHECKSUM, "little")


def _unpacked(blob: bytes) -> NDArray[np.float32] | None:
    content, checksum = blob[:-_CHECKSUM], blob[-_CHECKSUM:]
    if zlib.crc32(content) != int.from_bytes(checksum, "little") or len(content) % 4:
        return None
    return np.frombuffer(content, dtype=np.float32)


def _connect(path: Path) -> sqlite3.Connection:
    """Open the cache; a damaged file is set aside, since everything in it can be made again."""
    connection = _opened(path)
    try:
        _prepare(connection)
    except sqlite3.OperationalError:
        connection.close()
        raise  # no permission or no space: the file itself may be fine
    except sqlite3.DatabaseError:  # not a database
        connection.close()
        return _anew(path)
    return connection


def _anew(path: Path) -> sqlite3.Connection:
    """A new cache; the file that cannot be read is kept beside it."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.replace(path.with_suffix(".damaged"))
    connection = _opened(path)
    _prepare(connection)
    return connection


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=60, check_same_thread=False)


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the table where there is none.

    Whether all pages fit together is not asked: for 100,000 vectors that takes a second, and what
    does not fit is noticed when it is read.
    """
    connection.execute("PRAGMA journal_mode=WAL")
    # A build must not wait for the disk at every batch; WAL survives a killed process regardless.
    connection.execute("PRAGMA synchronous=NORMAL")
    # With its rows beside the key's tree: in the tree they took two and a half times the space.
    connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")
