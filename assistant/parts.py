"""Several questions in one: where they part, and what is found for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from assistant.decide import Decision
from assistant.question import Reading
from index import Context, Retrieval
from index.results import merged

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
PART_SURE = 0.6  # how sure it must be that one of several questions is answered


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


def with_parts(
    question: str,
    whole: tuple[Retrieval, Decision],
    attempt: Callable[[Reading], tuple[Retrieval, Decision]],
) -> tuple[Retrieval, Decision]:
    """The search for a question together with those for the questions that stand in it.

    Two subjects at once are near to no passage: a whole that is declined is answered where each
    of its parts is, as surely as the least sure of them.

    Args:
        question: as it was asked.
        whole: what the search for all of it found.
        attempt: searches for one reading.
    """
    retrieval, decision = whole
    if decision.decline not in (None, "unknown"):
        return whole
    searched = [_surer(part, attempt) for part in parts_of(question)]
    sure = [one for one in searched if one[1].confidence >= PART_SURE]
    if not sure or (not decision.answered and len(sure) < len(searched)):
        return whole
    if not decision.answered:
        decision = Decision(True, min(one.confidence for _, one in sure), None)
    return merged(retrieval, tuple(one for one, _ in sure)), decision


def _surer(
    part: Reading, attempt: Callable[[Reading], tuple[Retrieval, Decision]]
) -> tuple[Retrieval, Decision]:
    """The surer of two searches: with the first part in mind, and by itself."""
    alone = part._replace(context=None)
    found = (attempt(reading) for reading in dict.fromkeys([part, alone]))
    return max(found, key=lambda pair: pair[1].confidence)


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
