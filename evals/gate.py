"""The committed floors: no figure may fall below its own by more than its interval.

``evals/floors/<set>.jsonl`` holds the scores of every question in the run that it was written from
(``smartstore-assistant eval gate RUN --write``), so that a later run is compared question by
question: a figure fails when the whole 95 % interval of its paired difference is on the wrong side
of zero and the permutation test agrees, an exact promise when it falls at all. Questions that were
added or reworded since have no floor; a part of a set is held against the same floors.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from corpus import QuestionFileError
from evals.compare import SIGNIFICANT, Change, Scores, change, scores_of
from evals.metrics import METRICS
from evals.runner import Run
from index.storage.files import replace_file

FLOORS = Path(__file__).parent / "floors"
_DIGITS = 4
_SLACK = 1e-6  # the rounding of the floors


@dataclass(frozen=True)
class Verdict:
    """What the gate says: it passes when nothing has ``fallen``.

    ``held`` counts the questions that have a floor, ``unheld`` those that have none.
    """

    fallen: tuple[Change, ...]
    held: int
    unheld: int


def check(run: Run, name: str | None = None, folder: Path = FLOORS) -> Verdict:
    """Hold a run against the floors of its set.

    Args:
        run: a finished run of the set or of a part of it.
        name: of the set; default: of the run's file.
        folder: of the floors.

    Raises:
        QuestionFileError: there are no floors of that set, or no question of the run has one.
    """
    file = folder / f"{name or _name(run)}.jsonl"
    floors = _read(file)
    found = scores_of(run)
    both = [key for key in found if key in floors]
    if not both:
        raise QuestionFileError("이 결과의 질문과 같은 질문이 기준에 없습니다", file=file)
    changes = (change(metric, floors, found, both) for metric in METRICS)
    fallen = tuple(one for one in changes if one and _fallen(one))
    return Verdict(fallen, len(both), len(found) - len(both))


def write(run: Run, name: str | None = None, folder: Path = FLOORS) -> Path:
    """Make the scores of ``run`` the floors of its set."""
    rows = (
        {"id": key[0], "question": key[1], "scores": _rounded(scores)}
        for key, scores in scores_of(run).items()
    )
    file = folder / f"{name or _name(run)}.jsonl"
    folder.mkdir(exist_ok=True)
    replace_file(file, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return file


def _fallen(one: Change) -> bool:
    metric = METRICS[one.metric]
    if metric.higher is None:
        return False
    if metric.exact:
        return one.by < -_SLACK
    if one.p >= SIGNIFICANT:  # a handful of questions that all went one way may be chance
        return False
    return one.low > _SLACK if metric.higher is False else one.high < -_SLACK


def _read(file: Path) -> Scores:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise QuestionFileError(
            f"기준을 읽을 수 없습니다({error.strerror}). "
            "`smartstore-assistant eval gate 결과폴더 --write`로 만들 수 있습니다",
            file=file,
        ) from error
    rows = [json.loads(line) for line in lines if line]
    return {(row["id"], row["question"]): row["scores"] for row in rows}


def _rounded(scores: dict[str, float]) -> dict[str, float]:
    return {name: round(value, _DIGITS) for name, value in scores.items()}


def _name(run: Run) -> str:
    return Path(run.meta.name).stem
