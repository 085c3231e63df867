"""Which support channel next: a linear model over named features, with its reasons in Korean.

``score(channel) = Σ need[feature][channel] + Σ base[channel][feature] − closed − refused`` over the
features that hold (see `Situation.features`). *Needs* are what each channel is for, as its
``suits`` in ``corpus/channels.yaml`` says; *base* is fitted on the dev questions by `evals.tune`
and stands in ``tuned.json``. One rule stands outside: a question about a channel is answered
with it.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache

from assistant import texts
from assistant.drafts import draft
from assistant.hours import Status, status
from assistant.models import ChannelSuggestion
from assistant.openness import in_words, openness
from assistant.prepare import prepared
from assistant.regression import TUNED
from assistant.situation import Situation, known_channels
from corpus import Channel, ChannelId

CLOSED_COST = 4.0  # nearly a whole need: what is open now comes first, unless only this will do
ASKED_FOR = 20.0  # above any sum of the others
REFUSED_COST = 10.0  # more than any need: "전화로는 힘들어요" is not sent to the phone
# What each channel is for (`suits`): 5 outweighs the base of any other channel, 2 leans.
NEEDS: dict[str, dict[ChannelId, float]] = {
    "urgent": {"phone": 5.0, "talktalk": 4.5, "inquiry": 2.0},
    "evidence": {"inquiry": 5.0},
    "explain": {"remote": 6.0},
    "screen": {"remote": 1.0, "talktalk": 0.5},
    "person": {"phone": 5.0, "talktalk": 2.0},
    "chat": {"talktalk": 6.0},
    "learn": {"manual": 5.0},
    "account": {"inquiry": 2.0, "talktalk": 1.0, "phone": 1.0},
    "dispute": {"inquiry": 1.0},
}
MAX_ALTERNATIVES = 3

# Which signal explains a suggestion best, in this order.
_TOLD = (
    "urgent",
    "evidence",
    "explain",
    "screen",
    "dispute",
    "account",
    "person",
    "chat",
    "learn",
    "howto",
)
_TROUBLE = frozenset({"evidence", "account", "dispute"})
_TELLS: dict[str, frozenset[ChannelId]] = {
    "urgent": frozenset({"phone", "talktalk"}),
    "evidence": frozenset({"inquiry"}),
    "explain": frozenset({"remote", "phone"}),
    "screen": frozenset({"remote"}),
    "dispute": frozenset({"inquiry"}),
    "account": frozenset({"inquiry", "phone", "talktalk"}),
    "person": frozenset({"phone", "talktalk"}),
    "chat": frozenset({"talktalk"}),
    "learn": frozenset({"manual"}),
    "howto": frozenset({"faq", "manual"}),
}


@cache
def weights() -> dict[str, dict[str, float]]:
    """Weights by channel and feature."""
    loaded = json.loads(TUNED.read_text(encoding="utf-8"))["channel"]
    return {channel: dict(table) for channel, table in loaded.items()}


def suggest(given: Situation) -> ChannelSuggestion:
    """The channel to use next, with up to three alternatives in order."""
    known = {channel.id: channel for channel in known_channels()}
    states = {name: status(channel, given.now) for name, channel in known.items()}
    scores = rank(given, states)
    order = sorted(known, key=lambda name: -scores[name])
    first = _suggestion(known[order[0]], states[order[0]], given, _reason(given, order, states))
    others = tuple(
        _suggestion(
            known[name], states[name], given, _short_reason(known[name], states[name], given)
        )
        for name in order[1 : 1 + MAX_ALTERNATIVES]
    )
    return first.model_copy(update={"alternatives": others})


def rank(given: Situation, states: dict[ChannelId, Status]) -> dict[ChannelId, float]:
    """The score of each channel; higher comes first."""
    table = weights()
    return {
        name: sum(table[name].get(feature, 0.0) for feature in given.features)
        + sum(NEEDS.get(feature, {}).get(name, 0.0) for feature in given.features)
        + (ASKED_FOR if name == asked_for(given) else 0.0)
        - (CLOSED_COST if state.open is False else 0.0)
        - (REFUSED_COST if name in given.refused else 0.0)
        for name, state in states.items()
    }


def asked_for(given: Situation) -> ChannelId | None:
    """The channel that the question is about: its document answers, or it is named in a wish.

    A name alone is not enough: "전화번호 인증이 안 돼요" is about verification, not about calling.
    Nor is the document of a channel that is not named, and not for the trouble that is told:
    "등록하면 오류가 떠요, 캡처도 있어요" finds what the help pages hold, and wants an inquiry. Nor
    where its passage sends sellers elsewhere ("도움말에서 답을 못 찾았을 때").
    """
    trouble = given.signals & _TROUBLE
    fits = not trouble or any(given.about in NEEDS[signal] for signal in trouble)
    elsewhere = given.told and given.about not in given.told
    asked = given.named == given.about or (fits and not elsewhere)
    if given.about and given.about not in given.refused and asked:
        return given.about
    wishes = not given.decision.answered or given.signals & {"person", "chat", "urgent", "explain"}
    return given.named if wishes else None


def _suggestion(
    channel: Channel, state: Status, given: Situation, reason: str
) -> ChannelSuggestion:
    return ChannelSuggestion(
        id=channel.id,
        name=channel.name,
        reason=reason,
        location=channel.location,
        contact=channel.contact,
        hours=channel.hours_text,
        open_now=state.open,
        next_open=state.next_open,
        expected_reply=_expected_reply(channel, given),
        prepare=prepared(channel, given.subject, given.words),
        draft=draft(channel.id, given.question, given.subject),
    )


def _expected_reply(channel: Channel, given: Situation) -> str | None:
    """A simple inquiry is answered sooner than one that a department must look into."""
    if channel.expected_reply_simple is None or given.named == channel.id:
        return channel.expected_reply
    hard = given.signals & {"account", "evidence", "dispute", "screen"}
    return channel.expected_reply_complex if hard else channel.expected_reply_simple


def _reason(given: Situation, order: list[ChannelId], states: dict[ChannelId, Status]) -> str:
    known = {channel.id: channel for channel in known_channels()}
    first = known[order[0]]
    parts = [_why(first, given).format(name=first.name, suits=first.suits)]
    parts.append(openness(states[first.id], given.now))
    if states[first.id].open is None and _wants_a_person(given):
        parts.append(_others_closed(states, given.now))
    return " ".join(part for part in parts if part)


def _wants_a_person(given: Situation) -> bool:
    return bool(given.signals & {"urgent", "person", "chat", "account", "screen", "explain"})


def _why(channel: Channel, given: Situation) -> str:
    if channel.id == asked_for(given):
        return texts.REASON["named"]
    if given.decision.decline not in (None, "unknown"):
        return texts.REASON["off_topic"]
    if channel.id in given.told:
        return texts.REASON["told"]
    for signal in _TOLD:
        if signal in given.signals and channel.id in _TELLS[signal]:
            return texts.REASON[signal]
    if given.decision.answered and channel.id in ("faq", "manual"):
        return texts.REASON["answered"]
    if given.decision.decline == "unknown":
        return texts.REASON["unanswered"]
    return texts.REASON["general"]


def _others_closed(states: dict[ChannelId, Status], now: dt.datetime) -> str:
    """Why the channels where a person answers at once are not suggested now."""
    closed = {name: state for name, state in states.items() if state.open is False}
    if not closed:
        return ""
    names = "·".join(c.name for c in known_channels() if c.id in closed)
    return in_words(texts.OTHERS_CLOSED, next(iter(closed.values())), now, names=names)


def _short_reason(channel: Channel, state: Status, given: Situation) -> str:
    told = texts.REASON["general"].format(suits=channel.suits)
    return " ".join(part for part in (told, openness(state, given.now)) if part)
