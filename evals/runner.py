"""Answer a set of questions: streaming, resumable, on all cores; then its figures.

A run is a folder::

    run.json       what was asked of what: set, index, settings, time, sources
    answers.jsonl  one `Record` a line, in the set's order (``answers.jsonl.part`` until the end)
    figures.json   `evals.figures.Figures`
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from tqdm import tqdm

from assistant import Settings
from assistant.hours import korea_time
from assistant.settings import load_settings
from corpus.loader import ROOT
from evals.examine import Examined
from evals.figures import Figures, figures
from evals.questions import Question, read_questions
from evals.records import Record, read_records, replace_with
from evals.workers import answered
from index.storage import pointed
from index.storage.files import replace_file

ANSWERS, META, FIGURES = "answers.jsonl", "run.json", "figures.json"
# Where it ran, and what may hold a password.
_UNTOLD = {"data", "host", "port", "llm_api_key", "llm_base_url"}
_SOURCES = ("corpus", "index", "assistant", "evals")


class Meta(BaseModel):
    """What a run was of. Runs with equal ones continue each other."""

    model_config = ConfigDict(frozen=True)

    name: str
    questions: int
    set_sha256: str
    sources_sha256: str
    index: str
    settings: dict[str, object]
    now: dt.datetime
    version: str


@dataclass(frozen=True)
class Run:
    """A finished run in ``folder``."""

    folder: Path
    meta: Meta
    figures: Figures

    def records(self) -> Iterator[Record]:
        """Every answer, one at a time."""
        return read_records(self.folder / ANSWERS)

    @classmethod
    def read(cls, folder: Path) -> Run:
        """A run from its folder.

        Raises:
            QuestionFileError: it is not the folder of a finished run.
        """
        records = read_records(folder / ANSWERS)
        next(records, None)  # names what is missing or wrong
        meta = Meta.model_validate_json((folder / META).read_text(encoding="utf-8"))
        found = Figures.model_validate_json((folder / FIGURES).read_text(encoding="utf-8"))
        return cls(folder, meta, found)


def run(
    questions: Path | Iterable[Question],
    out: Path,
    settings: Settings | None = None,
    now: dt.datetime | None = None,
    workers: int | None = None,
    show_progress: bool = False,
    bot: Examined | None = None,
) -> Run:
    """Answer ``questions`` into the folder ``out``. A run that was cut off goes on.

    Args:
        questions: a JSONL or CSV file, or the questions themselves.
        out: the folder of the run; a finished run there is replaced.
        settings: default: from the environment.
        now: the time for questions without one of their own; default the present, one for all.
        workers: processes; default: one a core.
        show_progress: a progress bar on the error stream.
        bot: answers instead of the product, in this process (see `evals.examine`).

    Raises:
        QuestionFileError: the file cannot be read as questions.
        IndexMissingError: nothing has been built.
    """
    settings = settings or load_settings()
    name = questions.name if isinstance(questions, Path) else out.name
    listed = read_questions(questions) if isinstance(questions, Path) else list(questions)
    out.mkdir(parents=True, exist_ok=True)
    meta = _meta(name, listed, settings, now)
    part = out / f"{ANSWERS}.part"
    before = _before(out)
    if bot is None and before and part.is_file() and _same(before, meta, now):
        meta, done = before, _whole_lines(part)
    else:
        part.unlink(missing_ok=True)
        done = 0
    replace_file(out / META, meta.model_dump_json(indent=1))
    timed = [q if q.now else q.model_copy(update={"now": meta.now}) for q in listed]
    wanted = min(workers or os.cpu_count() or 1, max(1, len(timed) // 32))
    _append(part, answered(timed[done:], settings, wanted, bot), done, len(timed), show_progress)
    part.replace(out / ANSWERS)
    found = figures(read_records(out / ANSWERS))
    replace_with(out / FIGURES, lambda file: _write(file, found.model_dump_json(indent=1)))
    return Run(out, meta, found)


def _append(
    part: Path, groups: Iterator[list[str]], done: int, total: int, show_progress: bool
) -> None:
    bar = tqdm(
        desc="질문에 답하기", unit="개", total=total, initial=done, file=sys.stderr,
        disable=not show_progress,
    )  # fmt: skip
    with bar, part.open("a", encoding="utf-8") as handle:
        for group in groups:
            handle.write("".join(f"{line}\n" for line in group))
            handle.flush()
            bar.update(len(group))
        os.fsync(handle.fileno())


def _meta(
    name: str, questions: Sequence[Question], settings: Settings, now: dt.datetime | None
) -> Meta:
    digest = hashlib.sha256()
    for question in questions:
        digest.update(question.model_dump_json().encode() + b"\n")
    return Meta(
        name=name,
        questions=len(questions),
        set_sha256=digest.hexdigest(),
        sources_sha256=_sources(),
        index=pointed(settings.index_directory).name,
        settings=settings.model_dump(mode="json", exclude=_UNTOLD),
        now=korea_time(now),
        version=version("smartstore-assistant"),
    )


def _same(before: Meta, meta: Meta, now: dt.datetime | None) -> bool:
    """Without a given time, a run that goes on keeps the time at which it began."""
    return before == (meta if now else meta.model_copy(update={"now": before.now}))


def _before(out: Path) -> Meta | None:
    try:
        return Meta.model_validate_json((out / META).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # none, or of another version: a new run begins
        return None


def _sources() -> str:
    """One SHA-256 over everything that an answer depends on beside the index."""
    digest = hashlib.sha256()
    for package in _SOURCES:
        for file in sorted((ROOT.parent / package).rglob("*")):
            if file.suffix in {".py", ".json", ".yaml", ".tsv"}:
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _whole_lines(part: Path) -> int:
    """Cut off a line that was half written; how many whole ones stand before it."""
    content = part.read_bytes()
    whole = content.rfind(b"\n") + 1
    with part.open("r+b") as handle:
        handle.truncate(whole)
    return content.count(b"\n")


def _write(file: Path, text: str) -> None:
    file.write_text(text + "\n", encoding="utf-8")
