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
from evals.metrics import NAMES, Summary
from evals.questions import SHIPPED, read_questions
from evals.run import run
from evals.tables import replace_table

NOW = dt.datetime.fromisoformat("2026-11-25T10:00+09:00")
SETS = {"dev": "조정용(dev)", "test": "보고용(test)"}


def table(summaries: dict[str, Summary]) -> str:
    """One row a figure, one column a set; a share, and right ones of all."""
    names = [name for name in NAMES if any(name in s.tallies for s in summaries.values())]
    head = " | ".join(f"{SETS[key]} {s.questions}문항" for key, s in summaries.items())
    lines = [f"| 지표 | {head} |", "| --- |" + " --- |" * len(summaries)]
    for name in names:
        cells = [
            f"{s.tallies[name].share:.3f} ({s.tallies[name].right}/{s.tallies[name].of})"
            for s in summaries.values()
        ]
        lines.append(f"| {NAMES[name]} | {' | '.join(cells)} |")
    return "\n".join(lines)


@click.command()
@click.option("--write", type=click.Path(exists=True, path_type=Path), help="A README to update.")
def main(write: Path | None) -> None:
    """Print the table of figures."""
    settings = load_settings()
    summaries: dict[str, Summary] = {}
    with tempfile.TemporaryDirectory() as folder:
        for key in SETS:
            questions = read_questions(SHIPPED / f"{key}.jsonl")
            summaries[key] = run(questions, Path(folder) / key, settings=settings, now=NOW)
    text = table(summaries)
    click.echo(text)
    if write:
        replace_table(write, "figures", text)


if __name__ == "__main__":
    main()
