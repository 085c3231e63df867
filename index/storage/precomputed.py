"""Vectors that ship with the package: one byte a number, and a scale of each vector's own."""

from __future__ import annotations

import io
import logging
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.storage.files import replace_file

_KEY = 16  # bytes of a text's hash that are kept; 2 of 10^5 texts meet with odds of 1 to 10^28
_STEPS = 127
_log = logging.getLogger(__name__)


class Precomputed:
    """Vectors by the hash of their text, of one encoder."""

    def __init__(
        self, keys: NDArray[np.uint8], scales: NDArray[np.float32], steps: NDArray[np.int8]
    ) -> None:
        self._rows = {row.tobytes(): number for number, row in enumerate(keys)}
        self._scales, self._steps = scales, steps

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, keys: list[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors known for ``keys``: float32, shape (dim,), unit length, each."""
        known = [(key, self._rows[key[:_KEY]]) for key in keys if key[:_KEY] in self._rows]
        if not known:
            return {}
        rows = [row for _, row in known]
        vectors = self._steps[rows] * self._scales[rows, None]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return {key: vector for (key, _), vector in zip(known, vectors, strict=True)}


def write_precomputed(
    path: Path, fingerprint: str, vectors: dict[bytes, NDArray[np.float32]]
) -> None:
    """Keep ``vectors`` at ``path``; the same vectors make the same file, byte for byte.

    Args:
        path: replaced when all is written.
        fingerprint: of the encoder that made them.
        vectors: float32, shape (dim,), by the SHA-256 of their text.
    """
    keys = sorted(vectors)
    matrix = np.stack([vectors[key] for key in keys])
    scales = np.abs(matrix).max(axis=1) / _STEPS
    steps = np.rint(matrix / scales[:, None]).astype(np.int8)
    hashes = np.frombuffer(b"".join(key[:_KEY] for key in keys), dtype=np.uint8)
    content = io.BytesIO()
    np.savez(
        content,
        fingerprint=np.array(fingerprint),
        keys=hashes.reshape(-1, _KEY),
        scales=scales.astype(np.float32),
        steps=steps,
    )
    replace_file(path, content.getvalue())


def read_precomputed(path: Path, fingerprint: str) -> Precomputed | None:
    """The vectors at ``path``; None where they are another encoder's, missing or damaged.

    Everything in it can be computed again: damage costs time, and is logged.
    """
    try:
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as content:
            if str(content["fingerprint"]) != fingerprint:
                return None
            return Precomputed(content["keys"], content["scales"], content["steps"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        _log.warning("Precomputed vectors cannot be read: %s: %s", path, error)
        return None
