"""Messages to copy: an inquiry filled from the question, a chat opener; personal data is masked."""

from __future__ import annotations

import re

from assistant import texts
from assistant.told import Told, told
from corpus import CATEGORY_NAMES, Category, ChannelId

TALKTALK_CHARS = 100  # a first chat message is read on a phone

_PERSONAL = (
    (re.compile(r"\b\d{6}\s*-\s*[1-8]\d{6}\b"), "(주민등록번호)"),
    (re.compile(r"(?<!\d)01[016-9][-\s.]?\d{3,4}[-\s.]?\d{4}(?!\d)"), "(휴대전화 번호)"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "(이메일 주소)"),
    (re.compile(r"(?<!\d)\d{2,6}-\d{2,6}-\d{3,8}(?:-\d{1,4})?(?!\d)"), "(계좌번호)"),
)


def mask(text: str) -> str:
    """``text`` without resident numbers, mobile numbers, e-mail addresses and account numbers."""
    for pattern, name in _PERSONAL:
        text = pattern.sub(name, text)
    return text


def draft(channel: ChannelId, question: str, category: Category | None) -> str | None:
    """What to write on ``channel``; None where nothing is written.

    What the question says is filled in, a clear blank stays for the rest; nothing is made up.

    Args:
        channel: where it is to be written.
        question: in the seller's words.
        category: the kind of inquiry, if it is known.
    """
    situation = mask(question)
    if channel == "inquiry":
        return _inquiry(situation, told(situation), category)
    if channel == "talktalk":
        return _chat(situation, told(situation))
    return None


def _inquiry(situation: str, said: Told, category: Category | None) -> str:
    return texts.DRAFT_INQUIRY.format(
        category=CATEGORY_NAMES[category] if category else texts.NO_CATEGORY,
        situation=situation,
        when=f"{', '.join(said.when)} {texts.DRAFT_WHEN_MORE}" if said.when else texts.DRAFT_WHEN,
        numbers=", ".join(said.numbers) or texts.DRAFT_NUMBERS,
        errors=", ".join(said.errors) or texts.DRAFT_ERRORS,
        wishes=", ".join(said.wishes) or texts.DRAFT_WISHES,
        papers=f"{', '.join(said.papers)} {texts.DRAFT_CARE}"
        if said.papers
        else texts.DRAFT_PAPERS,
    )


def _chat(situation: str, said: Told) -> str:
    """A first message; what is at hand is named where there is room for it."""
    papers = texts.DRAFT_ATTACHED.format(papers="·".join(said.papers)) if said.papers else ""
    for attached in (papers, ""):
        room = TALKTALK_CHARS - len(texts.DRAFT_TALKTALK.format(situation="", attached=attached))
        if len(_ended(situation)) <= room:
            return texts.DRAFT_TALKTALK.format(situation=_ended(situation), attached=attached)
    return texts.DRAFT_TALKTALK.format(situation=situation[: room - 1] + "…", attached="")


def _ended(sentence: str) -> str:
    return sentence if sentence[-1:] in ".!?…~" else f"{sentence}."
