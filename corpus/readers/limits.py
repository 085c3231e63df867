"""How much of a seller's file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds for one file; what exceeds one is refused with a clear sentence.

    Args:
        max_bytes: size of the file.
        max_unpacked_bytes: size of everything in an archive (DOCX, XLSX) or a PDF stream.
        max_pages: pages of a PDF.
        max_seconds: wall time that reading a PDF, DOCX or XLSX may take in its own process.
        max_memory_bytes: address space of that process, where the system can limit it.
    """

    max_bytes: int = 200 * MEGABYTE
    max_unpacked_bytes: int = 500 * MEGABYTE
    max_pages: int = 3000
    max_seconds: float = 900.0
    max_memory_bytes: int = 4096 * MEGABYTE
