"""English words in a seller's question, and Korean spellings of them, in the documents' terms.

Sellers write "cancel한 order" or "오더 캔슬" where the documents say 취소 and 주문.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

LEXICON = Path(__file__).parent / "english.tsv"

_LONGEST = 4  # words of a phrase in the lexicon
_WORD = re.compile(r"[A-Za-z][A-Za-z'&-]*|[가-힣]+")
_LATIN = re.compile(r"[A-Za-z]")
# What may follow a loan word: "오더는", "오더하신"; but "오더라고요" is no order.
_ENDING = re.compile(
    r"(?:을|를|이|가|은|는|도|에|에서|의|로|으로|만|부터|까지|한테|랑|이랑|와|과|하고|시|중|건|"
    r"요|이요|[하한할해했된되됐].*)?"
)


@cache
def lexicon(path: Path = LEXICON) -> dict[str, str]:
    """English phrases and loan words in lower case, with the Korean term for each."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line.strip() and not line.startswith("#"))
    return {english.strip(): korean.strip() for english, korean in rows}


def in_korean(text: str) -> str:
    """``text`` with the English words and loan words that the lexicon has told in Korean.

    The longest phrase wins; a plural or a possessive is looked up without its ending; particles
    stay ("order를" becomes "주문를": the words count, not the spelling of the particle).
    """
    words = list(_WORD.finditer(text))
    parts: list[str] = []
    end = at = 0
    while at < len(words):
        size, korean = _longest(text, words[at : at + _LONGEST])
        if size:
            parts += [text[end : words[at].start()], korean]
            end = words[at].start() + size
            at += 1
            while at < len(words) and words[at].start() < end:
                at += 1
        else:
            at += 1
    return "".join([*parts, text[end:]])


def _longest(text: str, words: list[re.Match[str]]) -> tuple[int, str]:
    """The length in characters of the longest phrase known at the first word, and its Korean."""
    start = words[0].start()
    for last in reversed(words):
        phrase = text[start : last.end()]
        found = _known(phrase)
        if found:
            return len(phrase), found
    return (0, "") if _LATIN.match(words[0].group()) else _loan(words[0].group())


def _known(phrase: str) -> str | None:
    known, lower = lexicon(), " ".join(phrase.lower().split())
    endings = ("", "'s", "s", "es")
    names = (lower.removesuffix(ending) for ending in endings if lower.endswith(ending))
    return next((known[name] for name in names if name in known), None)


def _loan(word: str) -> tuple[int, str]:
    """A loan word with its particle: the longest start of at least two syllables that is known."""
    known = lexicon()
    sizes = (n for n in range(len(word), 1, -1) if word[:n] in known)
    return next(((n, known[word[:n]]) for n in sizes if _ENDING.fullmatch(word, n)), (0, ""))
