"""What the corpus does not answer: known gaps, near misses, and questions that are not a seller's.

They are indexed beside the questions that it does answer, so that a question can be nearer to a
known gap than to any passage. They are never shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import CorpusError
from corpus.loader import ROOT, questions_by_heading, read_text
from corpus.yaml_text import parse

NegativeKind = Literal[
    "gap", "near", "marketplace", "buyer", "smalltalk", "general", "injection", "nonsense"
]
KINDS: tuple[NegativeKind, ...] = get_args(NegativeKind)
MISSING: tuple[NegativeKind, ...] = ("gap", "near")
"""The kinds that a seller might well ask."""


class Negative(BaseModel):
    """A question that has no answer here.

    ``topic`` names the gap, or the section that a near miss seems to ask for, or repeats the kind.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: NegativeKind
    topic: str
    text: str


def negatives(root: Path = ROOT) -> list[Negative]:
    """All of them.

    ``gaps.yaml`` has topics of which the corpus says nothing; ``near/`` has, for each document,
    what its sections seem to answer and do not; ``out_of_scope.yaml`` has the other kinds.

    Raises:
        CorpusError: a file is not of the form that its comment describes.
    """
    return [
        *_read(root / "gaps.yaml", _gaps),
        *(negative for path in sorted((root / "near").glob("*.yaml")) for negative in _near(path)),
        *_read(root / "out_of_scope.yaml", _others),
    ]


def _near(path: Path) -> Iterator[Negative]:
    for heading, questions in questions_by_heading(path).items():
        topic = f"{path.stem}/{heading}"
        yield from (Negative(kind="near", topic=topic, text=text) for text in questions)


def _read(path: Path, rows: Any) -> list[Negative]:  # noqa: ANN401 - one of the two below
    if not path.exists():
        return []
    try:
        return list(rows(parse(read_text(path), path, what="이 파일이")))
    except (TypeError, KeyError, AttributeError, ValidationError) as error:
        raise CorpusError(f"정해진 꼴이 아닙니다({error})", file=path) from error


def _gaps(loaded: Any) -> Iterator[Negative]:  # noqa: ANN401 - whatever YAML gives
    for entry in loaded:
        make = partial(Negative, kind="gap", topic=str(entry["topic"]))
        yield from (make(text=str(question)) for question in entry["questions"])


def _others(loaded: Any) -> Iterator[Negative]:  # noqa: ANN401 - whatever YAML gives
    for kind, listed in loaded.items():
        yield from (Negative(kind=kind, topic=kind, text=str(text)) for text in listed)
