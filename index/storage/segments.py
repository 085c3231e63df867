"""Segments on disk: ``segments/<name>/``, written once, then only read, shared or dropped."""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus import IndexDamagedError
from index.storage.files import flush, sha256
from index.storage.manifest import FileEntry, Manifest, SegmentEntry

SEGMENTS = "segments"
Write = Callable[[Path], None]
Trusted = Callable[[Path, SegmentEntry], bool]
"""Whether a segment is known to be whole, so that its checksums need not be read again."""


@dataclass(frozen=True)
class Fresh:
    """A segment that is still to be written; ``entry`` has neither name nor files yet."""

    entry: SegmentEntry
    write: Write


def unique_name(prefix: str) -> str:
    """A folder name that no other has; later ones sort after earlier ones."""
    return f"{prefix}{dt.datetime.now(dt.UTC):%Y%m%d%H%M%S%f}-{uuid.uuid4().hex[:8]}"


def segment_path(directory: Path, entry: SegmentEntry) -> Path:
    """Where a segment of the index in ``directory`` stands."""
    return directory / SEGMENTS / entry.name


def write_segment(path: Path, fresh: Fresh) -> SegmentEntry:
    """Write a segment into the new folder ``path``, everything in it flushed to the disk."""
    path.parent.mkdir(exist_ok=True)
    path.mkdir()
    fresh.write(path)
    files = seal(path)
    flush(path)
    return fresh.entry.model_copy(update={"name": path.name, "files": files})


def seal(path: Path) -> tuple[FileEntry, ...]:
    """Flush every file and folder below ``path``; what each file holds."""
    entries = []
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        flush(file)
        name, size = file.relative_to(path).as_posix(), file.stat().st_size
        entries.append(FileEntry(path=name, size=size, sha256=sha256(file)))
    for folder in sorted(folder for folder in path.rglob("*") if folder.is_dir()):
        flush(folder)
    return tuple(entries)


def verify_files(path: Path, files: Iterable[FileEntry]) -> None:
    """Compare files below ``path`` with what a manifest says of them.

    Raises:
        IndexDamagedError: names the first file that is missing, of another size or content.
    """
    for entry in files:
        file = path / entry.path
        if not file.is_file():
            raise IndexDamagedError(file, "파일이 없습니다")
        size = file.stat().st_size
        if size != entry.size:
            raise IndexDamagedError(file, f"크기가 {size}바이트인데 {entry.size}바이트여야 합니다")
        if sha256(file) != entry.sha256:
            raise IndexDamagedError(file, "내용의 SHA-256이 다릅니다")


def damaged_segments(directory: Path, manifest: Manifest, trusted: Trusted) -> set[str]:
    """The names of the segments that do not pass `verify_files`."""
    damaged = set()
    for entry in manifest.segments:
        path = segment_path(directory, entry)
        try:
            if not trusted(path, entry):
                verify_files(path, entry.files)
        except IndexDamagedError:
            damaged.add(entry.name)
    return damaged


def prune_segments(directory: Path, kept: Iterable[Manifest]) -> None:
    """Drop the segments that none of the manifests names."""
    names = {entry.name for manifest in kept for entry in manifest.segments}
    for path in (directory / SEGMENTS).glob("*"):
        if path.name not in names:
            shutil.rmtree(path, ignore_errors=True)
