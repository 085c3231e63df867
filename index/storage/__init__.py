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
from index.storage.manifest import DocumentEntry, Manifest, SegmentEntry, read_manifest
from index.storage.segments import Fresh, segment_path

__all__ = [
    "DocumentEntry",
    "Fresh",
    "Manifest",
    "SegmentEntry",
    "Sound",
    "VectorCache",
    "build_lock",
    "current",
    "newest_sound",
    "pointed",
    "publish",
    "read_manifest",
    "segment_path",
    "sound",
    "verify",
]
