"""Lines of a paragraph put together again: with a blank, or a word that the line end split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.readers.pdf.shapes import Run

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

_HYPHENATED = re.compile(r"[A-Za-z]{2}-$")
_LATIN = re.compile(r"[A-Za-z0-9]")
_SIGNS = re.compile(r"\W+")
_STOPS = frozenset(".,!?;:…")
_CLOSING = frozenset(")]}〉》」』”’'\".,!?;:%…")
_OPENING = frozenset("([{〈《「『“‘")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*$")
_FITS = 1.1  # times its width must be free for the line end to have been a choice
# What a line break keeps together: a syllable with the signs that may not start a line, a word.
_UNBROKEN = re.compile(r"[A-Za-z0-9%.,:/-]+|.[)\]}〉》」』”’'\".,!?;:%…]*")
_CONTEXT = 24  # characters on each side that tell whether a word goes on


class Joiner:
    """Puts lines together as one file, or one page of it, writes its words.

    Args:
        runs: all its lines: a word that stands whole in one of them is whole elsewhere too.
        writes_blanks: whether the file writes a blank at the end of a line that ends a word.
    """

    def __init__(self, runs: Iterable[Run], *, writes_blanks: bool = False) -> None:
        self._writes_blanks = writes_blanks
        self._words: set[str] = set()
        self._pairs: set[tuple[str, str]] = set()
        for run in runs:
            inside = [_bare(word) for word in run.text.split()[1:-1]]  # the ends may be fragments
            self._words |= {word[:end] for word in inside for end in range(2, len(word) + 1)}
            self._pairs |= set(pairwise(inside))

    def cell(self, lines: Sequence[Run]) -> str:
        """The text of a cell, whose lines are too short to show where a full one ends."""
        text = lines[0].text if lines else ""
        for before, after in pairwise(lines):
            text = self.join(text, before, after, 0.0)
        return text

    def join(self, text: str, before: Run, after: Run, right: float) -> str:
        """``text``, which ends with the line ``before``, and the line ``after``.

        ``right`` is where a full line ends.
        """
        if _HYPHENATED.search(text) and after.text[:1].islower():
            return text[:-1] + after.text
        blank = " " if self._is_blank(text, before, after, right) else ""
        return f"{text}{blank}{after.text}"

    def _is_blank(self, text: str, before: Run, after: Run, right: float) -> bool:
        if before.blank_after:
            return True
        sure = _by_signs(text, after.text)
        if sure is not None:
            return sure
        if self._writes_blanks:
            return False
        start = _UNBROKEN.match(after.text)
        if right - before.x1 > _FITS * width(start.group() if start else "", after.size):
            return True  # what may not be parted had room: the line ended at a blank
        known = self._by_words(_bare(text.split()[-1]), _bare(after.text.split()[0]))
        return _by_language(text, after.text) if known is None else known

    def _by_words(self, last: str, first: str) -> bool | None:
        """What the same words elsewhere say; None: they stand nowhere else."""
        if (last, first) in self._pairs:
            return True
        return False if last and first and last + first[:2] in self._words else None


def _bare(word: str) -> str:
    return _SIGNS.sub("", word)


def _by_signs(text: str, after: str) -> bool | None:
    """What the characters at the line end say by themselves; None: nothing."""
    last, first = text[-1:], after[:1]
    if _ADDRESS.search(text):
        return False
    if first in _CLOSING or last in _OPENING:
        return False
    if last in _STOPS:
        return not (last in ".," and first.isdigit() and text[-2:-1].isdigit())
    if _LATIN.match(last) and _LATIN.match(first):
        return True
    return None


def width(text: str, size: float) -> float:
    """About how wide a text is: Hangul takes an em, Latin letters and blanks half of one."""
    return size * sum(1.0 if ord(char) >= 0x1100 else 0.5 for char in text)


def _by_language(text: str, after: str) -> bool:
    """Whether Korean reads better with a blank there."""
    return _asked(text[-_CONTEXT:].lstrip(), after[:_CONTEXT].rstrip())


@lru_cache(maxsize=4096)
def _asked(before: str, after: str) -> bool:
    _, blanks = _kiwi().glue([before, after], return_space_insertions=True)
    return bool(blanks[0])


@cache
def _kiwi() -> Kiwi:
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1, load_multi_dict=False, load_typo_dict=False)
