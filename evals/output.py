"""Where a run's answers go: a folder with everything, or one file of one format."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from evals.records import Record, replace_with, write_csv, write_parquet
from evals.runner import Run

CSV = "answers.csv"


def _write_jsonl(records: Iterable[Record], file: Path) -> None:
    def write(part: Path) -> None:
        with part.open("w", encoding="utf-8") as handle:
            handle.writelines(f"{record.model_dump_json()}\n" for record in records)

    replace_with(file, write)


WRITERS: dict[str, Callable[[Iterable[Record], Path], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": write_csv,
    ".parquet": write_parquet,
}
"""Formats of an answers file by its suffix."""


def working_folder(target: Path) -> Path:
    """The folder of the run whose output is ``target``: that of a file is beside it."""
    return target.with_name(f"{target.name}.run") if target.suffix in WRITERS else target


def save(run: Run, target: Path) -> None:
    """Write the answers of ``run`` to ``target``: one file, or the table in the run's folder."""
    if target.suffix in WRITERS:
        WRITERS[target.suffix](run.records(), target)
        shutil.rmtree(run.folder)
    else:
        write_csv(run.records(), run.folder / CSV)
