"""Korean text to search terms: content morphemes, compounds and their parts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Token

DICTIONARY = Path(__file__).parent / "dictionary.tsv"
# Least log-probability of a syllable in a word that is not mistyped; short words vary more.
ORDINARY, SHORT_ORDINARY, SHORT_SYLLABLES = -5.6, -7.0, 3
ANALYZER_VERSION = 2  # part of the index fingerprint: raise it when terms come out differently

_NOUNS = frozenset({"NNG", "NNP", "NR", "XR", "SL", "SH", "SN", "W_SERIAL", "W_URL", "W_EMAIL"})
_VERBS = frozenset({"VV", "VA", "VV-I", "VA-I", "VV-R", "VA-R", "MAG"})
_STOP_WORDS = """
하다 되다 있다 이다 같다 그렇다 어떻다 이렇다 알다 싶다 주다 보다 좋다 궁금
좀 잘 다 더 안 못 그냥 왜 언제 또 혹시 제발 지금 정말 너무 거 것 수 때 등
"""
_STOP = frozenset(_STOP_WORDS.split())
_SENTENCE_END = re.compile(r"[.!?…。]['\"’”」』)\]*_]*\s*\Z")
_LONG_WORD = re.compile(r"[가-힣]{9,}")  # no word with its particles is longer: spaces are missing
_HANGUL = re.compile(r"[가-힣]{2,}")
_BEFORE_QUOTE = re.compile(r"(?<=[가-힣][.!?…。])\s+(?=['\"‘“「『])")


@dataclass(frozen=True)
class Term:
    """A search term and where in the text it stands."""

    form: str
    start: int
    end: int
    noun: bool


@dataclass(frozen=True)
class Word:
    """A word as Kiwi reads it where it stands.

    ``ordinary``: it reads like everyday Korean, by Kiwi's log-probability of its morphemes shared
    among its syllables: 하면 has -4.6, 관세까지 -4.6, 저절로 -3.7; 고객쎈터 -5.9, 저놔번호 -8.7.
    """

    text: str
    nouns: tuple[str, ...]
    ordinary: bool


class Analyzer:
    """Kiwi with the sellers' dictionary. Loading takes about a second; calls well below a ms."""

    def __init__(self, dictionary: Path = DICTIONARY) -> None:
        # The multi-word and typo dictionaries double the loading time and change little here.
        from kiwipiepy import Kiwi

        self._kiwi = Kiwi(num_workers=1, load_multi_dict=False, load_typo_dict=False)
        self.parts = _dictionary(dictionary)
        for word in self.parts:
            self._kiwi.add_user_word(word, "NNP", 3.0)
        self.fingerprint = fingerprint(dictionary)

    def terms(self, text: str) -> list[Term]:
        """Content terms in reading order: nouns, verb stems, numbers, Latin words."""
        return _content(self._kiwi.tokenize(text))

    def tokens(self, text: str) -> list[str]:
        """Index tokens of ``text``: its terms, parts of compounds, and joined neighbours.

        "구매확정", "구매 확정" and a dictionary word all share tokens, whatever the spacing.
        """
        return self.expand(self.terms(text))

    def expand(self, terms: list[Term]) -> list[str]:
        """The index tokens of ``terms`` (see `tokens`)."""
        tokens: list[str] = []
        for number, term in enumerate(terms):
            tokens.append(term.form)
            tokens.extend(part for part in self.parts.get(term.form, ()) if part != term.form)
            following = terms[number + 1] if number + 1 < len(terms) else None
            if following and term.noun and following.noun and following.start - term.end <= 1:
                tokens.append(term.form + following.form)
        return tokens

    def sentences(self, text: str) -> list[tuple[int, int]]:
        """Spans of the sentences in ``text``."""
        found = [(s.start, s.end) for s in self._kiwi.split_into_sents(text) if s.start < s.end]
        return whole_sentences(text, found)

    def space(self, text: str) -> str:
        """``text`` with spaces put into words too long to be one; other words as they are."""
        return _LONG_WORD.sub(lambda match: self._kiwi.space(match.group()), text)

    def words(self, text: str) -> list[Word]:
        """The words of Hangul in ``text``, at least two syllables each, in reading order."""
        tokens = self._kiwi.tokenize(text)
        found = []
        at = 0
        for match in _HANGUL.finditer(text):
            while at < len(tokens) and tokens[at].start < match.start():
                at += 1
            first = at
            while at < len(tokens) and tokens[at].start < match.end():
                at += 1
            read = tokens[first:at]
            nouns = tuple(term.form for term in map(_term, read) if term and term.noun)
            word = match.group()
            score = sum(token.score for token in read) / len(word)
            least = SHORT_ORDINARY if len(word) <= SHORT_SYLLABLES else ORDINARY
            found.append(Word(word, nouns, score >= least))
        return found


@cache
def analyzer() -> Analyzer:
    """The one analyzer of this process."""
    return Analyzer()


def fingerprint(dictionary: Path = DICTIONARY) -> str:
    """Changes when the analyzer may give other terms; known without loading Kiwi."""
    content = hashlib.sha256(dictionary.read_bytes()).hexdigest()[:12]
    return f"{content}-{ANALYZER_VERSION}-{version('kiwipiepy')}-{version('kiwipiepy_model')}"


def whole_sentences(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """``found`` without the cuts that are not at the end of a sentence.

    Kiwi takes a closing quotation mark for an end ("… '1:1 문의하기'까지 …" was cut after it) and
    then misses the end before the opening one. So a piece that does not end like a sentence goes
    together with the next one on its line, and what came together is cut at its real ends.
    """
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and _goes_on(text, joined[-1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [span for one in joined for span in _cut(text, *one)]


def _goes_on(text: str, span: tuple[int, int], following: int) -> bool:
    return not _SENTENCE_END.search(text, *span) and "\n" not in text[span[1] : following]


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cuts before opening quotation marks, outside of any quotation."""
    for gap in _BEFORE_QUOTE.finditer(text, start, end):
        if all(text.count(mark, start, gap.start()) % 2 == 0 for mark in "'\""):
            yield start, gap.start()
            start = gap.end()
    yield start, end


def _content(tokens: Iterable[Token]) -> list[Term]:
    found = map(_term, tokens)
    return [term for term in found if term and term.form not in _STOP]


def _term(token: Token) -> Term | None:
    if token.tag in _NOUNS:
        return Term(token.form.lower(), token.start, token.start + token.len, noun=True)
    if token.tag in _VERBS:
        form = token.form if token.tag == "MAG" else token.form + "다"
        return Term(form, token.start, token.start + token.len, noun=False)
    return None


def _dictionary(path: Path) -> dict[str, tuple[str, ...]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return {row[0].strip().lower(): tuple("".join(row[1:]).lower().split()) for row in rows}
