"""Links between documents, and whether they lead anywhere."""

from __future__ import annotations

import re
from pathlib import Path

from corpus.loader import read_text
from corpus.markdown import blocks
from corpus.model import Document

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def dead_links(document: Document, path: Path, offset: int) -> list[tuple[int, str]]:
    """``(line, finding)`` of every link to a file or heading that is not there.

    Args:
        document: whose links are followed.
        path: its file; links are relative to it.
        offset: the line of the file on which the document's text starts.
    """
    found: list[tuple[int, str]] = []
    for match in _LINK.finditer(document.text):
        target, _, anchor = match.group(1).partition("#")
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        line = offset + document.text[: match.start()].count("\n")
        goal = (path.parent / target).resolve() if target else path
        if not goal.is_file():
            found.append((line, f"끊어진 링크입니다: {match.group(1)}"))
        elif anchor and anchor not in _anchors(goal):
            found.append((line, f"링크한 제목이 없습니다: {match.group(1)}"))
    return found


def _anchors(path: Path) -> set[str]:
    text = read_text(path)
    names = [text[b.start : b.end] for b in blocks(text) if b.kind == "heading"]
    return {re.sub(r"[^\w가-힣-]", "", name.strip().lower().replace(" ", "-")) for name in names}
