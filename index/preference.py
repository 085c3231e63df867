"""What comes first: a seller's own documents where both answer, and what holds today.

The built-in corpus has questions by sellers at each section, own files hardly ever, and a question
is nearer to a question than to any text. So scores do not tell whether both answer. An own passage
answers as well when it is about the same matter as the best built-in passage (their texts are
near each other) and, judged by its text and words alone, fits the question as well as that does.
``python -m evals.own_margin`` prints what the two numbers below do on the dev questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

# At 0.65 a third of the own wordings that should win no longer do; at 0.5 an eighth of the built-in
# answers would give way to a neighbouring topic.
SAME_MATTER = 0.58
AS_GOOD_WITHIN = 0.02  # at 0.05 an eighth of them would
MAX_LOOKED_AT = 20  # own passages whose vectors are compared

# What used to hold is told for those who ask about it; others must not get it for today's rule.
PAST_COST = 0.1
_PAST = re.compile(r"옛|예전|이전의|개편 전|과거|전에는")

Numbers = NDArray[np.int64]


def of_past(text: str) -> bool:
    """Whether a question or a heading speaks of what used to hold."""
    return bool(_PAST.search(text))


def own_first(
    order: Numbers,
    own: NDArray[np.bool_],
    by_text: NDArray[np.float32],
    vector_of: Callable[[int], NDArray[np.float32]],
) -> Numbers:
    """``order`` with the own passages first that answer as well as its best one.

    Args:
        order: numbers of passages, best first.
        own: which passages are the seller's own, shape (n_passages,).
        by_text: scores without what questions at a passage add, shape (n_passages,).
        vector_of: the vector of a passage's text, unit length.
    """
    if not len(order) or own[order[0]]:
        return order
    good = order[own[order] & (by_text[order] >= by_text[order[0]] - AS_GOOD_WITHIN)]
    if not len(good):
        return order
    best = vector_of(int(order[0]))
    looked_at = good[:MAX_LOOKED_AT]
    same = [float(vector_of(int(number)) @ best) >= SAME_MATTER for number in looked_at]
    first = looked_at[np.array(same, dtype=bool)]
    return np.concatenate([first, order[~np.isin(order, first)]])
