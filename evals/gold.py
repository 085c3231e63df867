"""Where each fact stands in the corpus: the gold of the question sets."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).parent / "facts" / "facts.jsonl"


@dataclass(frozen=True)
class Fact:
    """A fact by id: the section that tells it, and the figures that must come through."""

    id: str
    document: str
    section: str
    figures: tuple[str, ...]

    def tells(self, document: str, section: str) -> bool:
        """Whether a passage of ``section`` of ``document`` is where this fact stands."""
        return (document, section) == (self.document, self.section)


@cache
def facts() -> dict[str, Fact]:
    """All facts by id."""
    rows = [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines()]
    return {
        row["fact"]: Fact(row["fact"], row["document"], row["section"], tuple(row["figures"]))
        for row in rows
    }


def flat(text: str) -> str:
    """``text`` in NFC without any white space, to look for figures in."""
    return "".join(unicodedata.normalize("NFC", text).split())
