"""The channel card: which support channel next, whether it is open, what to bring."""

from __future__ import annotations

import re
from html import escape

from assistant import ChannelSuggestion
from ui import labels

_PHONE = re.compile(r"[\d-]+")
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+")


def channel_card(channel: ChannelSuggestion) -> str:
    """The suggested channel with its state, reason, facts, draft and alternatives."""
    return (
        f'<section class="card channel" data-channel="{channel.id}">'
        f'<p class="eyebrow">{labels.NEXT_CHANNEL}</p>'
        f'<div class="channel-head"><h2>{escape(channel.name)}</h2>{badge(channel)}</div>'
        f"{_next_open(channel)}"
        f'<p class="reason">{escape(channel.reason)}</p>'
        f"<dl>{_facts(channel)}</dl>{_prepare(channel)}{_draft(channel)}"
        f"{_alternatives(channel.alternatives)}</section>"
    )


def badge(channel: ChannelSuggestion) -> str:
    """Open, closed, or no published hours, as a coloured word."""
    state = labels.badge(channel)
    return f'<span class="badge {state}">{labels.BADGES[state]}</span>'


def copy_button(text: str, label: str) -> str:
    """A button that copies ``text`` and says whether that worked."""
    return (
        f'<button type="button" class="quiet copy" data-copy="{escape(text, quote=True)}" '
        f'data-done="{labels.COPIED}" data-failed="{labels.NOT_COPIED}">{label}</button>'
    )


def contact(value: str) -> str:
    """A contact as text, and as a link where it is a telephone number or an address."""
    shown = escape(value)
    if _PHONE.fullmatch(value):
        return f'<a href="tel:{value.replace("-", "")}">{shown}</a>'
    if _HOST.fullmatch(value):
        breakable = shown.replace(".", "<wbr>.")
        return (
            f'<a href="https://{shown}" target="_blank" rel="noopener noreferrer">{breakable}</a>'
        )
    return shown


def _next_open(channel: ChannelSuggestion) -> str:
    if channel.next_open is None:
        return ""
    when = labels.next_open(channel.next_open)
    return f'<p class="next-open">{labels.NEXT_OPEN} <b>{escape(when)}</b></p>'


def _facts(channel: ChannelSuggestion) -> str:
    facts = (
        (labels.WHERE, escape(channel.location)),
        (labels.CONTACT, contact(channel.contact or "")),
        (labels.HOURS, escape(channel.hours or "")),
        (labels.REPLY, escape(channel.expected_reply or "")),
    )
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts if value)


def _prepare(channel: ChannelSuggestion) -> str:
    if not channel.prepare:
        return ""
    items = "".join(f"<li>{escape(item)}</li>" for item in channel.prepare)
    return f'<h3>{labels.PREPARE}</h3><ul class="prepare">{items}</ul>'


def _draft(channel: ChannelSuggestion) -> str:
    if not channel.draft:
        return ""
    return (
        f'<details class="draft"><summary>{labels.DRAFT}</summary>'
        f"<pre>{escape(channel.draft)}</pre>"
        f"{copy_button(channel.draft, labels.COPY_DRAFT)}</details>"
    )


def _alternatives(others: tuple[ChannelSuggestion, ...]) -> str:
    if not others:
        return ""
    rows = "".join(
        f"<li><b>{escape(other.name)}</b>{badge(other)}<p>{escape(other.reason)}</p></li>"
        for other in others
    )
    return f'<details class="others"><summary>{labels.OTHERS}</summary><ul>{rows}</ul></details>'
