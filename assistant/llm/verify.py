"""Does a sentence stand in the passages that it names? Every check errs towards no.

A sentence that fails costs a seller nothing: the extractive answer takes the place of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant import texts
from assistant.llm.figures import Figures, figures, squeeze
from assistant.llm.prompt import Source
from assistant.llm.unusable import UnusableError
from index.lexical import analyzer

# Share of a sentence's terms that its passages or the question must have. Of the corpus's own
# sentences all but 2 of 3,093 pass every check; of those of another document of the same category,
# each held against a passage by chance, 46 of 2,790 do.
MIN_SUPPORT = 0.6
# Words of any answer; times of day are compared as figures.
_GENERIC_WORDS = """
이용 가능 경우 정도 보통 대개 다음 순서 방법 아래 내용 오전 오후 낮 저녁 해당 필요 참고 받다 되다
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
MIN_HANGUL = 0.5  # share of the letters; menu names and file types are Latin
ECHO_CHARS = 14  # of the rules in a row: no answer has so many by chance

_LINK = re.compile(
    r"(?:https?:)?//[^\s가-힣)\]>'\"]+|www\.[^\s가-힣)\]>'\"]+|[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
    r"|(?<![a-z0-9_.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|kr|io|me|co|xyz|app|shop|site|info|ly)"
    r"(?![a-z0-9])(?:/[^\s가-힣)\]>'\"]*)?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,})[”\"]|[‘']([^‘’']{2,})[’']|「([^」]{2,})」")
_PATH_MARK = re.compile(r"\s*[>\u203a→▶]\s*")
_PARTICLE = re.compile(
    r"(?:메뉴|화면|탭|버튼)?(?:에서는|에서|에는|에|으로|로|을|를|이|가|은|는|의|와|과|까지|부터|입니다)?$"
)
_EDGE = " '\"‘’“”()[]「」.,:"
_DENIES = re.compile(r"없|않|못\s*하|못합|불가|아니|아닙|안\s+(?:되|됩|돼|하|합)|말아야|금지|제외")
_PLAIN_STYLE = re.compile(r"(?<![니])다[.!]?$")
_RULES = squeeze(texts.LLM_RULES)


def verify(sentence: str, cited: Sequence[Source], asked: frozenset[str]) -> None:
    """Nothing, where ``sentence`` stands in ``cited``.

    Args:
        sentence: without markers.
        cited: the passages that its markers name.
        asked: search terms of the question, which a sentence may repeat.

    Raises:
        UnusableError: what does not stand there.
    """
    _require_korean(sentence, cited)
    tight = squeeze(sentence)
    held = "\n".join(source.squeezed for source in cited)
    if any(tight[at : at + ECHO_CHARS] in _RULES for at in range(len(tight) - ECHO_CHARS + 1)):
        raise UnusableError("echo")
    if any(not _stands(squeeze(link), held, cited) for link in _LINK.findall(sentence)):
        raise UnusableError("link")
    if any(step not in held for step in _path_steps(sentence)):
        raise UnusableError("path")
    if any(squeeze(quote) not in held for quote in _quotes(sentence)):
        raise UnusableError("quote")
    _require_figures(sentence, cited)
    if _DENIES.search(sentence) and not any(_DENIES.search(source.text) for source in cited):
        raise UnusableError("denial")
    _require_support(sentence, cited, asked)


def _require_figures(sentence: str, cited: Sequence[Source]) -> None:
    allowed = Figures(frozenset())
    for source in cited:
        allowed |= source.figures
    missing = figures(sentence).missing(allowed)
    if any(unit == "phone" for _, unit in missing):
        raise UnusableError("link")
    if missing:
        raise UnusableError("figure")


def _require_support(sentence: str, cited: Sequence[Source], asked: frozenset[str]) -> None:
    found = {term.form for term in analyzer().terms(sentence)} - _GENERIC
    terms = {term for term in found if not any(char.isdigit() for char in term)}
    held = frozenset().union(*(source.tokens for source in cited))
    if not terms:
        return
    if not terms & held or len(terms & (held | asked)) < MIN_SUPPORT * len(terms):
        raise UnusableError("unsupported")


def _require_korean(sentence: str, cited: Sequence[Source]) -> None:
    """Polite Korean: mostly Hangul, no script that the passages do not have, no plain style."""
    letters = [char for char in _LINK.sub("", sentence) if char.isalpha()]
    hangul = sum("가" <= char <= "힣" for char in letters)
    held = "".join(source.text for source in cited)
    foreign = any(not _is_ours(char) and char not in held for char in letters)
    if not letters or hangul < MIN_HANGUL * len(letters) or foreign:
        raise UnusableError("language")
    if _PLAIN_STYLE.search(sentence):
        raise UnusableError("language")


def _is_ours(char: str) -> bool:
    return unicodedata.name(char, "").startswith(("HANGUL", "LATIN", "FULLWIDTH LATIN"))


def _stands(link: str, held: str, cited: Sequence[Source]) -> bool:
    """Whether the very link is written there, and not only its beginning."""
    whole = re.compile(re.escape(link.rstrip("/.,")) + r"/?(?![a-z0-9_/?&=#%-])", re.IGNORECASE)
    return any(whole.search(place) for place in (held, *(c.passage.source for c in cited)))


def _quotes(sentence: str) -> list[str]:
    return [next(filter(None, groups)) for groups in _QUOTED.findall(sentence)]


def _path_steps(sentence: str) -> list[str]:
    """Each ``menu>menu`` of the menu paths in ``sentence``, without spaces.

    Between two marks a name is whole; before the first and behind the last one only the word next
    to it surely belongs to the path.
    """
    names = [name.strip(_EDGE) for name in _PATH_MARK.split(sentence)]
    steps = []
    for number in range(len(names) - 1):
        left = names[number] if number else (names[0].split() or [""])[-1].strip(_EDGE)
        right = names[number + 1]
        if number + 2 == len(names):
            word = (right.split() or [""])[0].rstrip(_EDGE)
            right = _PARTICLE.sub("", word, count=1).rstrip(_EDGE) or word
        steps.append(f"{_bare(left)}>{_bare(right)}")
    return steps


def _bare(name: str) -> str:
    return squeeze(name).strip(_EDGE)
