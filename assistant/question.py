"""The question as it arrives: refuse what cannot be answered, tidy the rest, resolve follow-ups."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from assistant import texts
from assistant.hours import korea_time
from corpus import QuestionError
from index import Context
from index.lexical import analyzer, in_korean

MAX_K = 50

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_FOLLOW_UP = re.compile(
    r"^(?:아\s*)?(?:그럼|그러면|그렇다면|그건|그거|그것|거기|그때|그땐|그게|그 ?다음|"
    r"이건|이거|또|그리고|근데 그|그런데 그|혹시 그|그중|저거|만약 그)"
)
# How much of the search the turn before is, together with the question: of one that says that it
# leans on it, and of any other. On the dev questions that follow another, the right section came
# first for 0.93 of them (0.88 without the sentence that answered before); of questions put after
# an unrelated one for 0.92 (0.925 without that sentence).
LEANING, LOOSE = 0.7, 0.3
# "법인은요?", "안 하면요?": with so few terms of its own a question leans on the turn before. Of
# the dev questions 0.05 of those that follow another have no more, none of the others do.
FEW_TERMS = 1
AS_WRITTEN = 0.3  # share of the English words in the search for what they mean
_MARKER = re.compile(r"\s*\[\d+\]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_TOLD_CHARS = 160
_ROLES = {"user": "user", "human": "user", "assistant": "assistant", "ai": "assistant"}


def clean(question: object, limit: int) -> str:
    """The question in Unicode NFC with single spaces.

    Raises:
        QuestionError: it is not text, empty, longer than ``limit`` characters, or holds control
            characters. The message is the one a seller sees.
    """
    if not isinstance(question, str):
        raise QuestionError(texts.ERROR_NOT_TEXT)
    if len(question) > limit:
        raise QuestionError(texts.ERROR_TOO_LONG.format(length=len(question), limit=limit))
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", question))
    text = re.sub(r"[\t\r\n\u2028\u2029]+", " ", text)
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise QuestionError(texts.ERROR_CONTROL)
    text = " ".join(text.split())
    if not text:
        raise QuestionError(texts.ERROR_EMPTY)
    return text


def passage_limit(k: object) -> int:
    """How many passages an answer may draw on.

    Raises:
        QuestionError: ``k`` is not an integer from 1 to 50.
    """
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= MAX_K:
        raise QuestionError(texts.ERROR_K)
    return k


def asked_at(now: object) -> dt.datetime:
    """When it is asked, in Korea time.

    Raises:
        QuestionError: ``now`` is neither a datetime nor None.
    """
    if now is not None and not isinstance(now, dt.datetime):
        raise QuestionError(texts.ERROR_NOW)
    return korea_time(now)


class Reading(NamedTuple):
    """What to search for, and what was said before it."""

    text: str
    context: Context | None = None


def readings(question: str, history: Iterable[Any] | None) -> list[Reading]:
    """How to read a question, the likeliest first; the next is tried when one is declined.

    Whatever comes after another question is searched for together with it, more so where it says
    that it leans on it ("그럼 주말에는요?"); then by itself.
    """
    alone = Reading(question)
    previous = _before(_said(history))
    if not previous:
        return [alone]
    weight = LEANING if _leans(question) else LOOSE
    return [Reading(question, Context(previous, weight)), alone]


def _leans(question: str) -> bool:
    """Whether a question says little or nothing without the one before it."""
    return bool(_FOLLOW_UP.match(question)) or len(analyzer().tokens(question)) <= FEW_TERMS


def _before(turns: list[tuple[str, str]]) -> str:
    """What a question follows: the last one, and the first sentence that answered it.

    Where that one leans too, the one before comes along: "정산은 언제 돼요?", "그럼 주말에는요?",
    "공휴일은요?" are all about payment. An answer names the subject in the documents' terms.
    """
    asked = [number for number, (role, _) in enumerate(turns) if role == "user"]
    if not asked:
        return ""
    said = [turns[number][1] for number in asked[-2:]]
    told = next((text for role, text in turns[asked[-1] + 1 :] if role == "assistant"), "")
    return " ".join([*(said if _leans(said[-1]) else said[-1:]), _first_sentence(told)]).strip()


def _first_sentence(answer: str) -> str:
    """How an answer begins, without markers; nothing of one that declines."""
    if answer.startswith(tuple(texts.DECLINE.values())):
        return ""
    return _SENTENCE_END.split(_MARKER.sub("", answer), maxsplit=1)[0][:_TOLD_CHARS]


def _said(history: Iterable[Any] | None) -> list[tuple[str, str]]:
    """Role and text of each turn in ``history`` that says something, oldest first.

    Raises:
        QuestionError: a turn is neither a chat message nor a LangChain message.
    """
    return [(role, text) for role, text in (_turn(turn) for turn in history or ()) if text]


def _turn(turn: Any) -> tuple[str, str]:  # noqa: ANN401 - chat messages come in many shapes
    if isinstance(turn, Mapping):
        role, content = turn.get("role"), turn.get("content")
    else:
        role, content = getattr(turn, "type", None), getattr(turn, "content", None)
    if role == "system":
        return "system", ""
    if role not in _ROLES or not isinstance(content, str | list):
        raise QuestionError(texts.ERROR_HISTORY)
    return _ROLES[role], " ".join(_content(content).split())


def _content(content: str | list[Any]) -> str:
    if isinstance(content, str):
        return content
    parts = (part.get("text", "") if isinstance(part, Mapping) else part for part in content)
    return " ".join(part for part in parts if isinstance(part, str))


def reworded(query: Reading, mended: str) -> list[Reading]:
    """The same question with typing errors mended, and with English words told in Korean."""
    korean = in_korean(mended)
    found = []
    if mended != query.text:
        found.append(query._replace(text=mended))
    if korean != mended:
        before = query.context or Context(mended, AS_WRITTEN, earlier=False)
        found.append(query._replace(text=korean, context=before))
    return found
