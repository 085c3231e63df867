"""The manifest of a generation: what it holds, how it was made, and its own checksum."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus import IndexDamagedError

FORMAT_VERSION = 1
MANIFEST = "manifest.json"


class FileEntry(BaseModel):
    """Size in bytes and SHA-256 of one file, by its path inside the generation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    size: int
    sha256: str


class Manifest(BaseModel):
    """What a generation holds and how it was made; ``checksum`` is its own (see `sealed`)."""

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
    checksum: str = ""


class _Version(BaseModel):
    format_version: int


def sealed(manifest: Manifest) -> str:
    """The manifest as its file holds it, with the SHA-256 of the same text without that sum."""
    bare = manifest.model_copy(update={"checksum": ""}).model_dump_json(indent=1)
    checksum = hashlib.sha256(bare.encode()).hexdigest()
    return manifest.model_copy(update={"checksum": checksum}).model_dump_json(indent=1)


def read_manifest(path: Path) -> Manifest:
    """The manifest of a generation.

    Raises:
        IndexDamagedError: it is missing, damaged, or of another format version.
    """
    file = path / MANIFEST
    try:
        raw = file.read_bytes()
        version = _Version.model_validate_json(raw).format_version
        if version != FORMAT_VERSION:
            raise IndexDamagedError(file, f"형식 {version}인데 {FORMAT_VERSION}이어야 합니다")
        manifest = Manifest.model_validate_json(raw)
    except (OSError, ValidationError) as error:
        raise IndexDamagedError(file, "목록 파일을 읽을 수 없습니다") from error
    if sealed(manifest).encode() != raw:
        raise IndexDamagedError(file, "목록 파일의 체크섬이 다릅니다")
    return manifest
