"""Crash-safe generations: ``index/<generation>/`` with a manifest, and a pointer to the current.

A build writes a new directory file by file, each flushed to the disk, the manifest (size and
SHA-256 of every file) last; then the directories are flushed, the pointer file is replaced by
rename and its directory flushed again. A rename alone is not enough: without the flushes a power
cut can leave a pointer to files that never reached the disk. Reading checks every checksum before
any native reader sees a byte.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from corpus import IndexDamagedError, IndexMissingError, StorageError
from index.storage.files import flush, replace_file, sha256
from index.storage.manifest import MANIFEST, FileEntry, Manifest, read_manifest, sealed

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


def publish(directory: Path, manifest: Manifest, write: Callable[[Path], None]) -> Path:
    """Make a new generation with ``write(path)`` and switch the pointer to it.

    Until the pointer is replaced nothing that readers see has changed.
    """
    directory.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    path = directory / f"{PREFIX}{now:%Y%m%d%H%M%S%f}-{uuid.uuid4().hex[:8]}"
    path.mkdir()
    try:
        write(path)
        _seal(path, manifest)
        # The new folder must be on the disk before a pointer to it can be.
        flush(directory.parent)
        flush(directory)
        replace_file(directory / POINTER, path.name)
    except BaseException:
        if _pointed_name(directory) != path.name:  # an interrupt may strike after the switch
            shutil.rmtree(path, ignore_errors=True)  # a full disk must not stay full for us
        raise
    flush(directory)
    _prune(directory, path.name)
    return path


def _seal(path: Path, manifest: Manifest) -> None:
    """Flush every file of a generation and list it in the manifest, which is written last."""
    entries = []
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        flush(file)
        name, size = file.relative_to(path).as_posix(), file.stat().st_size
        entries.append(FileEntry(path=name, size=size, sha256=sha256(file)))
    for folder in sorted(folder for folder in path.rglob("*") if folder.is_dir()):
        flush(folder)
    replace_file(path / MANIFEST, sealed(manifest.model_copy(update={"files": tuple(entries)})))
    flush(path)


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


def verify(path: Path) -> Manifest:
    """Check every file of a generation against its manifest.

    Raises:
        IndexDamagedError: names the first file that is missing, of another size or content.
    """
    manifest = read_manifest(path)
    for entry in manifest.files:
        file = path / entry.path
        if not file.is_file():
            raise IndexDamagedError(file, "파일이 없습니다")
        size = file.stat().st_size
        if size != entry.size:
            raise IndexDamagedError(file, f"크기가 {size}바이트인데 {entry.size}바이트여야 합니다")
        if sha256(file) != entry.sha256:
            raise IndexDamagedError(file, "내용의 SHA-256이 다릅니다")
    return manifest


def sound(directory: Path) -> Sound:
    """The current generation, verified; a damaged one is named in a warning and passed over.

    Raises:
        IndexMissingError: nothing has been built.
        IndexDamagedError: the current generation is damaged and no other one is sound.
    """
    for _ in range(_ATTEMPTS):
        pointer = pointed(directory)
        try:
            return Sound(current(directory), verify(pointer), pointer)
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
    """Drop old generations and what interrupted builds left behind."""
    others = sorted(
        (path for path in directory.glob(f"{PREFIX}*") if path.name != newest), reverse=True
    )
    whole = [path for path in others if (path / MANIFEST).is_file()]
    for path in {*others} - {*whole[: KEEP - 1]}:
        shutil.rmtree(path, ignore_errors=True)
    for part in directory.glob(f"{POINTER}.*.part"):
        part.unlink(missing_ok=True)
