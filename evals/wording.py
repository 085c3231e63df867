"""``python -m evals.wording``: how far the sellers' questions keep from the text they lead to.

A question view helps where it says what the section does not: the fewer words they share, the
better. It harms where it fits another section as well as its own. Reported are the content words
that questions share with their sections, by part; the questions that are asked of two sections in
nearly the same words; and those whose section is not the one whose text is nearest to them.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click
import numpy as np
from numpy.typing import NDArray

from assistant.settings import load_settings
from corpus import Document, channels, load
from corpus.coverage import TOTAL, part_of
from index.embedder import Embedder, Text
from index.encoders import encoder_of
from index.lexical import analyzer
from index.passages import chunk
from index.settings import IndexSettings

TWIN = 0.93
"""Cosine from which two questions are the same one: above the 97th percentile of the nearest."""
ASTRAY = 0.08
"""How much nearer another section's text may be: what 1 % of the questions exceed."""
MOST = 4  # shared words are counted up to this many

Vectors = NDArray[np.float32]
Place = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """A question view, the document and section it leads to, and the words they share."""

    place: Place
    question: str
    part: str
    shared: int
    words: int


@dataclass(frozen=True)
class Fit:
    """A question and the section that it fits as well as its own; ``by`` how much (cosine)."""

    asked: Asked
    other: Place
    by: float


def asked_of(documents: Iterable[Document]) -> list[Asked]:
    """Every question view with the number of its content words and of those its section has."""
    part = part_of(channels())
    return [
        Asked((document.id, section.heading), question, part(document), len(own & words), len(own))
        for document in documents
        for section in document.sections
        for words in [_words(f"{section.heading}\n{document.text[section.start : section.end]}")]
        for question in document.questions.get(section.heading, ())
        for own in [_words(question)]
    ]


def _words(text: str) -> frozenset[str]:
    """The content morphemes of ``text``: no numbers, no stop words."""
    return frozenset(term.form for term in analyzer().terms(text) if not term.form.isdigit())


def twins(asked: Sequence[Asked], questions: Vectors) -> list[Fit]:
    """Questions of two sections in nearly the same words, the likest first, each pair once.

    Args:
        asked: the questions.
        questions: their vectors, float32, shape (n_questions, dim), unit length.
    """
    owner = _numbers([item.place for item in asked])
    found: dict[frozenset[int], Fit] = {}
    for row, item in enumerate(asked):
        near = np.where(owner == owner[row], -1.0, questions @ questions[row])
        other = int(near.argmax())
        if near[other] >= TWIN:
            found[frozenset((row, other))] = Fit(item, asked[other].place, float(near[other]))
    return sorted(found.values(), key=lambda fit: -fit.by)


def astray(
    asked: Sequence[Asked], questions: Vectors, texts: Vectors, places: Sequence[Place]
) -> list[Fit]:
    """Questions to which another section's text is nearer than their own's, the worst first.

    Args:
        asked: the questions.
        questions: their vectors, float32, shape (n_questions, dim), unit length.
        texts: vectors of the passages, float32, shape (n_passages, dim), unit length.
        places: document and section of each passage.
    """
    number = {place: n for n, place in enumerate(dict.fromkeys(places))}
    owner = np.array([number[place] for place in places])
    found = []
    for row, item in enumerate(asked):
        near = texts @ questions[row]
        own = owner == number[item.place]
        other = int(np.where(own, -1.0, near).argmax())
        found.append(Fit(item, places[other], float(near[other] - near[own].max())))
    return sorted((fit for fit in found if fit.by >= ASTRAY), key=lambda fit: -fit.by)


def _numbers(places: Sequence[Place]) -> NDArray[np.int64]:
    number = {place: n for n, place in enumerate(dict.fromkeys(places))}
    return np.array([number[place] for place in places], dtype=np.int64)


def measured(documents: list[Document], settings: IndexSettings) -> tuple[list[Fit], list[Fit]]:
    """`twins` and `astray` among all questions of ``documents``, by the configured encoder."""
    asked = asked_of(documents)
    split = analyzer().sentences
    passages = [p for d in documents for p in chunk(d, split, settings.chunk_chars)]
    texts = [Text(passage.embedded_text, "passage") for passage in passages]
    texts += [Text(item.question, "query") for item in asked]
    with Embedder(settings, encoder_of(settings)) as embedder:
        vectors = embedder.embed(texts, lambda done, total: None)
    questions, places = vectors[len(passages) :], [(p.document_id, p.section) for p in passages]
    return twins(asked, questions), astray(asked, questions, vectors[: len(passages)], places)


def table(asked: Sequence[Asked]) -> str:
    """Shared words by part: the median, the share of the question's words, the distribution."""
    counts = [*(str(n) for n in range(MOST)), f"{MOST}+"]
    rows = [["부분", "질문", "겹치는 낱말(중앙값)", "겹치는 비율(중앙값)", *counts]]
    rows.append(["---"] * len(rows[0]))
    for name in [*dict.fromkeys(item.part for item in asked), TOTAL]:
        inside = [item for item in asked if name in (item.part, TOTAL)]
        spread = Counter(min(item.shared, MOST) for item in inside)
        median = statistics.median(item.shared for item in inside)
        share = statistics.median(item.shared / max(item.words, 1) for item in inside)
        shares = [f"{spread[n] / len(inside):.0%}" for n in range(MOST + 1)]
        rows.append([name, f"{len(inside):,}", f"{median:g}", f"{share:.2f}", *shares])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@click.command()
@click.option("--worst", default=20, show_default=True, help="How many of each kind to list.")
def main(worst: int) -> None:
    """Print how many words questions share with their sections, and which fit two sections."""
    documents = load()
    asked = asked_of(documents)
    click.echo(table(asked))
    same, nearer = measured(documents, load_settings())
    click.echo(f"\nasked of two sections in nearly the same words: {len(same)} of {len(asked)}")
    _list(same[:worst])
    click.echo(f"\nnearer to another section's text by {ASTRAY}: {len(nearer)} of {len(asked)}")
    _list(nearer[:worst])
    click.echo("\nsharing most words with their section:")
    for item in sorted(asked, key=lambda i: (-i.shared, i.words))[:worst]:
        click.echo(f"{item.shared}/{item.words} {item.question} [{': '.join(item.place)}]")


def _list(fits: Sequence[Fit]) -> None:
    for fit in fits:
        own, other = ": ".join(fit.asked.place), ": ".join(fit.other)
        click.echo(f"{fit.by:.3f} {fit.asked.question} [{own}] = [{other}]")


if __name__ == "__main__":
    main()
