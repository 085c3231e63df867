"""Prints how well an encoder finds passages.

    python -m index.embedding.evaluate --data DIR [--model DIR]
        [--questions evals/questions/dev.jsonl --facts evals/facts/facts.jsonl]

Runs the int8 ONNX file, which is what the product runs. Help pages: the dev split that training
leaves out, passage text alone. Similarity: KorSTS dev. Sellers: real questions against the
passages of the corpus, by their text alone and by text or nearest known question.
"""

import argparse
import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedding import BUILTIN
from index.embedding.onnx import OnnxEncoder
from index.embedding.training_data import help_items, seller_passages, similarity_pairs

QUERIES, OTHERS = 1500, 3000
"""Help headings asked, and passages of other pages among those of the dev split."""
TOP = 10
SEED = 0


@dataclass(frozen=True)
class Ranks:
    """Rank of the first right passage of each question, from 1."""

    values: NDArray[np.int64]

    def __str__(self) -> str:
        """MRR and recall at `TOP` and at 1."""
        found = self.values <= TOP
        reciprocal = np.where(found, 1 / self.values, 0.0).mean()
        first = (self.values == 1).mean()
        return (
            f"MRR@{TOP} {reciprocal:.4f}, recall@{TOP} {found.mean():.4f}, "
            f"first {first:.4f} ({len(self.values)} questions)"
        )


def ranks(scores: NDArray[np.float32], right: NDArray[np.bool_]) -> Ranks:
    """Where the best right passage stands; one tied with it counts as before it.

    Args:
        scores: shape (questions, passages).
        right: likewise, at least one in each row.
    """
    best = np.where(right, scores, -np.inf).max(axis=1, keepdims=True)
    return Ranks(1 + ((scores >= best) & ~right).sum(axis=1))


def encode_queries(encoder: OnnxEncoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors with the query prompt, shape (len(texts), dimension)."""
    return np.stack([encoder.encode_query(text) for text in texts])


def on_help_pages(encoder: OnnxEncoder, folder: Path) -> Ranks:
    """Headings of the dev split against the texts below them and those of other pages."""
    rng = random.Random(SEED)
    held_out = help_items(folder, dev=True)
    asked = rng.sample(held_out, min(QUERIES, len(held_out)))
    others = rng.sample(help_items(folder), OTHERS)
    texts = sorted({item.passage for item in (*held_out, *others)})
    column = {text: number for number, text in enumerate(texts)}
    answers: dict[str, set[int]] = {}
    for item in (*held_out, *others):
        answers.setdefault(item.queries[0], set()).add(column[item.passage])
    right = np.zeros((len(asked), len(texts)), dtype=np.bool_)
    for row, item in enumerate(asked):
        right[row, list(answers[item.queries[0]])] = True
    queries = encode_queries(encoder, [item.queries[0] for item in asked])
    return ranks(queries @ encoder.encode_passages(texts).T, right)


def on_similarity(encoder: OnnxEncoder, folder: Path) -> float:
    """Spearman correlation of cosines with the judgements of KorSTS dev."""
    first, second, told = zip(*similarity_pairs(folder, "dev"), strict=True)
    left, right = encode_queries(encoder, first), encode_queries(encoder, second)
    cosines = (left * right).sum(axis=1)
    return float(np.corrcoef(tied_ranks(cosines), tied_ranks(np.array(told)))[0, 1])


def tied_ranks(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The rank of each value from 1, equal ones sharing the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    means = counts.cumsum() - (counts - 1) / 2
    return np.asarray(means[places], dtype=np.float64)


def on_sellers(encoder: OnnxEncoder, questions: Path, facts: Path) -> Iterator[tuple[str, Ranks]]:
    """Seller questions that the corpus answers, against its passages.

    Args:
        encoder: the encoder.
        questions: JSON lines with `question` and `facts`; lines without facts are left out.
        facts: JSON lines with `fact`, `document` and `section`.
    """
    place = {row["fact"]: (row["document"], row["section"]) for row in _lines(facts)}
    asked = [row for row in _lines(questions) if row["facts"]]
    passages = seller_passages()
    where = [(passage.document_id, passage.section) for passage in passages]
    wanted = [{place[fact] for fact in row["facts"]} for row in asked]
    right = np.array([[at in gold for at in where] for gold in wanted])
    queries = encode_queries(encoder, [row["question"] for row in asked])
    by_text = queries @ encoder.encode_passages([p.embedded_text for p in passages]).T
    yield "text alone", ranks(by_text, right)
    best = by_text.copy()
    known = sorted({question for passage in passages for question in passage.questions})
    column = {question: number for number, question in enumerate(known)}
    by_question = queries @ encode_queries(encoder, known).T
    for number, passage in enumerate(passages):
        if passage.questions:
            views = by_question[:, [column[question] for question in passage.questions]]
            best[:, number] = np.maximum(best[:, number], views.max(axis=1))
    yield "text or question", ranks(best, right)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.evaluate")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--model", type=Path, default=BUILTIN)
    parser.add_argument("--questions", type=Path, help="questions of sellers, JSON lines")
    parser.add_argument("--facts", type=Path, help="where each fact stands, JSON lines")
    arguments = parser.parse_args()
    encoder = OnnxEncoder(arguments.model, threads=os.cpu_count() or 1)
    if arguments.questions and arguments.facts:
        for views, found in on_sellers(encoder, arguments.questions, arguments.facts):
            sys.stdout.write(f"sellers, {views}: {found}\n")
    sys.stdout.write(f"KorSTS dev: Spearman {on_similarity(encoder, arguments.data):.4f}\n")
    sys.stdout.write(f"help pages: {on_help_pages(encoder, arguments.data)}\n")


if __name__ == "__main__":
    main()
