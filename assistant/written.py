"""An answer's text before the channel is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.models import Citation


@dataclass(frozen=True)
class Written:
    """Text with the citations behind its markers, and who wrote it."""

    text: str
    citations: tuple[Citation, ...]
    composer: str = "extractive"
    fallback_reason: str | None = None
