"""DOCX and XLSX are ZIP archives of XML: what must be known before a parser sees them."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from corpus.errors import UnreadableFileError
from corpus.readers.limits import MEGABYTE, Limits

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)
_MOST_ENTRIES = 20_000
_PIECE = 2**20
# Office never writes a document type; without one there is no entity that could multiply itself.
_DOCTYPE = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
_OVERLAP = max(map(len, _DOCTYPE)) - 1


def names(data: bytes, path: Path) -> frozenset[str]:
    """The names of the entries of an archive.

    Raises:
        UnreadableFileError: its directory is broken.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except _BROKEN as error:
        raise broken(path) from error


def check(data: bytes, path: Path, limits: Limits) -> None:
    """Refuse an archive that is a bomb, encrypted or broken; unpacks one piece at a time.

    Raises:
        UnreadableFileError: with the reason.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_directory(entries, path, limits)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_entry(archive, entry, path)
    except _BROKEN as error:
        raise broken(path) from error


def broken(path: Path) -> UnreadableFileError:
    """The error for an archive, or what is in it, that does not hold together."""
    return UnreadableFileError(
        "파일이 손상되어 열 수 없습니다.",
        file=path,
        hint="원본을 다시 받거나 Word·Excel에서 열어 다시 저장해 주세요.",
    )


def _check_directory(entries: list[zipfile.ZipInfo], path: Path, limits: Limits) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise encrypted(path)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.max_unpacked_bytes or len(entries) > _MOST_ENTRIES:
        most = limits.max_unpacked_bytes / MEGABYTE
        raise UnreadableFileError(
            f"압축을 풀면 너무 커지는 파일이어서(최대 {most:,.0f}MB) 열지 않았습니다.",
            file=path,
            hint="압축 폭탄이 아닌 파일이라면 여러 파일로 나누어 추가해 주세요.",
        )


def encrypted(path: Path) -> UnreadableFileError:
    """The error for a file that asks for a password."""
    return UnreadableFileError(
        "암호가 걸려 있어 읽을 수 없습니다.", file=path, hint="암호를 풀어 다시 저장해 주세요."
    )


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    """Unpack one entry; zipfile itself stops at the size that the directory tells."""
    tail = b""
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            seen = tail + piece
            if any(mark in seen for mark in _DOCTYPE):
                raise UnreadableFileError(
                    "문서 안에 위험한 XML 선언(DOCTYPE)이 있어 열지 않았습니다.",
                    file=path,
                    hint="Word·Excel에서 열어 다시 저장해 주세요.",
                )
            tail = seen[-_OVERLAP:]
