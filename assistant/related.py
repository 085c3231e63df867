"""What a seller would ask next, in a seller's words, and the topics nearest to a lost question."""

from __future__ import annotations

import re

from assistant import texts
from assistant.decide import Decision
from index import Index, Retrieval
from index.lexical import analyzer
from index.passages import Passage

MAX_RELATED = 3
MAX_TOPICS = 2
READABLE_CHARS = 34  # fits one chip on a phone
# Cosines of a next question with the one just asked: above, it repeats it in other words; below,
# it is about something else. Two questions of one section have 0.51 to 0.78 (nine in ten).
REPEATS, STRAYS = 0.67, 0.49
# Share of its terms that a passage has: a paraphrase without them is hard to read by itself.
PLAIN = 0.5
# Sellers' slang, fragments and typing errors find, but are not shown.
_POLITE = re.compile(r"(?:요|까|죠)\?$")
_LATIN = re.compile(r"[a-z]{2,}")
TOO_ALIKE = 0.6  # share of common terms above which it repeats it whatever the cosine


def related(index: Index, retrieval: Retrieval, decision: Decision) -> tuple[str, ...]:
    """Up to three questions about neighbouring passages, each answered by the corpus."""
    if not retrieval.found or decision.decline not in (None, "unknown", "greeting"):
        return ()
    used = {found.passage.id for found in retrieval.found[:1]} if decision.answered else set()
    near = [found.passage for found in retrieval.found if found.passage.id not in used]
    if decision.answered and retrieval.context and retrieval.context.earlier:
        # What was asked before had a part in the search: its subject is not asked for again.
        subject = retrieval.found[0].passage.category
        near = [passage for passage in near if passage.category == subject]
    around = index.neighbours(retrieval.found[0].passage) if decision.answered else []
    questions: list[str] = []
    for passage in [*near[:4], *around, *near[4:]]:
        question = _next_question(index, passage, retrieval, questions)
        if question:
            questions.append(question)
        if len(questions) == MAX_RELATED:
            break
    return tuple(questions)


def nearest_topics(retrieval: Retrieval) -> list[str]:
    """Headings of the passages nearest to a question that is not answered."""
    headings = dict.fromkeys(f"{f.passage.title} – {f.passage.section}" for f in retrieval.found)
    return list(headings)[:MAX_TOPICS]


def declined(decision: Decision, retrieval: Retrieval, name: str, location: str) -> str:
    """What is said instead of an answer: why, where to turn, and the nearest topics.

    Args:
        decision: one that declines.
        retrieval: what was found.
        name: of the channel that is suggested.
        location: where that is.
    """
    assert decision.decline is not None
    lines = [texts.DECLINE[decision.decline]]
    if decision.decline == "unknown":
        lines.append(texts.DECLINE_CHANNEL.format(channel=name, location=location))
        topics = nearest_topics(retrieval)
        if topics:
            lines += [texts.DECLINE_NEAR, *(f"- {topic}" for topic in topics)]
    return "\n".join(lines)


def _next_question(
    index: Index, passage: Passage, retrieval: Retrieval, taken: list[str]
) -> str | None:
    """The passage's question nearest to the one just asked that does not repeat it."""
    asked = frozenset(retrieval.tokens)
    cosines = index.question_scores(passage, retrieval.vector)
    terms_of = index.terms(passage)
    told = terms_of.heading.union(*terms_of.units)
    each = zip(passage.questions, terms_of.questions, cosines, strict=True)
    fitting = [
        (float(cosine), question)
        for question, terms, cosine in each
        if len(question) <= READABLE_CHARS
        and _POLITE.search(question)
        and STRAYS <= cosine <= REPEATS
        and len(terms & asked) / (len(terms | asked) or 1) < TOO_ALIKE
        and len(terms & told) >= PLAIN * len(terms)
        and question not in taken
    ]
    return next((q for _, q in sorted(fitting, reverse=True) if _well_written(q, passage)), None)


def _well_written(question: str, passage: Passage) -> bool:
    """Whether the spaces are where they belong, and English words are the passage's own."""
    told = f"{passage.title} {passage.section} {passage.text}".casefold()
    strange = [word for word in _LATIN.findall(question) if word not in told]
    return not strange and analyzer().space(question) == question
