"""What kind of thing a question asks for, and whether a sentence gives that kind of thing.

Five kinds that can be told from the wording: a place ("어디서"), a time or duration ("언제",
"얼마나 걸려"), an amount ("얼마", "몇"), a contact, and steps ("어떻게"). Only the shape is looked
at, never the topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from index.passages import Unit

_ANNOUNCES = re.compile(r"다음(?:과|의| |은)|아래")

Kind = Literal["place", "time", "amount", "contact", "steps"]

_ASKS: dict[Kind, re.Pattern[str]] = {
    "place": re.compile(r"어디|위치|경로|메뉴|곳[은이을]?(?:\s|$|\?)|찾는|들어가"),
    "time": re.compile(r"언제|며칠|몇\s*(?:시|일|분|주|달|개월)|얼마나\s*걸|기한|기간|시간|까지"),
    "amount": re.compile(
        r"얼마(?!나\s*걸)|몇\s*(?:개|원|%|퍼|장|명|번|점|자)|한도|비율|수수료|금액|요율"
    ),
    "contact": re.compile(r"전화\s*번호|연락처|번호\s*(?:가|는|좀|알)|몇\s*번으로"),
    "steps": re.compile(r"어떻게|어케|방법|하려면|하는\s*법|절차|순서|고쳐|바꾸"),
}
_GIVES: dict[Kind, re.Pattern[str]] = {
    "place": re.compile(
        r"\S\s*>\s*\S|하단|상단|좌측|우측|왼쪽|오른쪽|맨\s*아래|위쪽|아래쪽|메뉴에서"
    ),
    "time": re.compile(r"\d+\s*(?:일|시간|분|영업일|개월|주|년|시)|\d{1,2}:\d{2}|당일|즉시|바로"),
    "amount": re.compile(r"\d"),
    "contact": re.compile(r"\d{3,4}-\d{4}|\d{4}-\d{4}|@|\.com"),
    "steps": re.compile(r"누르|누릅|고르|고릅|선택|입력|클릭|저장|신청|\S\s*>\s*\S"),
}


def asked_kinds(question: str) -> frozenset[Kind]:
    """The kinds of thing that ``question`` asks for."""
    return frozenset(kind for kind, pattern in _ASKS.items() if pattern.search(question))


def gives(text: str, kinds: frozenset[Kind]) -> frozenset[Kind]:
    """Which of ``kinds`` stand in ``text``."""
    return frozenset(kind for kind in kinds if _GIVES[kind].search(text))


def loose_ends(units: Sequence[Unit], told: set[int]) -> set[int]:
    """Starts of sentences that announce a list of which nothing is told.

    Args:
        units: a passage's units in reading order.
        told: starts of the units that the answer tells.
    """
    return {
        unit.start
        for unit, following in pairwise(units)
        if unit.kind == "sentence"
        and following.kind != "sentence"
        and _ANNOUNCES.search(unit.text)
        and following.start not in told
    }
