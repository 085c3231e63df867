"""Files that reach the disk: writing, flushing, replacing, checksums."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel


def sha256(file: Path) -> str:
    """SHA-256 of a file as a hexadecimal string."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def replace_file(path: Path, content: str | bytes) -> None:
    """Write ``content`` to a temporary name, flush it and rename it to ``path``."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
        flush(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Have the system put a file, or the names in a folder, on the disk."""
    folder = path.is_dir()
    if folder and os.name == "nt":
        return  # Windows cannot flush a folder; its file system writes names through by itself
    descriptor = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def json_lines(path: Path, rows: Sequence[BaseModel]) -> None:
    """One JSON object a line."""
    path.write_bytes("".join(row.model_dump_json() + "\n" for row in rows).encode())


def lines_of(content: bytes) -> Iterator[bytes]:
    """The lines that `json_lines` wrote; text may hold other line ends, such as U+2028."""
    return (line for line in content.split(b"\n") if line)


def dump_json(path: Path, value: object) -> None:
    """A small JSON file."""
    path.write_bytes(json.dumps(value, ensure_ascii=False).encode())


def dump_lines(path: Path, rows: Iterable[bytes]) -> None:
    """Lines without a line end in them, each ended by one."""
    path.write_bytes(b"".join(row + b"\n" for row in rows))
