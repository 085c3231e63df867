"""A spreadsheet cell as its reader sees it: 0.033 under the format ``0.0%`` is 3.3%."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|([₩원$€¥])')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.([#0?]+))?")
_MIDNIGHT = dt.time()


def shown(cell: Any) -> str:  # noqa: ANN401 - openpyxl's cells have no common type
    """The text of a cell; empty without a value."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    if isinstance(value, dt.datetime):
        return str(value.date() if value.time() == _MIDNIGHT else value)
    return str(value)


def _number(value: float, pattern: str) -> str:
    """A number in the part of the formats that money, rates and counts use."""
    positive = pattern.split(";")[0]
    bare = _LITERAL.sub("", positive)
    if "%" in bare:
        return f"{value * 100:.{_decimals(bare)}f}%"
    if not _DIGITS.search(bare):
        return _plain(value)
    before, after = _around(positive)
    places = _decimals(bare)
    comma = "," if "#,##0" in bare else ""
    fits = places or round(value) == value
    told = f"{value:{comma}.{places}f}" if comma and fits else _plain(value)
    return f"{before}{told}{after}"


def _decimals(pattern: str) -> int:
    found = _DIGITS.search(pattern)
    return len(found[1]) if found and found[1] else 0


def _around(pattern: str) -> tuple[str, str]:
    """The literal text before and after the digits."""
    found = _DIGITS.search(_LITERAL.sub(lambda m: "\0" * len(m.group()), pattern))
    if not found:
        return "", ""
    return _literals(pattern[: found.start()]), _literals(pattern[found.end() :])


def _literals(pattern: str) -> str:
    found = ("".join(part or "" for part in m.groups()) for m in _LITERAL.finditer(pattern))
    return "".join(found)


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.12g}"
