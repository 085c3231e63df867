"""Texts to vectors for a build: all cores, and nothing computed twice."""

from __future__ import annotations

import hashlib
import itertools
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from index.embedding import Encoder
from index.settings import IndexSettings
from index.storage import VectorCache
from index.storage.precomputed import read_precomputed

Progress = Callable[[int, int], None]
Role = Literal["query", "passage"]
Row = tuple[bytes, NDArray[np.float32]]
PRECOMPUTED = Path(__file__).with_name("precomputed.npz")
"""Vectors of the shipped corpus by the shipped encoder; `index.precompute` makes the file."""

_COMMIT_EVERY = 128  # vectors; about a second of work is lost when a build is cut off
_AHEAD = 2  # batches that are worked on at the same time, so that no core waits for a batch's end


@dataclass(frozen=True)
class Text:
    """A text to embed, with the prompt that it takes."""

    text: str
    role: Role


class Embedder:
    """Makes vectors of texts; those that ship, or that were made before, are not computed again.

    ``computed`` counts the others.
    """

    def __init__(
        self,
        settings: IndexSettings,
        encoder: Encoder,
        precomputed: Path = PRECOMPUTED,
        *,
        own: bool = False,
    ) -> None:
        self._threads, self._encoder = settings.build_threads, encoder
        self._cache = VectorCache(settings.cache_file, encoder.dimension)
        wanted = settings.precomputed and not own  # 21 MB that hold none of a seller's own texts
        self._shipped = read_precomputed(precomputed, encoder.fingerprint) if wanted else None
        self.computed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._cache.close()

    def embed(self, texts: list[Text], progress: Progress) -> NDArray[np.float32]:
        """Vectors of ``texts``: float32, shape (n, dim).

        Args:
            texts: with repetitions or not.
            progress: called with (texts computed so far, texts to compute) of these.
        """
        keys = [key_of(text, self._encoder.fingerprint) for text in texts]
        known = self._known(list(dict.fromkeys(keys)))
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
        done = 0
        for rows in _encoded(missing, self._encoder, self._threads):
            self._cache.put(rows)
            known.update(rows)
            done += len(rows)
            progress(done, len(missing))
        self.computed += len(missing)
        matrix = np.empty((len(keys), self._encoder.dimension), dtype=np.float32)
        for number, key in enumerate(keys):
            matrix[number] = known[key]
        return matrix

    def _known(self, keys: list[bytes]) -> dict[bytes, NDArray[np.float32]]:
        # What ships goes first, so that an index is the same wherever it is built.
        found = self._shipped.get(keys) if self._shipped else {}
        return found | self._cache.get([key for key in keys if key not in found])


def _encoded(texts: dict[bytes, Text], encoder: Encoder, threads: int) -> Iterator[list[Row]]:
    """Vectors by key, a batch at a time; the next batches are worked on while one is stored.

    The native runtimes release the interpreter, so that threads use all cores.
    """
    batches = _batches(list(texts.items()), _COMMIT_EVERY)
    if not encoder.one_at_a_time:
        for batch in batches:
            fresh = _encode_batch([text for _, text in batch], encoder)
            yield list(zip([key for key, _ in batch], fresh, strict=True))
        return
    pool = ThreadPoolExecutor(threads)
    ahead: deque[list[tuple[bytes, Future[NDArray[np.float32]]]]] = deque()

    def begin(batch: list[tuple[bytes, Text]]) -> None:
        ahead.append([(key, pool.submit(_encode_one, text, encoder)) for key, text in batch])

    try:
        for batch in itertools.islice(batches, _AHEAD):
            begin(batch)
        while ahead:
            rows = [(key, future.result()) for key, future in ahead.popleft()]
            for batch in itertools.islice(batches, 1):
                begin(batch)
            yield rows
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupted build must not wait for the rest


def _encode_one(text: Text, encoder: Encoder) -> NDArray[np.float32]:
    if text.role == "query":
        return encoder.encode_query(text.text)
    return encoder.encode_passages([text.text]).reshape(-1)


def _encode_batch(texts: list[Text], encoder: Encoder) -> NDArray[np.float32]:
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    for role in ("query", "passage"):
        at = [number for number, text in enumerate(texts) if text.role == role]
        if not at:
            continue
        inside = [texts[number].text for number in at]
        if role == "query":
            vectors[at] = np.array([encoder.encode_query(text) for text in inside])
        else:
            vectors[at] = encoder.encode_passages(inside)
    return vectors


def _batches(items: list[tuple[bytes, Text]], size: int) -> Iterator[list[tuple[bytes, Text]]]:
    rest = iter(items)
    while batch := list(itertools.islice(rest, size)):
        yield batch


def key_of(text: Text, fingerprint: str) -> bytes:
    """The name of a text's vector: SHA-256 of the text, its role and the encoder."""
    return hashlib.sha256(f"{fingerprint}\0{text.role}\0{text.text}".encode()).digest()
