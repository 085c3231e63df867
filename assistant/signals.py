"""Signals: what a question tells about the seller's situation, each with a name that is shown."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from corpus import Channel

PATH = Path(__file__).parent / "signals.yaml"
# What stands, in squeezed text, after the name of a way that will not do: "전화로는 힘들겠죠",
# "채팅 말고". "전화가 안 돼요" is trouble with that way, not a wish for another.
_REFUSED = re.compile(
    r"(?:상담|문의|걸기|하기|하긴|하는건|으로|로)?(?:는|은|가|이|도|를|을)?(?:좀|조금|너무|영|도저히)?"
    r"(?:말고|말구|대신|빼고|아니고|힘[들든드]|어려|어렵|싫|답답|곤란|부담|무서|불편|못하|못해|못걸|못받)"
)
# Where a passage sends a seller for what he asks. FAQ and manuals are left out: nearly every
# passage names them as the place where its figures can be checked.
_TOLD = {
    "phone": re.compile(r"고객센터에? ?(?:전화|연락|문의)|전화로|1588-3819"),
    "inquiry": re.compile(r"1:1 ?문의"),
    "remote": re.compile(r"원격지원"),
    "talktalk": re.compile(r"톡톡상담"),
}
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
    """The channel that the question calls by name; of several, the longest name wins.

    One that it does not want is not called (see `refused`).
    """
    tight = squeeze(question)
    unwanted = refused(question, channels)
    found = [
        (len(squeeze(name)), channel.id)
        for channel in channels
        for name in channel.names
        if squeeze(name) in tight and channel.id not in unwanted
    ]
    return max(found)[1] if found else None


def refused(question: str, channels: list[Channel]) -> frozenset[str]:
    """The channels that the question names as ways that will not do."""
    tight = squeeze(question)
    return frozenset(
        channel.id
        for channel in channels
        for name in channel.names
        for found in re.finditer(re.escape(squeeze(name)), tight)
        if _REFUSED.match(tight, found.end())
    )


def told(passage: str) -> frozenset[str]:
    """The channels where a person helps that a passage names."""
    return frozenset(name for name, pattern in _TOLD.items() if pattern.search(passage))
