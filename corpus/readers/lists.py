"""Lists that people type by hand: the mark at the start of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.readers.writer import Block, Item, Paragraph

_BULLET = re.compile(r"(?:[•●○◦∙‣▪▫■□◆◇▶▷►➤➢✓✔☑★☆❍⦁\ue001-\uf8ff]\s*|[-–—*·ㆍ]\s+)(?=\S)")
_NUMBER = re.compile(r"\(?(\d{1,2})[.)]\s+(?=\D)")
_CIRCLED = re.compile(r"([①-⑳])\s*(?=\S)")


def marked(line: str) -> Item | None:
    """The item that a line with a typed mark is; None for other lines.

    A number, in a circle or not, makes a step.
    """
    if found := _NUMBER.match(line):
        return Item(line[found.end() :], number=int(found[1]))
    if found := _CIRCLED.match(line):
        return Item(line[found.end() :], number=ord(found[1]) - ord("①") + 1)
    if found := _BULLET.match(line):
        return Item(line[found.end() :])
    return None


def lines_as_blocks(text: str) -> Iterator[Block]:
    """Lines that somebody ended on purpose: items where they are marked, else paragraphs.

    Lines of one paragraph stay lines; an empty line ends it.
    """
    together: list[str] = []
    for line in [*(line.strip() for line in text.split("\n")), ""]:
        item = marked(line)
        if line and item is None:
            together.append(line)
            continue
        if together:
            yield Paragraph("\n".join(together))
            together = []
        if item is not None:
            yield item
