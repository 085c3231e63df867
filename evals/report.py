"""``python -m evals.report``: the figures of the dev and the test questions as a table.

The dev questions were tuned on; the test questions only report. ``--write README.md`` puts the
table between the markers of that file.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import click

from assistant.settings import load_settings
from evals.figures import Figures
from evals.intervals import Estimate
from evals.metrics import ALL
from evals.questions import SHIPPED
from evals.runner import run
from evals.tables import replace_table

NOW = dt.datetime.fromisoformat("2026-11-25T10:00+09:00")
SETS = {"dev": "조정용(dev)", "test": "보고용(test)"}


def table(found: dict[str, Figures]) -> str:
    """One row a figure, one column a set: the value, its 95 % interval, and its questions."""
    overall = {key: figures.overall.estimates for key, figures in found.items()}
    names = [name for name in ALL if any(name in estimates for estimates in overall.values())]
    head = " | ".join(f"{SETS[key]} {f.questions}문항" for key, f in found.items())
    lines = [f"| 지표 | {head} |", "| --- |" + " --- |" * len(found)]
    for name in names:
        arrow = " ↓" if ALL[name].higher is False else ""
        cells = [_cell(estimates.get(name)) for estimates in overall.values()]
        lines.append(f"| {ALL[name].name}{arrow} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(one: Estimate | None) -> str:
    return f"{one.value:.3f} ({one.low:.3f}–{one.high:.3f}, n={one.n})" if one else "–"


@click.command()
@click.option("--write", type=click.Path(exists=True, path_type=Path), help="A README to update.")
def main(write: Path | None) -> None:
    """Print the table of figures."""
    settings = load_settings()
    with tempfile.TemporaryDirectory() as folder:
        found = {
            key: run(SHIPPED / f"{key}.jsonl", Path(folder) / key, settings, NOW).figures
            for key in SETS
        }
    text = table(found)
    click.echo(text)
    if write:
        replace_table(write, "figures", text)


if __name__ == "__main__":
    main()
