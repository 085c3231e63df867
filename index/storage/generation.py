"""Crash-safe generations: ``index/<generation>/`` with a manifest, and a pointer to the current.

A build writes a new directory file by file, each flushed to the disk, the manifest (size and
SHA-256 of every file) last; then the directory itself is flushed, the pointer file is replaced by
rename and its directory flushed. A rename alone is not enough: without the flushes a power cut
can leave a pointer to files that never reached the disk. Reading checks every checksum before any
native reader sees a byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus import IndexDamagedError, IndexMissingError

FORMAT_VERSION = 1
POINTER = "CURRENT"
MANIFEST = "manifest.json"
PREFIX = "gen-"
KEEP = 2  # the current generation and the one before it, to fall back on


class FileEntry(BaseModel):
    """Size in bytes and SHA-256 of one file, by its path inside the generation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    size: int
    sha256: str


class Manifest(BaseModel):
    """What a generation holds and how it was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: int = FORMAT_VERSION
    fingerprint: str
    encoder: str
    encoder_fingerprint: str
    dimension: int
    chunk_chars: int
    analyzer: str
    built_at: str
    documents: dict[str, str]
    passages: int
    views: int
    units: int
    files: tuple[FileEntry, ...] = ()


@contextmanager
def build_lock(directory: Path) -> Iterator[None]:
    """Only one builder at a time; a second one waits for the first."""
    directory.mkdir(parents=True, exist_ok=True)
    with FileLock(directory / ".lock"):
        yield


def publish(directory: Path, manifest: Manifest, write: Callable[[Path], None]) -> Path:
    """Make a new generation with ``write(path)`` and switch the pointer to it.

    Until the pointer is replaced nothing that readers see has changed.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{PREFIX}{time.strftime('%Y%m%d%H%M%S')}-{uuid.uuid4().hex[:8]}"
    path.mkdir()
    write(path)
    entries = []
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        _flush(file)
        size = file.stat().st_size
        entries.append(
            FileEntry(path=file.relative_to(path).as_posix(), size=size, sha256=sha256(file))
        )
    full = manifest.model_copy(update={"files": tuple(entries)})
    replace_file(path / MANIFEST, full.model_dump_json(indent=1))
    for folder in {file.parent for file in path.rglob("*")}:
        _flush(folder)
    replace_file(directory / POINTER, path.name)
    _flush(directory)
    _prune(directory, path.name)
    return path


def current(directory: Path) -> Path:
    """The generation that the pointer names.

    Raises:
        IndexMissingError: nothing has been built.
    """
    try:
        name = (directory / POINTER).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise IndexMissingError(directory) from error
    path = directory / name
    if not name.startswith(PREFIX) or not path.is_dir():
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


def read_manifest(path: Path) -> Manifest:
    """The manifest of a generation.

    Raises:
        IndexDamagedError: it is missing, unreadable, or of another format version.
    """
    file = path / MANIFEST
    try:
        manifest = Manifest.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamagedError(file, "목록 파일을 읽을 수 없습니다") from error
    if manifest.format_version != FORMAT_VERSION:
        raise IndexDamagedError(
            file, f"형식 {manifest.format_version}인데 {FORMAT_VERSION}이어야 합니다"
        )
    return manifest


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


def sha256(file: Path) -> str:
    """SHA-256 of a file as a hexadecimal string."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def replace_file(path: Path, text: str) -> None:
    """Write ``text`` to a temporary name, flush it and rename it to ``path``."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    temporary.write_text(text, encoding="utf-8")
    _flush(temporary)
    temporary.replace(path)


def json_lines(path: Path, rows: list[BaseModel]) -> None:
    """One JSON object a line."""
    path.write_text("".join(row.model_dump_json() + "\n" for row in rows), encoding="utf-8")


def dump_json(path: Path, value: object) -> None:
    """A small JSON file."""
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prune(directory: Path, newest: str) -> None:
    """Drop old generations and what interrupted builds left behind."""
    others = sorted(
        (path for path in directory.glob(f"{PREFIX}*") if path.name != newest), reverse=True
    )
    whole = [path for path in others if (path / MANIFEST).is_file()]
    for path in {*others} - {*whole[: KEEP - 1]}:
        shutil.rmtree(path, ignore_errors=True)
