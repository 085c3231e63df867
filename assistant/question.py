"""The question as it arrives: refuse what cannot be answered, tidy the rest, resolve follow-ups."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from assistant import texts
from assistant.hours import korea_time
from corpus import QuestionError
from index import Context

MAX_K = 50

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_FOLLOW_UP = re.compile(
    r"^(?:아\s*)?(?:그럼|그러면|그렇다면|그건|그거|그것|거기|그때|그땐|그게|그 ?다음|"
    r"이건|이거|또|그리고|근데 그|그런데 그|혹시 그|그중|저거|만약 그)"
)
# How much of the search the turn before is, together with the question: of one that says that it
# leans on it, and of any other. On the dev questions that follow another, the right section came
# first for 0.79 of them (0.50 by themselves, 0.79 wholly together); of questions put after an
# unrelated one, for 0.86 (by themselves 0.86, wholly together 0.33).
LEANING, LOOSE = 0.7, 0.3
# Where a question ends and the next one begins: a question mark, or a joining word after a pause.
_NEXT_PART = re.compile(
    r"(?<=[?\uff1f])\s*(?:그리고|그리구|글고|글구|또|또한)?\s*"
    r"|[,.]?\s+(?:그리고|그리구|글고|글구|아울러)\s+"
    r"|(?<=[,.])\s*또\s+"
    r"|(?<=[하되가궁금싶]고),\s*"
    r"|(?<=나요),?\s+|(?<=는지)[,.]?\s+|(?<=는지요),?\s+"
)
_AND = re.compile(r"(?<=[가-힣]고)\s+")  # joins two questions only where both sides ask
_ASKS = re.compile(r"어디|언제|얼마|며칠|몇|뭐|뭘|무엇|누가|누구|어떻게|어떤|왜")
# How a piece ends that asks or wishes; "손님들 기다리는데" tells, so it belongs to the question.
_ASKING_END = re.compile(
    r"(?:\?|까|까요|나|나요|냐|냐고|니|죠|지요|가요|[는은던]가|[하되]는지|는지|지도?|지는?|"
    r"예요|에요|싶어요|싶습니다|싶은데요?|주세요)요?[\s.,~!ㅠㅜㅎㅋ]*$"
)
_PART_CHARS = 8  # "되나요?": less than that belongs to what stands before
MAX_PARTS = 3
PART_LEANS = 0.4  # how much the first part of a question counts in the search for the others
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
    previous = _last_user_text(history)
    if not previous:
        return [alone]
    weight = LEANING if _FOLLOW_UP.match(question) else LOOSE
    return [Reading(question, Context(previous, weight)), alone]


def parts_of(question: str) -> list[Reading]:
    """The questions that stand in one, each to be searched for; none where it is a single one.

    What follows the first is read with it in mind ("정산은 언제 되고, 어디서 봐요?").
    """
    texts: list[str] = []
    for piece in _pieces(question):
        text = piece.strip(" ,.")
        short = len(text.replace(" ", "")) < _PART_CHARS
        if texts and text and (short or not _asks(text) or not _asks(texts[-1])):
            texts[-1] += f" {text}"
        elif text:
            texts.append(text)
    if not 1 < len(texts) <= MAX_PARTS:
        return []
    context = Context(texts[0], PART_LEANS)
    return [Reading(texts[0]), *(Reading(text, context) for text in texts[1:])]


def _asks(text: str) -> bool:
    return bool(_ASKS.search(text) or _ASKING_END.search(text))


def _pieces(question: str) -> Iterator[str]:
    for piece in _NEXT_PART.split(question):
        joint = next(
            (
                found
                for found in _AND.finditer(piece)
                if _ASKS.search(piece[: found.start()]) and _ASKS.search(piece[found.end() :])
            ),
            None,
        )
        yield from (piece[: joint.start()], piece[joint.end() :]) if joint else (piece,)


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
