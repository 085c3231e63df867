"""What Kiwi reads in passages: terms to compare, tokens for BM25, words for the speller."""

from __future__ import annotations

from dataclasses import dataclass

from index.lexical import Analyzer
from index.lexical.spelling import words_in
from index.passages import Passage, Terms, Unit


@dataclass(frozen=True)
class Analysed:
    """What Kiwi reads in a passage."""

    terms: Terms
    tokens: list[str]
    asked: list[str]
    words: list[str]


def analyse(passage: Passage, korean: Analyzer) -> Analysed:
    """What is read in one passage; each of its questions is read once.

    The built-in corpus is read sentence by sentence, which is a little more exact (one sentence
    in seventy comes out otherwise) and takes three times as long: for a thousand files of the
    seller's own, as long as a tenth of their embedding.
    """
    read = [(question, korean.terms(question)) for question in passage.questions]
    tokens = [korean.expand(terms) for _, terms in read]
    part = _at_once(passage, korean) if passage.own else _one_by_one(passage, korean)
    return Analysed(
        terms=Terms(
            heading=part.heading,
            units=part.units,
            questions=tuple(frozenset(some) for some in tokens),
        ),
        tokens=part.tokens,
        asked=[token for some in tokens for token in some],
        words=[*part.words, *(word for one, terms in read for word in words_in(one, terms))],
    )


def lexical_text(passage: Passage) -> str:
    """What BM25 sees: heading path, text, and the other names of what the text mentions."""
    own = f"{_head(passage)}{passage.text}"
    named = [" ".join(group) for group in passage.aliases if any(word in own for word in group)]
    return "\n".join([own, *named])


def _head(passage: Passage) -> str:
    return f"{passage.title}\n{passage.section}\n{passage.section}\n"


@dataclass(frozen=True)
class _Told:
    """What is read in a passage without its questions."""

    heading: frozenset[str]
    units: tuple[frozenset[str], ...]
    tokens: list[str]
    words: list[str]


def _one_by_one(passage: Passage, korean: Analyzer) -> _Told:
    named = (passage.section, passage.text)
    return _Told(
        heading=frozenset(korean.tokens(f"{passage.title}\n{passage.section}")),
        units=tuple(frozenset(korean.tokens(unit.text)) for unit in passage.units),
        tokens=korean.tokens(lexical_text(passage)),
        words=[word for text in named for word in words_in(text, korean.terms(text))],
    )


def _at_once(passage: Passage, korean: Analyzer) -> _Told:
    text = lexical_text(passage)
    found = korean.terms(text)
    title, head = len(passage.title), len(_head(passage))
    section = title + 1 + len(passage.section)

    def between(start: int, end: int) -> list[str]:
        return korean.expand([term for term in found if start <= term.start and term.end <= end])

    def unit(one: Unit) -> list[str]:
        if one.kind == "row":  # told in other words than it is written
            return korean.tokens(one.text)
        shift = head - passage.start
        return between(one.start + shift, one.end + shift)

    once = [term for term in found if title < term.start < section or term.start >= head]
    return _Told(
        heading=frozenset(between(0, section)),
        units=tuple(frozenset(unit(one)) for one in passage.units),
        tokens=korean.expand(found),
        words=words_in(text, once),
    )
