"""The exact sentences behind a claim: which units of the cited passage say it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.claims import Claim
from assistant.compose import LEXICAL_WEIGHT
from assistant.llm.figures import Figures, figures
from assistant.llm.prompt import Source
from index import Index
from index.lexical import analyzer
from index.passages import Unit

FIGURE_BONUS = 1.0  # above any cosine: the quote shows the number that the sentence tells
MAX_QUOTED_UNITS = 6  # a longer quote would mark a whole section


def supporting(index: Index, sentence: str, source: Source) -> Claim:
    """The shortest run of units that says ``sentence``, as one claim of the passage.

    The nearest unit, and with it those that hold figures of the sentence which it has not.
    """
    units = source.units
    scores = _scores(index, sentence, source)
    wanted = figures(sentence)
    held = [figures(unit.text) for unit in units]
    best = max(range(len(units)), key=lambda n: (_gain(wanted, held[n]), scores[n]))
    first, last, have = best, best, held[best]
    for number in sorted(range(len(units)), key=lambda n: -scores[n]):
        low, high = min(first, number), max(last, number)
        new = wanted.missing(have) - wanted.missing(have | held[number])
        if new and high - low < MAX_QUOTED_UNITS:
            first, last, have = low, high, have | held[number]
    run: Sequence[Unit] = units[first : last + 1]
    return Claim(source.passage, tuple(run), float(scores[best]))


def _scores(index: Index, sentence: str, source: Source) -> NDArray[np.float32]:
    """Cosine with each unit and the share of the sentence's terms in it: float32, (n_units,)."""
    passage = source.passage
    shown = [unit.kind != "pointer" for unit in passage.units]
    cosine = index.unit_scores(passage, index.encoder.encode_query(sentence))[shown]
    terms = frozenset(analyzer().tokens(sentence))
    shared = [
        len(terms & of_unit) / (len(terms) or 1)
        for of_unit, is_shown in zip(index.terms(passage).units, shown, strict=True)
        if is_shown
    ]
    return np.asarray(cosine + LEXICAL_WEIGHT * np.array(shared, np.float32), np.float32)


def _gain(wanted: Figures, held: Figures) -> float:
    return FIGURE_BONUS * (len(wanted.found) - len(wanted.missing(held)))
