"""The question as it arrives: refuse what cannot be answered, tidy the rest, resolve follow-ups."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from assistant import texts
from assistant.hours import korea_time
from corpus import QuestionError

MAX_K = 50

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_FOLLOW_UP = re.compile(
    r"^(?:아\s*)?(?:그럼|그러면|그렇다면|그건|그거|그것|거기|그때|그땐|그게|그 ?다음|"
    r"이건|이거|또|그리고|근데 그|그런데 그|혹시 그|그중|저거|만약 그)"
)
_SHORT_CHARS = 12  # "주말에는요?", "얼마예요?": too little to search for by itself
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


def readings(question: str, history: Iterable[Any] | None) -> list[str]:
    """What to search for, the likeliest reading first; the next is tried when one is declined.

    A question that leans on the last one ("그럼 주말에는요?") is read together with it; a short one
    that does not say so is read by itself first.
    """
    previous = _last_user_text(history)
    if not previous:
        return [question]
    together = f"{previous} {question}"
    if _FOLLOW_UP.match(question):
        return [together, question]
    short = len(question.replace(" ", "")) <= _SHORT_CHARS
    return [question, together] if short else [question]


def _last_user_text(history: Iterable[Any] | None) -> str:
    """The seller's last turn in ``history``, oldest turn first.

    Raises:
        QuestionError: a turn is neither a chat message nor a LangChain message.
    """
    texts_of_user = [
        text for role, text in (_turn(turn) for turn in history or ()) if role == "user" and text
    ]
    return texts_of_user[-1] if texts_of_user else ""


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
