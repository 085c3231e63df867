"""What stands around an answer: header, examples, who can be reached now, waiting, side panel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from pathlib import Path

from assistant import texts
from assistant.hours import korea_time, status
from corpus import Channel
from ui import labels
from ui.card import contact
from ui.icons import icon

STATIC = Path(__file__).parent / "static"


def render_header() -> str:
    """The product's mark, name and promise."""
    logo = (STATIC / "logo.svg").read_text(encoding="utf-8")
    return (
        f'<header class="head">{logo}<div><h1>{labels.TITLE}</h1>'
        f"<p>{labels.TAGLINE}</p></div></header>"
    )


def render_examples() -> str:
    """The page before the first question: one question for each topic."""
    tiles = "".join(
        f'<li><button type="button" class="tile" data-ask="{escape(example.question, quote=True)}">'
        f'{icon(example.category)}<span class="topic-name">{escape(example.topic)}</span>'
        f'<span class="tile-question">{escape(example.question)}</span></button></li>'
        for example in labels.EXAMPLE_QUESTIONS
    )
    return (
        f'<section class="empty"><h2>{labels.EXAMPLES}</h2><ul class="tiles">{tiles}</ul></section>'
    )


def render_desk(channels: Sequence[Channel], now: dt.datetime | None) -> str:
    """The channels with opening hours: who answers now, and else when."""
    moment = korea_time(now)
    rows = "".join(_desk_row(channel, moment) for channel in channels if channel.hours)
    at = labels.DESK_AT.format(at=texts.moment(moment, moment))
    return (
        f'<section class="desk"><h2>{labels.DESK}<small>{escape(at)}</small></h2>'
        f"<ul>{rows}</ul></section>"
    )


def render_waiting() -> str:
    """Parts that the page's script shows: waiting, and a lost connection."""
    return (
        f'<div class="waiting" role="status"><p>{labels.WAITING}</p>{"<i></i>" * 4}</div>'
        f'<div class="lost card notice" role="alert"><p>{labels.LOST}</p></div>'
    )


def render_panel() -> str:
    """The side panel for a cited document, and what a screen reader announces."""
    return (
        '<dialog class="panel" aria-labelledby="panel-title"><header class="panel-head">'
        '<span class="panel-number" aria-hidden="true"></span>'
        '<h2 id="panel-title" class="panel-title"></h2>'
        f'<button type="button" class="panel-close"><kbd>{labels.CLOSE_KEY}</kbd>'
        f"{labels.CLOSE}</button></header>"
        '<div class="panel-body" tabindex="0"></div></dialog>'
        '<div class="announcer visually-hidden" aria-live="polite"></div>'
    )


def render_foot() -> str:
    """What every answer is, and is not."""
    return f'<p class="foot">{labels.FOOT}</p>'


def _desk_row(channel: Channel, now: dt.datetime) -> str:
    state = status(channel, now)
    if state.closes:
        kind, when = "open", labels.OPEN_UNTIL.format(closes=f"{state.closes:%H:%M}")
    else:
        opens = texts.moment(state.next_open, now) if state.next_open else ""
        kind, when = "closed", labels.OPENS.format(opens=opens) if opens else ""
    reach = f'<span class="reach">{contact(channel.contact)}</span>' if channel.contact else ""
    return (
        f'<li data-channel="{channel.id}"><b>{escape(channel.name)}</b>{reach}'
        f'<span class="badge {kind}">{labels.BADGES[kind]}</span>'
        f'<span class="when">{escape(when)}</span></li>'
    )
