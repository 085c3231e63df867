"""What an update of the own documents did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from index.own.scan import Problem

Stage = Literal["read", "embed"]
Progress = Callable[[Stage, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass
class Outcome:
    """Names of files by what happened to them, and what could not be read.

    ``renamed`` and ``duplicates`` are pairs: the former and the new name, the file and the one
    that has the same content. ``kept`` had been read before and could not be read now: their
    former passages still answer. ``embedded`` counts texts, ``files`` all that are listed now.
    ``failed``: a file or name that was given by itself could not be used.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    embedded: int = 0
    files: int = 0
    published: bool = False
    failed: bool = False
