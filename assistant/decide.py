"""Does the corpus answer this question at all? A calibrated probability, and why not.

The probability is a logistic regression over a few features of the search (see `features`),
fitted on the dev questions by ``python -m evals.tune``, which prints the weights and writes
``tuned.json``. Out-of-scope questions and near misses are among them. A question that it leaves in
doubt is read together with the best passage (`index.reranking`); what was read is one feature more,
of a second regression.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.regression import Model, tuned
from index import Retrieval

# How near an own text must be to a question, from the mean of the nearest texts over the dev
# questions: nine in ten own texts that answered were at least this near, none that did not.
NEAR_OWN = -0.02

# "수고하세요, 좋은 하루 되세요" has words to search for: a greeting and this little is one alone.
GREETING_WORDS, GREETING_BELOW = 2, 0.8

# From where a question is one that the corpus answers, in hardly other words: of the sections'
# headings, typed as they are, 0.95 are; of the dev questions 0.09 of those that are answered and
# none of the others. It is at least this sure, and nearer than to any that is not answered.
KNOWN, CLEARLY, KNOWN_CONFIDENCE = 0.86, 0.03, 0.9

# Between these a question is in doubt: one in six dev questions; of wider ones nothing was gained.
DOUBTED, SURE = 0.2, 0.9

Decline = Literal["unknown", "marketplace", "buyer", "greeting", "smalltalk", "injection"]

# From where nearness to a question that is not a seller's counts: at -0.08 to the best question,
# above which one in twenty questions of sellers is; below, the distance tells nothing.
SURELY_ANOTHER = -0.08

# Features of what the built-in corpus does not answer.
_LACKS = ("gap", "gap_asked", "crowd", "topic")
# Those made from questions that are not answered.
_AGAINST = (*_LACKS, "outside", "as_buyer", "stranger")

# Signals that speak against an answer when the question is nothing but them.
_OFF_TOPIC: tuple[Decline, ...] = ("injection", "marketplace", "buyer", "smalltalk", "greeting")


_INSTEAD: dict[str, Decline] = {
    "marketplace": "marketplace",
    "buyer": "buyer",
    "injection": "injection",
    "smalltalk": "smalltalk",
    "general": "smalltalk",
    "nonsense": "smalltalk",
}
# Log odds from which a declined question is told whose it seems to be. Of the dev questions of
# sellers that are declined none is this far beyond, of strangers half.
SURELY_STRANGE = 3.0


@dataclass(frozen=True)
class Decision:
    """Whether to answer: ``confidence`` is the calibrated probability that the corpus does."""

    answered: bool
    confidence: float
    decline: Decline | None


def features(retrieval: Retrieval, signals: frozenset[str]) -> dict[str, float]:
    """What the decision is made of; every value is a plain number.

    ``text``: the best cosine with a text. The others say how much nearer the question is to what
    is not answered than to the questions that are: to the nearest gap or near miss (``gap``; by
    words ``gap_asked``), to all of them (``crowd``), to those about one thing (``topic``), to what
    is no seller's question (``outside``), to buyers' (``as_buyer``); these two only tell where they
    are about as near as a question that is answered, so they count from there. ``stranger`` is how
    surely no seller asks it, by all examples together. The last three are signals read off its
    words.
    """
    found = retrieval.found
    if not found:
        return dict.fromkeys(FEATURES, 0.0)
    question = max(f.question for f in found[:3])
    return {
        "text": max(f.text for f in found[:3]),
        "gap": max(retrieval.gap, retrieval.outside["near"]) - question,
        "gap_asked": retrieval.gap_asked - max(f.asked for f in found[:3]),
        "crowd": retrieval.crowd_gap - retrieval.crowd,
        "topic": retrieval.topic_gap - retrieval.near,
        "outside": max(0.0, _outside(retrieval, signals) - question - SURELY_ANOTHER),
        "as_buyer": max(0.0, retrieval.outside["buyer"] - question - SURELY_ANOTHER),
        "stranger": retrieval.stranger.odds,
        "marketplace": float("marketplace" in signals and "smartstore" not in signals),
        "buyer": float("buyer" in signals),
        "off": float(bool(signals & {"smalltalk", "injection"})),
    }


def features_read(retrieval: Retrieval, signals: frozenset[str]) -> dict[str, float]:
    """`features` and ``read``: the log odds that the best passage answers, read with it."""
    return features(retrieval, signals) | {"read": max(LEAST_READ, retrieval.read or 0.0)}


# Which way each feature can speak: +1 only for an answer, -1 only against. With a few hundred
# questions and features that overlap, a free fit gives some of them the wrong sign.
SIGNS: dict[str, int] = {
    "text": 1, "gap": -1, "gap_asked": -1, "crowd": -1, "topic": -1, "outside": -1, "as_buyer": -1,
    "stranger": -1, "marketplace": -1, "buyer": -1, "off": -1,
}  # fmt: skip
FEATURES = tuple(SIGNS)
SIGNS_READ = SIGNS | {"read": 1}
FEATURES_READ = tuple(SIGNS_READ)
LEAST_READ = -8.0  # below, a passage is about something else: how far tells nothing more


def decide(
    retrieval: Retrieval,
    signals: frozenset[str],
    min_confidence: float | None = None,
    models: Mapping[str, Model] | None = None,
) -> Decision:
    """Answer or decline; a declined question is told the most telling reason.

    ``models`` are ``decide`` and, for a question whose best passage was read, ``read``; by default
    those that ship with the product.
    """
    read = retrieval.read is not None
    model = (models or tuned())["read" if read else "decide"]
    values = features_read(retrieval, signals) if read else features(retrieval, signals)
    confidence = model.probability(_with_own(values, retrieval, model))
    if _is_known(retrieval):
        confidence = max(confidence, KNOWN_CONFIDENCE)
    threshold = model.threshold if min_confidence is None else min_confidence
    few = len(retrieval.tokens) <= GREETING_WORDS and confidence < GREETING_BELOW
    if "greeting" in signals and (few or not retrieval.tokens):
        return Decision(False, confidence, "greeting")
    if "injection" in signals:  # an attempt to steer the assistant is never half-answered
        return Decision(False, min(confidence, 1 - threshold), "injection")
    if retrieval.found and retrieval.tokens and confidence >= threshold:
        return Decision(True, confidence, None)
    return Decision(False, confidence, _reason(retrieval, signals))


def may_be_answered(decision: Decision) -> bool:
    """Whether it is worth looking closer at what was found."""
    return decision.confidence > DOUBTED


def in_doubt(decision: Decision) -> bool:
    """Whether reading the best passage could change the decision."""
    return DOUBTED < decision.confidence < SURE


def _is_known(retrieval: Retrieval) -> bool:
    """Whether the question is all but the same as a heading or question of a passage."""
    nearest = max((found.question for found in retrieval.found[:3]), default=-1.0)
    return nearest >= max(KNOWN, CLEARLY + max(retrieval.gap, *retrieval.outside.values()))


def own_is_near(retrieval: Retrieval) -> bool:
    """Whether the first passage is the seller's own and its very text is near the question."""
    first = retrieval.found[0] if retrieval.found else None
    near = tuned()["decide"].mean["text"] + NEAR_OWN
    return first is not None and first.passage.own and first.text >= near


def _with_own(values: dict[str, float], retrieval: Retrieval, model: Model) -> dict[str, float]:
    """Features when an own passage comes first: what the corpus lacks says nothing against it.

    Without the built-in corpus nothing is known to be unanswered, which says nothing at all.
    """
    if retrieval.crowd_gap == -1.0:
        return values | {name: model.mean[name] for name in _AGAINST}
    if not own_is_near(retrieval):
        return values
    # An own document may be of any subject: that nobody else asks about it says nothing either.
    return values | {name: min(values[name], model.mean[name]) for name in (*_LACKS, "stranger")}


def _outside(retrieval: Retrieval, signals: frozenset[str]) -> float:
    """The best cosine with a question that is not a seller's; buyers' count by themselves.

    Without its name, a question about another marketplace reads like one about ours ("반품비는
    누가 내나요"): those count only when one is named.
    """
    left_out = {"buyer", "near"} if "marketplace" in signals else {"buyer", "near", "marketplace"}
    return max(cosine for kind, cosine in retrieval.outside.items() if kind not in left_out)


def _reason(retrieval: Retrieval, signals: frozenset[str]) -> Decline:
    """What it is instead: by a signal in its words, else by what most examples have in common."""
    told = next((name for name in _OFF_TOPIC if name in signals), None)
    odds, kind = retrieval.stranger
    return told or (_INSTEAD.get(kind or "", "unknown") if odds >= SURELY_STRANGE else "unknown")
