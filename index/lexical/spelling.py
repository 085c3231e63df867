"""Typing errors: words that the corpus does not have, replaced by near ones that it has.

Korean typing errors change single letters (jamo) inside a syllable: 고객쎈터, 저놔번호. Kiwi's own
correction leaves these alone because it reads them as other existing words, so words are compared
with the corpus's own vocabulary, letter by letter. Used only when the first search is weak.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from index.lexical.analyzer import Term, Word

KEPT_WORDS = 20_000  # sellers use the same words again and again; a few megabytes
MIN_SIMILARITY = 0.8  # one wrong letter in a word of two syllables (five letters) still passes
# 발주확잉 begins with a known noun; that much of it is none. Mended only where a longer word fits.
MIN_LEFT, MIN_SIMILARITY_OF_LONG = 2, 0.88
_ENDINGS = (
    "에서는|에서도|에서|에게|으로|이랑|이나|까지|부터|한테|하고|인가요|인가|이요|은요|는요|"
    "해요|하는|하면|할|한|된|되는|은|는|이|가|을|를|에|로|도|만|의|와|과|요|랑"
)
_WORD = re.compile(r"[가-힣]{2,}")
_SUFFIX = re.compile(rf"(?:{_ENDINGS})$")


def words_in(text: str, terms: list[Term]) -> list[str]:
    """Nouns and compounds among the terms of a text, each as often as it is used."""
    return [word for word in _compounds(text, terms) if _WORD.fullmatch(word)]


def ranked(counts: Counter[str], known: Iterable[str]) -> list[str]:
    """Words, most frequent first, those of the sellers' dictionary (``known``) with them."""
    counted = counts + Counter(word for word in known if _WORD.fullmatch(word))
    return [word for word, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def _compounds(text: str, terms: list[Term]) -> Iterable[str]:
    """Single nouns, and runs of nouns written together."""
    run = ""
    previous_end = -1
    for term in terms:
        surface = text[term.start : term.end]
        if not term.noun:
            continue
        run = run + surface if term.start == previous_end else surface
        previous_end = term.end
        yield surface
        if run != surface:
            yield run


class Speller:
    """Finds the corpus word nearest to a word that the corpus does not have.

    Args:
        words: the corpus's vocabulary, most frequent first.
        read: the words of a text as the analyzer reads them. A word that begins with a known one is
            still mistyped when another of its nouns is unknown (고객쎈터); one that reads like
            everyday Korean is left alone, though the corpus has one that is near (하면, 화면).
    """

    def __init__(self, words: list[str], read: Callable[[str], list[Word]]) -> None:
        self._words = words
        self._read = read
        self._known = frozenset(words)
        self._letters = [letters(word) for word in words]
        self._mended = lru_cache(maxsize=KEPT_WORDS)(self._word)

    def correct(self, text: str) -> str:
        """``text`` with unknown words replaced by near known ones; the same text if none is."""
        read = iter(self._read(text))
        return _WORD.sub(lambda match: self._mended(next(read)), text)

    def _word(self, word: Word) -> str:
        text, wanted = word.text, MIN_SIMILARITY
        if word.ordinary:
            return text
        if self._is_known(word):
            stem = _SUFFIX.sub("", text)
            left = len(stem) - sum(map(len, word.nouns))
            if stem in self._known or left < MIN_LEFT:
                return text
            wanted = MIN_SIMILARITY_OF_LONG
        found = [self._nearest(stem) for stem in dict.fromkeys((text, _SUFFIX.sub("", text)))]
        stem, best, similarity = max(found, key=lambda item: item[2])
        return best + text[len(stem) :] if similarity >= wanted else text

    def _is_known(self, word: Word) -> bool:
        if not any(word.text[:n] in self._known for n in range(2, len(word.text) + 1)):
            return False
        return all(noun in self._known for noun in word.nouns if len(noun) > 1)

    def _nearest(self, stem: str) -> tuple[str, str, float]:
        if len(stem) < 2:
            return stem, stem, 0.0
        match = process.extractOne(
            letters(stem),
            self._letters,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=MIN_SIMILARITY,
        )
        return (stem, self._words[match[2]], match[1]) if match else (stem, stem, 0.0)


def letters(word: str) -> str:
    """A word as its letters (conjoining jamo), so that one wrong letter is one edit.

    Compound vowels are taken apart (ㅘ is ㅗ and ㅏ) and a final consonant counts as the same
    letter as an initial one, which is how a slip of the keyboard or the ear moves them.
    """
    return unicodedata.normalize("NFD", word).translate(_TO_PLAIN)


def _plain() -> dict[int, str]:
    initial = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
    vowels = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ"
    finals = (
        "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ "
        "ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ"
    )
    table: dict[int, str] = {}
    named = ((0x1100, list(initial)), (0x1161, vowels.split()), (0x11A8, finals.split()))
    for first, found in named:
        table.update({first + number: letter for number, letter in enumerate(found)})
    return table


_TO_PLAIN = _plain()
