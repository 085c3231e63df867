"""What the choice of a channel depends on, read off the question and the search."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from assistant import signals as signalling
from assistant.decide import Decision
from assistant.prepare import search_words, subject_of
from corpus import Category, Channel, ChannelId, channels
from index import Retrieval
from index.lexical import in_korean


@dataclass(frozen=True)
class Situation:
    """What the suggestion depends on.

    ``subject``: the part of the manual that the question is about, as far as the search tells;
    ``words``: what to look for in the help pages; these two only fill in what to have ready.
    ``refused``: channels that the seller does not want; ``told``: those that the answer's passage
    sends sellers to.
    """

    question: str
    signals: frozenset[str]
    named: ChannelId | None
    about: ChannelId | None
    decision: Decision
    category: Category | None
    now: dt.datetime
    subject: Category | None = None
    words: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()

    @property
    def features(self) -> frozenset[str]:
        """The names of everything that holds, for the linear model and for showing."""
        kind = "answered" if self.decision.answered else f"declined_{self.decision.decline}"
        told = (f"told_{name}" for name in self.told)
        return frozenset({*self.signals, *told, kind, f"category_{self.category}", "bias"})


@lru_cache(maxsize=1)
def known_channels() -> tuple[Channel, ...]:
    """The six channels."""
    return tuple(channels())


def situation(
    question: str,
    retrieval: Retrieval,
    decision: Decision,
    signals: frozenset[str],
    now: dt.datetime,
) -> Situation:
    """Read off the question and the search what the choice depends on."""
    known = list(known_channels())
    top = retrieval.found[0].passage if retrieval.found else None
    about = next((c.id for c in known if top and top.document_id in c.documents), None)
    named = signalling.named_channel(question, known)
    ours = decision.decline in (None, "unknown")
    korean = in_korean(question)  # the help pages are searched in Korean
    return Situation(
        question=question,
        signals=signals,
        named=next((c.id for c in known if c.id == named), None),
        about=about if decision.answered else None,
        decision=decision,
        category=top.category if top and decision.answered else None,
        now=now,
        subject=subject_of(retrieval, decision) if ours else None,
        words=search_words(korean, top if decision.answered else None) if ours else (),
        refused=signalling.refused(question, known),
        told=signalling.told(top.text) if top and decision.answered else frozenset(),
    )
