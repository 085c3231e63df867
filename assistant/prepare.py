"""What to have ready for a channel, as far as it depends on the question."""

from __future__ import annotations

import math
from collections import defaultdict

from assistant import texts
from assistant.decide import Decision
from corpus import CATEGORY_NAMES, Category, Channel
from index import Retrieval
from index.lexical import analyzer
from index.passages import Passage

MAX_WORDS = 2
# Words of headings and questions that find everything and so nothing.
_COMMON = "스토어 스마트스토어 네이버 판매자 센터 방법 경우 기준 종류 차이 이유 문의 질문 안내"
COMMON = frozenset(_COMMON.split())
# A passage counts e times less for each 0.02 that it scores below the best; a part of the manual is
# named when it has half of what all count.
FALL, SURE = 0.02, 0.5
# How far below the passage on support one on the subject may be: "지금 전화돼요?" has no subject.
NAMED_WITHIN = 0.06


def subject_of(retrieval: Retrieval, decision: Decision) -> Category | None:
    """That of the passage that answers; where it is about support, what most others are about."""
    parts = [
        (one.passage.category, one.score)
        for one in retrieval.found
        if one.passage.category and one.passage.category != "support"
    ]
    if not parts or parts[0][1] < retrieval.found[0].score - NAMED_WITHIN:
        return None
    if decision.answered and retrieval.found[0].passage.category == parts[0][0]:
        return parts[0][0]
    counted: dict[Category, float] = defaultdict(float)
    for category, score in parts:
        counted[category] += math.exp((score - parts[0][1]) / FALL)
    best = max(counted, key=lambda category: counted[category])
    return best if counted[best] >= SURE * sum(counted.values()) else None


def search_words(question: str, answer: Passage | None) -> tuple[str, ...]:
    """What to look for in the help pages: the terms of the section that answers, else one's own.

    A section on support answers by where to ask, so it does not name the subject.
    """
    told = answer is not None and answer.category != "support"
    text = answer.section if answer and told else question
    nouns = [term for term in analyzer().terms(text) if term.noun]
    words: list[str] = []
    end = -1
    for term in nouns:
        if term.start == end:  # 소개글 is 소개 and 글
            words[-1] += term.form
        else:
            words.append(term.form)
        end = term.end
    kept = (word for word in words if len(word) > 1 and word not in COMMON)
    return tuple(dict.fromkeys(kept))[:MAX_WORDS]


def prepared(channel: Channel, subject: Category | None, words: tuple[str, ...]) -> tuple[str, ...]:
    """What ``channel`` asks for, with the part of the manual or kind of inquiry, and the words."""
    name = CATEGORY_NAMES[subject] if subject else texts.PREPARE_CATEGORY.get(channel.id, "")
    said = ", ".join(words) or texts.PREPARE_WORDS
    return tuple(
        item.replace("{category}", name).replace("{words}", said) for item in channel.prepare
    )
