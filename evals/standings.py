"""The table of ours against others, kept as JSON and shown as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.sidebyside import MEASURES, Standing

STANDINGS = "standings.json"


class Standings(BaseModel):
    """Every system's figures by question set."""

    model_config = ConfigDict(frozen=True)

    sets: dict[str, tuple[Standing, ...]]

    @classmethod
    def read(cls, folder: Path) -> Standings:
        """What ``python -m evals.peers`` left in ``folder``."""
        return cls.model_validate_json((folder / STANDINGS).read_text(encoding="utf-8"))


HEAD = (
    "시스템", *MEASURES.values(), "AUROC", "질문당 시간(중앙값, ms)", "색인 시간(초)", "메모리(MB)",
)  # fmt: skip


def rows(standings: Sequence[Standing]) -> list[list[str]]:
    """One row a system. ``▲`` marks what ours beats beyond doubt, ``▽`` what beats ours."""
    return [
        [
            one.name,
            *(_cell(one, name) for name in MEASURES),
            f"{one.estimates['auroc'].value:.3f}" if "auroc" in one.estimates else "–",
            f"{one.median_ms:.1f}",
            "–" if one.index_seconds is None else f"{one.index_seconds:.1f}",
            "–" if one.memory_mb is None else f"{one.memory_mb:.0f}",
        ]
        for one in standings
    ]


def table(standings: Sequence[Standing]) -> str:
    """The same as Markdown."""
    lines = [HEAD, ["---"] * len(HEAD), *rows(standings)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(one: Standing, name: str) -> str:
    if name not in one.estimates:
        return "–"
    ahead = one.against[name]
    mark = " ▲" if ahead.low > 0 else " ▽" if ahead.high < 0 else ""
    return f"{one.estimates[name].value:.3f}{mark}"
