"""Generations of the index on disk, and the cache of computed vectors."""

from index.storage.cache import VectorCache
from index.storage.generation import (
    Manifest,
    build_lock,
    current,
    newest_sound,
    publish,
    verify,
)

__all__ = [
    "Manifest",
    "VectorCache",
    "build_lock",
    "current",
    "newest_sound",
    "publish",
    "verify",
]
