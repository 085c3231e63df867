"""The six support channels, read from ``channels.yaml``: the single source for hours and paths."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corpus.errors import CorpusError
from corpus.loader import ROOT, read_text
from corpus.model import CHANNEL_IDS, Channel
from corpus.yaml_text import parse

PATH = ROOT / "channels.yaml"
_TIMES = '시각은 따옴표로 묶어 "09:00"처럼 적어 주세요'


def channels(path: Path = PATH) -> list[Channel]:
    """The six channels in the order in which the file lists them.

    Raises:
        CorpusError: the file is not valid, or does not hold each of the six exactly once.
    """
    loaded = parse(read_text(path), path, what="채널 파일이")
    if not isinstance(loaded, list) or not all(isinstance(item, dict) for item in loaded):
        raise CorpusError("채널 파일은 채널의 목록이어야 합니다", file=path)
    found = [_channel(item, path) for item in loaded]
    if sorted(channel.id for channel in found) != sorted(CHANNEL_IDS):
        raise CorpusError(f"채널은 {', '.join(CHANNEL_IDS)}가 하나씩 있어야 합니다", file=path)
    return found


def _channel(item: dict[str, Any], path: Path) -> Channel:
    try:
        return Channel(**_times(item))
    except (ValueError, TypeError, KeyError) as error:  # pydantic's error is a ValueError
        name = str(item.get("id", "?"))
        line = line_of_channel(path, name)
        reason = _first(error) if isinstance(error, ValidationError) else _TIMES
        raise CorpusError(f"채널 {name}: {reason}", file=path, line=line) from error


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _times(item: dict[str, Any]) -> dict[str, Any]:
    """Clock times are quoted strings in the file, since YAML reads 09:00 as a number."""
    hours = item.get("hours")
    if not isinstance(hours, dict):
        return item
    clock = {key: dt.time.fromisoformat(hours[key]) for key in ("open", "close")}
    lunch = hours.get("lunch")
    breaks = tuple(dt.time.fromisoformat(value) for value in lunch) if lunch else None
    return {**item, "hours": {**hours, **clock, "lunch": breaks}}


def line_of_channel(path: Path, channel_id: str) -> int:
    """The line on which the entry of a channel starts; 1 when it is not there."""
    lines = read_text(path).splitlines()
    return next((n for n, row in enumerate(lines, 1) if row.strip() == f"- id: {channel_id}"), 1)
