"""Signals: what a question tells about the seller's situation, each with a name that is shown."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from corpus import Channel

PATH = Path(__file__).parent / "signals.yaml"
SQUEEZE = str.maketrans("", "", " \t~!?.,'\"“”‘’·…()[]-:")


@cache
def vocabulary() -> dict[str, tuple[str, ...]]:
    """The words behind each signal."""
    loaded = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return {name: tuple(str(word) for word in words) for name, words in loaded.items()}


def squeeze(text: str) -> str:
    """``text`` in lower case without spaces and punctuation."""
    return text.lower().translate(SQUEEZE)


def read(question: str) -> frozenset[str]:
    """The names of the signals in ``question``."""
    tight = squeeze(question)
    return frozenset(
        name for name, words in vocabulary().items() if any(word in tight for word in words)
    )


def named_channel(question: str, channels: list[Channel]) -> str | None:
    """The channel that the question calls by name; of several, the longest name wins."""
    tight = squeeze(question)
    found = [
        (len(squeeze(name)), channel.id)
        for channel in channels
        for name in channel.names
        if squeeze(name) in tight
    ]
    return max(found)[1] if found else None
