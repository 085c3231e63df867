"""An answer's text before the channel is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.models import Citation

if TYPE_CHECKING:
    from assistant.llm import Writer
    from assistant.settings import Settings


@dataclass(frozen=True)
class Written:
    """Text with the citations behind its markers, and who wrote it."""

    text: str
    citations: tuple[Citation, ...]
    composer: str = "extractive"
    fallback_reason: str | None = None


def writer_of(settings: Settings) -> Writer | None:
    """The language model of the settings, if they name one."""
    if settings.llm is None:
        return None
    from assistant.llm import Writer

    return Writer(settings)
