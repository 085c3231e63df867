"""Texts to vectors for a build: all cores, and nothing computed twice."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.embedding import Encoder
from index.settings import IndexSettings
from index.storage import VectorCache

Progress = Callable[[int, int], None]
Role = Literal["query", "passage"]

_COMMIT_EVERY = 128  # vectors; about a second of work is lost when a build is cut off


@dataclass(frozen=True)
class Text:
    """A text to embed, with the prompt that it takes."""

    text: str
    role: Role


def embed(
    texts: list[Text], settings: IndexSettings, encoder: Encoder, progress: Progress | None
) -> tuple[NDArray[np.float32], int]:
    """Vectors of ``texts``, float32 of shape (n, dim), and how many had to be computed."""
    keys = [_key(text, encoder.fingerprint) for text in texts]
    cache = VectorCache(settings.cache_file, encoder.dimension)
    try:
        known = cache.get(list(dict.fromkeys(keys)))
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
        done = 0
        for batch in _batches(list(missing.items()), _COMMIT_EVERY):
            fresh = _encode([text for _, text in batch], encoder, settings.build_threads)
            rows = list(zip([key for key, _ in batch], fresh, strict=True))
            cache.put(rows)
            known.update(rows)
            done += len(batch)
            if progress:
                progress(done, len(missing))
    finally:
        cache.close()
    matrix = np.array([known[key] for key in keys], dtype=np.float32)
    return matrix.reshape(len(keys), encoder.dimension), len(missing)


def _encode(texts: list[Text], encoder: Encoder, threads: int) -> Iterator[NDArray[np.float32]]:
    """Vectors in order. The native runtimes release the interpreter, so threads use all cores."""
    if not encoder.one_at_a_time:
        return iter(_encode_batch(texts, encoder))
    with ThreadPoolExecutor(threads) as pool:
        return iter(list(pool.map(lambda text: _encode_batch([text], encoder)[0], texts)))


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


def _key(text: Text, fingerprint: str) -> bytes:
    return hashlib.sha256(f"{fingerprint}\0{text.role}\0{text.text}".encode()).digest()
