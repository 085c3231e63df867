"""Generations of the index on disk, and the cache of computed vectors."""

from index.storage.cache import VectorCache
from index.storage.generation import (
    Sound,
    build_lock,
    current,
    newest_sound,
    pointed,
    publish,
    sound,
    verify,
)
from index.storage.manifest import Manifest, read_manifest

__all__ = [
    "Manifest",
    "Sound",
    "VectorCache",
    "build_lock",
    "current",
    "newest_sound",
    "pointed",
    "publish",
    "read_manifest",
    "sound",
    "verify",
]
