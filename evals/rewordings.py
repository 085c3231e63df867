"""``python -m evals.rewordings``: is a test question a rewording of one that the product has seen?

Each test question is held against the dev questions, the questions of sellers at each section
(question views), those that the corpus is known not to answer, and the training questions of the
encoder: by letters (rapidfuzz's ratio without
spaces and punctuation) and by vectors (cosine of the shipped encoder). The nearest pairs are
printed. A pair above either threshold fails unless it stands in ``reviewed_pairs.tsv``: it was
read, and the two questions want different things.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

import corpus
from assistant.settings import load_settings
from assistant.signals import squeeze
from evals.questions import SHIPPED, read_questions
from index.embedder import Embedder, Text
from index.embedding import BUILTIN
from index.encoders import encoder_of
from index.settings import IndexSettings
from index.storage.files import replace_file

REVIEWED = SHIPPED / "reviewed_pairs.tsv"
TRAINING = BUILTIN.parent / "training"
# Set by reading the 150 nearest pairs of 260 test questions. All 23 above were rewordings; below,
# ever more pairs differ in the point that is asked, or share an ending or an official term only.
LETTERS = 75.0  # ratio, 0..100
COSINE = 0.93
_SHORT = 8  # letters; below, a question is a bare term, and like questions cannot but look alike


@dataclass(frozen=True)
class Pair:
    """A test question and one that the product has seen: ``source`` says where."""

    id: str
    question: str
    source: str
    seen: str
    letters: float
    cosine: float

    @property
    def near(self) -> bool:
        """Whether it is above a threshold."""
        return self.letters >= LETTERS or self.cosine >= COSINE

    def __str__(self) -> str:
        return f"{self.id} ({self.source}): {self.question}\t{self.seen}"


def seen_questions(training: bool = True) -> dict[str, list[str]]:
    """The questions that the product has seen, by where.

    Args:
        training: those of the encoder's training too; they are not part of the wheel.
    """
    found = {
        "dev": [q.question for q in read_questions(SHIPPED / "dev.jsonl")],
        "view": [
            question
            for document in corpus.load()
            for questions in document.questions.values()
            for question in questions
        ],
        "negative": [negative.text for negative in corpus.negatives()],
    }
    if training:
        rows = [
            json.loads(line)
            for file in sorted(TRAINING.glob("*.jsonl"))
            for line in file.read_text(encoding="utf-8").splitlines()
        ]
        found["training"] = [q for row in rows for q in (*row["questions"], *row.get("near", ()))]
    return {source: questions for source, questions in found.items() if questions}


def nearest(
    asked: dict[str, str], seen: dict[str, list[str]], settings: IndexSettings, by_vectors: set[str]
) -> list[Pair]:
    """For each question its nearest by letters and its nearest by vectors, of every source.

    Args:
        asked: test questions by id.
        seen: questions by source.
        settings: say where vectors are cached.
        by_vectors: the sources that are compared by vectors too.
    """
    names, questions = list(asked), list(asked.values())
    pairs: dict[tuple[str, str], Pair] = {}
    for source, others in seen.items():
        letters = _letters(questions, others)
        cosines = (
            _vectors(questions, settings) @ _vectors(others, settings).T
            if source in by_vectors
            else np.zeros_like(letters)
        )
        for row, name in enumerate(names):
            for column in {int(letters[row].argmax()), int(cosines[row].argmax())}:
                pairs[name, others[column]] = Pair(
                    id=name,
                    question=questions[row],
                    source=source,
                    seen=others[column],
                    letters=float(letters[row, column]),
                    cosine=float(cosines[row, column]),
                )
    return list(pairs.values())


def reviewed() -> set[tuple[str, str]]:
    """Pairs that a person has read and found to be different questions: test and seen question."""
    lines = REVIEWED.read_text(encoding="utf-8").splitlines()
    return {(test, seen) for test, seen in (line.split("\t") for line in lines if line)}


def unreviewed(pairs: Sequence[Pair]) -> list[Pair]:
    """Those above a threshold that nobody has read, the nearest first."""
    known = reviewed()
    near = [pair for pair in pairs if pair.near and (pair.question, pair.seen) not in known]
    return sorted(near, key=lambda pair: (-pair.cosine, -pair.letters))


def _letters(questions: list[str], others: list[str]) -> NDArray[np.float32]:
    """Ratios, float32, shape (n_questions, n_others); 0 where a question is too short to tell."""
    found = process.cdist(
        [squeeze(q) for q in questions], [squeeze(q) for q in others], scorer=fuzz.ratio, workers=-1
    )
    short = np.array([len(squeeze(q)) < _SHORT for q in questions])
    found[short] = np.where(found[short] == 100, 100, 0)  # ratios of equal letters only
    return np.asarray(found, dtype=np.float32)


def _vectors(questions: list[str], settings: IndexSettings) -> NDArray[np.float32]:
    texts = [Text(question, "query") for question in questions]
    with Embedder(settings, encoder_of(settings)) as embedder:
        return embedder.embed(texts, lambda done, total: None)


def drop(file: Path, ids: set[str]) -> None:
    """Take questions out of a set. They are never adapted: that would tune the set."""
    lines = file.read_text(encoding="utf-8").split("\n")
    kept = [line for line in lines if not line or json.loads(line)["id"] not in ids]
    replace_file(file, "\n".join(kept))


@click.command()
@click.option("--show", default=30, show_default=True, help="How many of the nearest to print.")
@click.option("--drop", "dropping", is_flag=True, help="Take what fails out of the test questions.")
def main(show: int, dropping: bool) -> None:
    """Print the nearest pairs; fail when one is above a threshold and not reviewed."""
    file = SHIPPED / "test.jsonl"
    seen = seen_questions()
    asked = {q.id: q.question for q in read_questions(file)}
    pairs = nearest(asked, seen, load_settings(), set(seen))
    for key in ("cosine", "letters"):
        click.echo(f"\nnearest by {key}")
        for pair in sorted(pairs, key=lambda one: -float(getattr(one, key)))[:show]:
            click.echo(f"{pair.cosine:.3f} {pair.letters:5.1f} {pair}")
    bad = unreviewed(pairs)
    click.echo(f"\n{len(bad)} pairs above letters {LETTERS} or cosine {COSINE} are not reviewed")
    for pair in bad:
        click.echo(str(pair))
    if bad and dropping:
        drop(file, {pair.id for pair in bad})
    elif bad:
        sys.exit(1)


if __name__ == "__main__":
    main()
