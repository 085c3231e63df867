"""The six support channels, read from ``channels.yaml``: the single source for hours and paths."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from corpus.errors import CorpusError
from corpus.loader import ROOT, read_text
from corpus.model import CHANNEL_IDS, Channel

PATH = ROOT / "channels.yaml"


def channels(path: Path = PATH) -> list[Channel]:
    """The six channels in the order in which the file lists them.

    Raises:
        CorpusError: the file is not valid, or does not hold each of the six exactly once.
    """
    try:
        loaded = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise CorpusError("채널 파일이 올바른 YAML이 아닙니다", file=path, line=line) from error
    if not isinstance(loaded, list) or not all(isinstance(item, dict) for item in loaded):
        raise CorpusError("채널 파일은 채널의 목록이어야 합니다", file=path)
    found = [_channel(item, path) for item in loaded]
    if sorted(channel.id for channel in found) != sorted(CHANNEL_IDS):
        raise CorpusError(f"채널은 {', '.join(CHANNEL_IDS)}가 하나씩 있어야 합니다", file=path)
    return found


def _channel(item: dict[str, Any], path: Path) -> Channel:
    try:
        return Channel(**_times(item))
    except (ValidationError, ValueError) as error:
        name = str(item.get("id", "?"))
        line = _line_of(path, f"- id: {name}")
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise CorpusError(f"채널 {name}: {reason}", file=path, line=line) from error


def _times(item: dict[str, Any]) -> dict[str, Any]:
    """Clock times are quoted strings in the file, since YAML reads 09:00 as a number."""
    hours = item.get("hours")
    if not hours:
        return item
    clock = {key: dt.time.fromisoformat(hours[key]) for key in ("open", "close")}
    lunch = hours.get("lunch")
    breaks = tuple(dt.time.fromisoformat(value) for value in lunch) if lunch else None
    return {**item, "hours": {**hours, **clock, "lunch": breaks}}


def _line_of(path: Path, text: str) -> int:
    lines = read_text(path).splitlines()
    return next((n for n, line in enumerate(lines, 1) if line.strip() == text), 1)
