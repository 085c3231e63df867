"""Figures in a document stand between markers, so that a command can renew them."""

from __future__ import annotations

import re
from pathlib import Path


def replace_table(path: Path, name: str, text: str) -> None:
    """Put ``text`` between ``<!-- name:start -->`` and ``<!-- name:end -->`` of ``path``.

    Raises:
        ValueError: the markers are not there exactly once.
    """
    marked = re.compile(rf"(<!-- {name}:start -->\n).*?(<!-- {name}:end -->)", re.DOTALL)
    old = path.read_text(encoding="utf-8")
    if len(marked.findall(old)) != 1:
        raise ValueError(f"{path}: markers for {name!r} must be there exactly once")
    new = marked.sub(lambda match: f"{match.group(1)}{text}\n{match.group(2)}", old)
    part = path.with_name(path.name + ".part")
    part.write_text(new, encoding="utf-8")
    part.replace(path)
