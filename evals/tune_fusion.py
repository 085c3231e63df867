"""Tune the fusion of vectors and words on the dev questions; `evals.tune` runs it."""

from __future__ import annotations

from dataclasses import dataclass

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold

from evals.gold import facts
from evals.listwise import listwise
from evals.questions import Question
from index import Index
from index.fusion import Parts, Weights, trusted
from index.lexical import analyzer

CUT = 10  # MRR@10
FOLDS = 5
SEED = 0
# With so many questions at each section the words of its text add nothing on the dev questions;
# a seller's own document, which has none, and a code or name that no question has, need them.
LEAST_LEXICAL = 0.1


@dataclass(frozen=True)
class Searched:
    """A dev question with what each leg says of every passage, and which passages are right."""

    parts: Parts
    information: float
    gold: NDArray[np.bool_]

    @property
    def table(self) -> NDArray[np.float64]:
        """Text, nearness to questions, unit, and both lexical parts: shape (n_passages, 5)."""
        trust = trusted(self.information)
        parts = self.parts
        words = trust * parts.lexical, trust * parts.asked
        return np.column_stack([parts.text, parts.near, parts.unit, *words]).astype(float)


def searched(index: Index, questions: list[Question]) -> list[Searched]:
    """Search once; fitting then only weighs."""
    known = facts()
    result = []
    for question in questions:
        tokens = analyzer().tokens(question.question)
        vector = index.encoder.encode_query(question.question)
        told = [known[name] for name in question.facts if name in known]
        gold = [any(f.tells(p.document_id, p.section) for f in told) for p in index.passages]
        information = index.lexical.information(tokens)
        parts = index.parts(vector, tokens)
        result.append(Searched(parts, information, np.array(gold)))
    return result


def mrr(
    tables: NDArray[np.float64], gold: NDArray[np.bool_], weights: NDArray[np.float64]
) -> float:
    """Mean reciprocal rank of the first right passage, cut at ten."""
    top = np.argsort(-(tables @ weights), axis=1, kind="stable")[:, :CUT]
    right = np.take_along_axis(gold, top, axis=1)
    return float(np.mean(right.any(axis=1) / (right.argmax(axis=1) + 1)))


def tune_fusion(rows: list[Searched]) -> Weights:
    """The weights under which the right passages stand out, and what they give out of fold."""
    tables = np.array([row.table for row in rows])
    gold = np.array([row.gold for row in rows])
    for name, alone in (
        ("text vectors alone", (1, 0, 0, 0, 0)),
        ("questions alone", (0, 1, 0, 0, 0)),
        ("sentences alone", (0, 0, 1, 0, 0)),
        ("BM25 alone", (0, 0, 0, 1, 0)),
    ):
        click.echo(f"MRR@{CUT} {name}: {mrr(tables, gold, np.array(alone, float)):.3f}")
    unseen = [
        mrr(tables[test], gold[test], listwise(tables[train], gold[train]))
        for train, test in KFold(FOLDS, shuffle=True, random_state=SEED).split(tables)
    ]
    text, near, unit, lexical, asked = found = listwise(tables, gold)
    click.echo(
        f"MRR@{CUT} fused: {mrr(tables, gold, found):.3f}, out of fold {np.mean(unseen):.3f}"
    )
    total = text + near + unit
    share = near / total / float(np.mean(rows[0].parts.share))
    values = max(LEAST_LEXICAL, lexical / total), asked / total, share, unit / (text + unit)
    weights = Weights(*(round(float(value), 3) for value in values))
    click.echo(f"fusion: {weights}")
    return weights
