"""Crash-safe generations: ``index/<generation>/`` with a manifest, and a pointer to the current.

A generation names the segments that it is made of (``index/segments/<segment>/``); an update
writes the segments that are new and takes the others over. A build writes every new folder file
by file, each flushed to the disk, the manifest (size and SHA-256 of every file) last; then the
directories are flushed, the pointer file is replaced by rename and its directory flushed again. A
rename alone is not enough: without the flushes a power cut can leave a pointer to files that
never reached the disk. Reading checks every checksum before any native reader sees a byte.
"""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from corpus import IndexDamagedError, IndexMissingError, StorageError
from index.storage.files import flush, replace_file
from index.storage.manifest import MANIFEST, Manifest, SegmentEntry, read_manifest, sealed
from index.storage.segments import (
    SEGMENTS,
    Fresh,
    Trusted,
    Write,
    prune_segments,
    seal,
    segment_path,
    unique_name,
    verify_files,
    write_segment,
)

POINTER = "CURRENT"
PREFIX = "gen-"
KEEP = 2  # the current generation and the one before it, to fall back on
_NAME = re.compile(rf"{PREFIX}\d+-[0-9a-f]{{8}}")
_ATTEMPTS = 5  # an opening is overtaken only by two whole builds that end while it reads


@dataclass(frozen=True)
class Sound:
    """A generation that passed `verify`; ``pointer`` is the one that the pointer file names."""

    path: Path
    manifest: Manifest
    pointer: Path


@contextmanager
def build_lock(directory: Path) -> Iterator[None]:
    """Only one builder at a time; a second one waits for the first.

    Raises:
        StorageError: the system refuses to write there, now or inside the ``with`` block.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with FileLock(directory / ".lock"):
            yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(Path(error.filename or directory), reason) from error


def publish(
    directory: Path,
    manifest: Manifest,
    write: Write,
    segments: Sequence[SegmentEntry | Fresh] = (),
) -> Path:
    """Make a new generation of ``segments`` and switch the pointer to it.

    Until the pointer is replaced nothing that readers see has changed.

    Args:
        directory: where the index lives.
        manifest: of the new generation, without segments and files.
        write: puts the files of the generation's own folder there.
        segments: those that stand already, and those that are to be written now.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / unique_name(PREFIX)
    made = [path]
    try:
        entries = [
            _written(directory, one, made) if isinstance(one, Fresh) else one for one in segments
        ]
        path.mkdir()
        write(path)
        whole = manifest.model_copy(update={"segments": tuple(entries), "files": seal(path)})
        replace_file(path / MANIFEST, sealed(whole))
        flush(path)
        # The new folders must be on the disk before a pointer to them can be.
        if len(made) > 1:
            flush(directory / SEGMENTS)
        flush(directory.parent)
        flush(directory)
        replace_file(directory / POINTER, path.name)
    except BaseException:
        if _pointed_name(directory) != path.name:  # an interrupt may strike after the switch
            for folder in made:
                shutil.rmtree(folder, ignore_errors=True)  # a full disk must not stay full for us
        raise
    flush(directory)
    _prune(directory, path.name)
    return path


def _written(directory: Path, fresh: Fresh, made: list[Path]) -> SegmentEntry:
    made.append(directory / SEGMENTS / unique_name("seg-"))
    return write_segment(made[-1], fresh)


def pointed(directory: Path) -> Path:
    """What the pointer file names, be it there or not: it changes when a build is published.

    Raises:
        IndexMissingError: nothing has been built.
    """
    name = _pointed_name(directory)
    if name is None:
        raise IndexMissingError(directory)
    return directory / name


def _pointed_name(directory: Path) -> str | None:
    try:
        return (directory / POINTER).read_bytes().decode("utf-8", errors="replace").strip()
    except OSError:
        return None


def current(directory: Path) -> Path:
    """The generation that the pointer names.

    Raises:
        IndexMissingError: nothing has been built.
        IndexDamagedError: the pointer names no generation.
    """
    path = pointed(directory)
    if not _NAME.fullmatch(path.name) or not path.is_dir():
        raise IndexDamagedError(directory / POINTER, "가리키는 색인 폴더가 없습니다")
    return path


def verify(path: Path, trusted: Trusted | None = None) -> Manifest:
    """Check every file of a generation and its segments against its manifest.

    Args:
        path: the generation's folder.
        trusted: says which segments need not be read, since they were verified before.

    Raises:
        IndexDamagedError: names the first file that is missing, of another size or content.
    """
    manifest = read_manifest(path)
    verify_files(path, manifest.files)
    for entry in manifest.segments:
        folder = segment_path(path.parent, entry)
        if trusted is None or not trusted(folder, entry):
            verify_files(folder, entry.files)
    return manifest


def sound(directory: Path, trusted: Trusted | None = None) -> Sound:
    """The current generation, verified; a damaged one is named in a warning and passed over.

    Args:
        directory: where the index lives.
        trusted: see `verify`.

    Raises:
        IndexMissingError: nothing has been built.
        IndexDamagedError: the current generation is damaged and no other one is sound.
    """
    for _ in range(_ATTEMPTS):
        pointer = pointed(directory)
        try:
            return Sound(current(directory), verify(pointer, trusted), pointer)
        except IndexDamagedError as error:
            if pointed(directory) != pointer:
                continue  # a builder finished and pruned what was being read: nothing is damaged
            return _fall_back(directory, pointer, error)
    raise IndexDamagedError(directory / POINTER, "색인이 쉬지 않고 바뀌고 있습니다")


def _fall_back(directory: Path, pointer: Path, error: IndexDamagedError) -> Sound:
    other = newest_sound(directory, besides=pointer)
    if other is None:
        raise error
    warnings.warn(f"{error.message}. 이전 색인을 씁니다.", RuntimeWarning, stacklevel=4)
    return Sound(*other, pointer)


def newest_sound(directory: Path, besides: Path) -> tuple[Path, Manifest] | None:
    """The newest other generation that passes `verify`, to fall back on."""
    for path in sorted(directory.glob(f"{PREFIX}*"), reverse=True):
        if path == besides or not path.is_dir():
            continue
        try:
            return path, verify(path)
        except IndexDamagedError:
            continue
    return None


def _prune(directory: Path, newest: str) -> None:
    """Drop old generations, what interrupted builds left behind, and segments of neither."""
    kept = [read_manifest(directory / newest)]
    others = sorted(
        (path for path in directory.glob(f"{PREFIX}*") if path.name != newest), reverse=True
    )
    for path in others:
        manifest = _manifest_of(path) if len(kept) < KEEP else None
        if manifest is None:
            shutil.rmtree(path, ignore_errors=True)
        else:
            kept.append(manifest)
    prune_segments(directory, kept)
    for part in directory.glob(f"{POINTER}.*.part"):
        part.unlink(missing_ok=True)


def _manifest_of(path: Path) -> Manifest | None:
    """The manifest of a generation; None where it is of no use (torn, or of another format)."""
    try:
        return read_manifest(path)
    except IndexDamagedError:
        return None
