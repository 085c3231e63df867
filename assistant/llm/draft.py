"""A model's text cut into claims while it comes: sentences and the markers behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant import texts
from assistant.llm.unusable import UnusableError

MAX_CHARS = 1500  # of a whole answer: more than a seller reads
MAX_PENDING = 600  # characters without any marker
MAX_THOUGHT = 40_000  # characters that a reasoning model may think aloud

_NUMBER = r"(?:자료\s*)?\d{1,3}"
_MARKER = rf"\[{_NUMBER}(?:\s*[,\uff0c]\s*{_NUMBER})*\]"
_CLAIM = re.compile(rf"(?P<said>.*?)(?P<marks>(?:[ \t]*{_MARKER})+)(?P<stop>[.!?]?)", re.DOTALL)
_MORE = re.compile(
    r"[ \t]*\n|\s*[^\s\[.!?]|\s*\[[^\s\d자]"
)  # what shows that no further marker follows
_SENTENCE = re.compile(r"(?<=[가-힣)’”\"'][.!?])\s+")
_LEAD = re.compile(r"(?:(?P<step>\d{1,2})[.)]|[-*•·])\s+")
_STYLE = re.compile(r"\*\*|__|`")
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)


@dataclass(frozen=True)
class Claim:
    """Sentences of one line that rest on the passages with ``numbers``.

    ``before`` is what joins it to the text so far, ``lead`` the "1. " or "- " of a list.
    """

    before: str
    lead: str
    sentences: tuple[str, ...]
    numbers: tuple[int, ...]


class Draft:
    """Takes text as it comes and gives the claims that are complete."""

    def __init__(self) -> None:
        self._rest = ""
        self._taken = 0
        self._begun = False

    def feed(self, piece: str) -> Iterator[Claim]:
        """The claims that ``piece`` completes.

        Raises:
            UnusableError: a line without a marker, or too much text.
        """
        self._rest += piece
        if not self._begun and not self._begin():
            return
        self._require_short()
        while (found := _CLAIM.match(self._rest)) and _MORE.match(self._rest, found.end()):
            yield from self._take(found)

    def close(self) -> Iterator[Claim]:
        """The claims of what is left.

        Raises:
            UnusableError: no text at all, the model found no answer, or text without a marker.
        """
        while found := _CLAIM.match(self._rest):
            yield from self._take(found)
        left = self._rest.strip()
        if not self._taken and not left:
            raise UnusableError("empty")
        if texts.LLM_NO_ANSWER in left:
            raise UnusableError("no_answer")
        if left:
            raise UnusableError("unmarked")

    def _begin(self) -> bool:
        """Leave out what a reasoning model thinks aloud; whether its answer has begun."""
        start = self._rest.lstrip()
        if start.startswith("<think>"):
            if len(start) > MAX_THOUGHT:
                raise UnusableError("long")
            self._rest, whole = _THOUGHT.subn("", self._rest, count=1)
            self._begun = bool(whole)
        else:
            self._begun = len(start) >= len("<think>") or "\n" in start
        return self._begun

    def _require_short(self) -> None:
        pending = len(self._rest)
        if self._taken + pending > MAX_CHARS or pending > MAX_PENDING:
            raise UnusableError("long")

    def _take(self, found: re.Match[str]) -> Iterator[Claim]:
        said = found["said"]
        numbers = tuple(dict.fromkeys(map(int, re.findall(r"\d+", found["marks"]))))
        before = self._joint(said)
        self._rest = self._rest[found.end() :]
        self._taken += found.end()
        *announcing, last = [line for line in said.splitlines() if line.strip()] or [""]
        for line in announcing:
            if not line.rstrip().endswith(":"):
                raise UnusableError("unmarked")
            yield _claim(before, line, "", numbers)
            before = "\n"
        yield _claim(before, last, found["stop"], numbers)

    def _joint(self, said: str) -> str:
        """What stands between the text so far and ``said``."""
        if not self._taken:
            return ""
        gap = said[: len(said) - len(said.lstrip())]
        return "\n" * min(2, gap.count("\n")) or " "


def _claim(before: str, line: str, stop: str, numbers: tuple[int, ...]) -> Claim:
    if texts.LLM_NO_ANSWER in line:
        raise UnusableError("no_answer")
    plain = " ".join(_STYLE.sub("", line).split())
    lead = _LEAD.match(plain) if before != " " else None
    body = plain[lead.end() :] if lead else plain
    if stop and not body.endswith((".", "!", "?")):
        body += stop
    sentences = tuple(s for s in _SENTENCE.split(body) if s)
    if not sentences:
        raise UnusableError("unmarked")  # a marker that nothing stands before
    shown = "" if lead is None else f"{lead['step']}. " if lead["step"] else "- "
    return Claim(before, shown, sentences, numbers)
