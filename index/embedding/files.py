"""Writes files so that a reader never sees half of one."""

import os
from pathlib import Path


def write_bytes(path: Path, data: bytes) -> None:
    """Write to a temporary name in the same folder, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Like `write_bytes`, UTF-8, with the same line ends on every system."""
    write_bytes(path, text.encode("utf-8"))
