"""Korean text to search terms: content morphemes, compounds and their parts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kiwipiepy import Kiwi, Token

DICTIONARY = Path(__file__).parent / "dictionary.tsv"
ANALYZER_VERSION = 2  # part of the index fingerprint: raise it when terms come out differently

_NOUNS = frozenset({"NNG", "NNP", "NR", "XR", "SL", "SH", "SN", "W_SERIAL", "W_URL", "W_EMAIL"})
_VERBS = frozenset({"VV", "VA", "VV-I", "VA-I", "VV-R", "VA-R", "MAG"})
_STOP = frozenset(
    "하다 되다 있다 이다 같다 그렇다 어떻다 이렇다 알다 싶다 주다 보다 좀 잘 다 더 안 못 그냥 왜 언제 "
    "또 혹시 제발 지금 정말 너무 좋다 궁금 거 것 수 때 등".split()
)


@dataclass(frozen=True)
class Term:
    """A search term and where in the text it stands."""

    form: str
    start: int
    end: int
    noun: bool


class Analyzer:
    """Kiwi with the sellers' dictionary. Loading takes about a second; calls well below a ms."""

    def __init__(self, dictionary: Path = DICTIONARY) -> None:
        # The multi-word and typo dictionaries double the loading time and change little here.
        self._kiwi = Kiwi(num_workers=1, load_multi_dict=False, load_typo_dict=False)
        self.parts = _dictionary(dictionary)
        for word in self.parts:
            self._kiwi.add_user_word(word, "NNP", 3.0)
        content = dictionary.read_bytes()
        self.fingerprint = hashlib.sha256(content).hexdigest()[:12] + f"-{ANALYZER_VERSION}"

    def terms(self, text: str) -> list[Term]:
        """Content terms in reading order: nouns, verb stems, numbers, Latin words."""
        found = (_term(token) for token in self._kiwi.tokenize(text))
        return [term for term in found if term and term.form not in _STOP]

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
        return [(s.start, s.end) for s in self._kiwi.split_into_sents(text) if s.start < s.end]

    def knows(self, word: str) -> bool:
        """Whether every content morpheme of ``word`` stands in Kiwi's or our dictionary."""
        return all(token.id >= 0 for token in self._kiwi.tokenize(word))


@cache
def analyzer() -> Analyzer:
    """The one analyzer of this process."""
    return Analyzer()


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
