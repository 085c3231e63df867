"""The manifest of a generation: which segments it is made of, how, and its own checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus import IndexDamagedError

FORMAT_VERSION = 2
MANIFEST = "manifest.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileEntry(_Frozen):
    """Size in bytes and SHA-256 of one file, by its path inside its folder."""

    path: str
    size: int
    sha256: str


class DocumentEntry(_Frozen):
    """A document of a segment: the SHA-256 of its content, and what the segment has of it."""

    digest: str
    passages: int
    views: int
    units: int
    shown: str = Field(
        default="", description="the name its file has now, where that was renamed since"
    )


class SegmentEntry(_Frozen):
    """An immutable folder of indexed documents, shared by every generation that names it.

    ``documents`` are those that this generation shows: the folder may hold others, which have
    been removed since. ``rows`` counts the passages of the folder, those included.
    """

    name: str
    own: bool = Field(description="sellers' own documents, not the built-in corpus")
    fingerprint: str = Field(description="of how it was made, and for the corpus of what")
    rows: int
    documents: dict[str, DocumentEntry]
    files: tuple[FileEntry, ...] = ()

    @property
    def passages(self) -> int:
        """Passages of the documents that are shown."""
        return sum(document.passages for document in self.documents.values())


class Manifest(_Frozen):
    """What a generation holds and how it was made; ``checksum`` is its own (see `sealed`).

    ``files`` stand in the generation's own folder.
    """

    format_version: int = FORMAT_VERSION
    encoder: str
    encoder_fingerprint: str
    dimension: int
    chunk_chars: int
    analyzer: str
    built_at: str
    segments: tuple[SegmentEntry, ...] = ()
    files: tuple[FileEntry, ...] = ()
    checksum: str = ""

    @property
    def documents(self) -> dict[str, DocumentEntry]:
        """Every document by id."""
        return {name: one for segment in self.segments for name, one in segment.documents.items()}

    @property
    def passages(self) -> int:
        """Passages of all documents."""
        return self._sum(lambda document: document.passages)

    @property
    def views(self) -> int:
        """Vectors of passages and of the questions that are asked about them."""
        return self._sum(lambda document: document.views)

    @property
    def units(self) -> int:
        """Vectors of sentences, steps and table rows."""
        return self._sum(lambda document: document.units)

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        files = [*self.files, *(file for segment in self.segments for file in segment.files)]
        return sum(file.size for file in files)

    @property
    def file_count(self) -> int:
        """Files in the generation's folder and its segments."""
        return len(self.files) + sum(len(segment.files) for segment in self.segments)

    def _sum(self, count: Callable[[DocumentEntry], int]) -> int:
        return sum(count(document) for document in self.documents.values())


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
