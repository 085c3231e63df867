"""Messages to copy: an inquiry with its blanks, a short chat opener; personal data is masked."""

from __future__ import annotations

import re

from assistant import texts
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
    """What to write on ``channel``; None where nothing is written. Nothing is made up."""
    situation = mask(question)
    if channel == "inquiry":
        known = category if category and category != "support" else None
        name = CATEGORY_NAMES[known] if known else texts.NO_CATEGORY
        return texts.DRAFT_INQUIRY.format(category=name, situation=situation)
    if channel == "talktalk":
        frame = len(texts.DRAFT_TALKTALK.format(situation=""))
        room = TALKTALK_CHARS - frame
        short = situation if len(situation) <= room else situation[: room - 1] + "…"
        return texts.DRAFT_TALKTALK.format(situation=short)
    return None
