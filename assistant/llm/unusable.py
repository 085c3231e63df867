"""Why a model's text cannot be used."""

from __future__ import annotations

from assistant import texts


class UnusableError(Exception):
    """The model's text cannot be shown; ``reason`` is a key of `texts.FALLBACK`.

    It never leaves this package: the extractive answer takes the place of the text.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def told(self, seconds: float) -> str:
        """The reason in Korean, for `Answer.fallback_reason`."""
        reason = texts.FALLBACK[self.reason].format(seconds=seconds)
        return texts.FALLBACK_NOTE.format(reason=reason)
