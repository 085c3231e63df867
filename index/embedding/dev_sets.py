"""The dev sets by which a training is steered; no training item touches them."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.embedding.noise import mistyped
from index.embedding.prepared import Dev, NearMisses, Retrieval
from index.embedding.training_data import (
    HelpItem,
    articles,
    help_items,
    seller_passages,
    similarity_pairs,
)

QUERIES, OTHERS = 1500, 3000
"""Help headings asked, and passages of other pages among those of the dev split."""
SEED = 0
TYPING_ERRORS = ", typing errors"
"""End of the name of a set whose queries are spoiled."""
EVALS = Path(__file__).parents[2] / "evals"
"""Questions of sellers and where the facts stand: files of the repository, not of the package."""


def dev_sets(data: Path) -> Dev:
    """All of them.

    Raises:
        OSError: a file is missing.
    """
    rng = random.Random(SEED)
    held_out = help_items(data, dev=True)
    others = rng.sample(help_items(data), OTHERS)
    return Dev(
        retrieval=(
            *_articles(held_out, rng),
            *_help("help", held_out, others, rng),
            *_sellers(),
            _cloze(held_out, rng),
        ),
        near=_near_misses(),
        similarity=tuple(similarity_pairs(data, "dev")),
    )


def _articles(pages: Sequence[HelpItem], rng: random.Random) -> list[Retrieval]:
    """Hard paraphrases against the held-out articles and help pages of the dev split."""
    told = articles(dev=True)
    distractors = sorted({page.passage for page in pages})
    asked = [(question, n) for n, article in enumerate(told) for question in article.questions]
    queries = tuple(question for question, _ in asked)
    right = tuple((n,) for _, n in asked)
    text = (*(a.text for a in told), *distractors)
    titled = (*(f"{a.title}\n{a.text}" for a in told), *distractors)
    spoiled = tuple(mistyped(query, rng) for query in queries)
    return [
        Retrieval("heldout", queries, text, right),
        Retrieval("heldout titled", queries, titled, right),
        Retrieval(f"heldout titled{TYPING_ERRORS}", spoiled, titled, right),
        Retrieval("heldout titles", tuple(a.title for a in told), text, _each(len(told))),
    ]


def _each(count: int) -> tuple[tuple[int, ...], ...]:
    return tuple((n,) for n in range(count))


def _help(
    name: str, held_out: Sequence[HelpItem], others: Sequence[HelpItem], rng: random.Random
) -> list[Retrieval]:
    """Headings of the dev split against the texts below them and those of other pages."""
    asked = rng.sample(held_out, min(QUERIES, len(held_out)))
    every = (*held_out, *others)
    texts = sorted({item.passage for item in every})
    column = {text: number for number, text in enumerate(texts)}
    answers: dict[str, set[int]] = {}
    for item in every:
        answers.setdefault(item.query, set()).add(column[item.passage])
    right = tuple(tuple(sorted(answers[item.query])) for item in asked)
    queries = tuple(item.query for item in asked)
    spoiled = tuple(mistyped(query, rng) for query in queries)
    return [
        Retrieval(name, queries, tuple(texts), right),
        Retrieval(f"{name}{TYPING_ERRORS}", spoiled, tuple(texts), right),
    ]


def _sellers() -> list[Retrieval]:
    """The dev questions of `evals` that the corpus answers, against its passages."""
    facts = _lines(EVALS / "facts" / "facts.jsonl")
    place = {row["fact"]: (row["document"], row["section"]) for row in facts}
    asked = [row for row in _lines(EVALS / "questions" / "dev.jsonl") if row["facts"]]
    passages = seller_passages()
    where = [(passage.document_id, passage.section) for passage in passages]
    wanted = [{place[fact] for fact in row["facts"]} for row in asked]
    right = tuple(tuple(n for n, at in enumerate(where) if at in gold) for gold in wanted)
    queries = tuple(row["question"] for row in asked)
    texts = tuple(passage.text for passage in passages)
    titled = tuple(passage.embedded_text for passage in passages)
    return [
        Retrieval("sellers", queries, texts, right),
        Retrieval("sellers titled", queries, titled, right),
    ]


def _cloze(pages: Sequence[HelpItem], rng: random.Random) -> Retrieval:
    """Half the words of a sentence, in their order, against the passages without it."""
    queries, texts = [], []
    for page in pages:
        sentences = [s for s in page.passage.split(". ") if len(s.split()) >= 6]
        if len(sentences) < 3:
            continue
        taken = rng.choice(sentences)
        words = taken.split()
        kept = sorted(rng.sample(range(len(words)), len(words) // 2))
        queries.append(" ".join(words[n] for n in kept))
        texts.append(page.passage.replace(taken, "", 1))
    return Retrieval("cloze", tuple(queries), tuple(texts), _each(len(queries)))


def _near_misses() -> NearMisses:
    rows = [(a.questions[0], a.near[0], a) for a in articles(dev=True) if a.near]
    return NearMisses(
        tuple(question for question, _, _ in rows),
        tuple(near for _, near, _ in rows),
        tuple(f"{a.title}\n{a.text}" for _, _, a in rows),
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
