"""An `Answer` as HTML. Everything that comes from a question or a document is escaped here."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from assistant import Answer, ChannelSuggestion, Citation
from corpus import CATEGORY_NAMES, Document
from ui import labels
from ui.document import render_document

_MARKER = re.compile(r"\[(\d+)\]")
_STEP = re.compile(r"(\d+)\. (.*)")

FindDocument = Callable[[str], Document]


def render_answer(answer: Answer, find: FindDocument) -> str:
    """The whole result: answer, sources, channel, next questions, and the cited documents."""
    left = _answer_card(answer)
    right = _channel_card(answer.channel)
    return (
        f'<div class="result" data-answered="{str(answer.answered).lower()}">'
        f'<div class="result-main">{left}{_related(answer)}</div>'
        f'<div class="result-side">{right}</div>{_documents(answer, find)}</div>'
    )


def render_error(question: str, message: str) -> str:
    """A question that cannot be used, or a failure, in words and nothing else."""
    return (
        '<div class="result"><div class="result-main"><section class="card notice" role="alert">'
        f'<h2 class="question">{escape(question[:200]) or labels.NO_QUESTION}</h2>'
        f"<p>{escape(message)}</p></section></div></div>"
    )


def render_earlier(turns: list[tuple[str, str]]) -> str:
    """Earlier questions of this visit, newest first, folded."""
    if not turns:
        return ""
    rows = "".join(
        f'<details class="earlier"><summary>{escape(question)}</summary>'
        f"<p>{escape(_MARKER.sub('', text))}</p></details>"
        for question, text in reversed(turns)
    )
    return f'<section class="earlier-list"><h3>{labels.EARLIER}</h3>{rows}</section>'


def _answer_card(answer: Answer) -> str:
    category = CATEGORY_NAMES[answer.category] if answer.category else labels.DECLINED
    kind = "answer" if answer.answered else "answer declined"
    sources = _sources(answer.citations) if answer.citations else ""
    return (
        f'<section class="card {kind}" aria-live="polite">'
        f'<p class="eyebrow">{escape(category)}</p>'
        f'<h2 class="question">{escape(answer.question.strip())}</h2>'
        f'<div class="answer-text">{_text(answer.text, len(answer.citations))}</div>'
        f"{sources}</section>"
    )


def _text(text: str, citations: int) -> str:
    """Lines to paragraphs and lists; ``[n]`` to buttons where citation n exists."""
    blocks: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        kind, body = _line(line)
        if kind == "blank":
            blocks.append(("blank", []))
        elif blocks and blocks[-1][0] == kind and kind != "p":
            blocks[-1][1].append(body)
        else:
            blocks.append((kind, [body]))
    return "".join(_block(kind, bodies, citations) for kind, bodies in blocks)


def _line(line: str) -> tuple[str, str]:
    step = _STEP.fullmatch(line)
    if step:
        return "ol", step.group(2)
    if line.startswith("- "):
        return "ul", line[2:]
    return ("p", line) if line.strip() else ("blank", "")


def _block(kind: str, bodies: list[str], citations: int) -> str:
    if kind == "blank":
        return ""
    if kind == "p":
        return f"<p>{_markers(bodies[0], citations)}</p>"
    items = "".join(f"<li>{_markers(body, citations)}</li>" for body in bodies)
    return f"<{kind}>{items}</{kind}>"


def _markers(body: str, citations: int) -> str:
    def button(match: re.Match[str]) -> str:
        n = int(match.group(1))
        if not 1 <= n <= citations:
            return match.group()
        name = labels.OPEN_SOURCE.format(n=n)
        return (
            f'<button type="button" class="cite" data-cite="{n}" aria-label="{name}" '
            f'title="{name}">{n}</button>'
        )

    return _MARKER.sub(button, escape(body))


def _sources(citations: tuple[Citation, ...]) -> str:
    """One row for each cited section, with all of its markers."""
    sections: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        sections.setdefault((citation.document_id, citation.section), []).append(citation)
    rows = "".join(_source(found) for found in sections.values())
    return f'<div class="sources"><h3>{labels.SOURCES}</h3><ul>{rows}</ul></div>'


def _source(found: list[Citation]) -> str:
    first = found[0]
    numbers = "".join(f'<span class="n">{c.n}</span>' for c in found)
    page = labels.PAGE.format(page=first.page) if first.page else ""
    as_of = labels.AS_OF.format(as_of=first.as_of) if first.as_of != "미상" else labels.NO_DATE
    return (
        f'<li><button type="button" class="source" data-cite="{first.n}">'
        f'<span class="numbers">{numbers}</span>'
        f'<span class="where"><b>{escape(first.title)}</b> › {escape(first.section)}{page}</span>'
        f'<span class="meta">{escape(labels.source_name(first.source))} · {as_of}</span>'
        "</button></li>"
    )


def _channel_card(channel: ChannelSuggestion) -> str:
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{_contact(name, value)}</dd></div>"
        for name, value in (
            (labels.WHERE, channel.location),
            (labels.CONTACT, channel.contact),
            (labels.HOURS, channel.hours),
            (labels.REPLY, channel.expected_reply),
        )
        if value
    )
    prepare = "".join(f"<li>{escape(item)}</li>" for item in channel.prepare)
    return (
        f'<section class="card channel" data-channel="{channel.id}">'
        f'<p class="eyebrow">{labels.NEXT_CHANNEL}</p>'
        f'<h2>{escape(channel.name)}{badge(channel)}</h2>'
        f'<p class="reason">{escape(channel.reason)}</p>'
        f"{_next_open(channel)}<dl>{rows}</dl>"
        + (f"<h3>{labels.PREPARE}</h3><ul class='prepare'>{prepare}</ul>" if prepare else "")
        + _draft(channel)
        + _alternatives(channel.alternatives)
        + "</section>"
    )


def badge(channel: ChannelSuggestion) -> str:
    """Open, closed, or no published hours, as a coloured word."""
    state = {True: "open", False: "closed", None: "always"}[channel.open_now]
    return f'<span class="badge {state}">{labels.BADGES[state]}</span>'


def _next_open(channel: ChannelSuggestion) -> str:
    if channel.next_open is None:
        return ""
    when = labels.next_open(channel.next_open)
    return f'<p class="next-open">{labels.NEXT_OPEN} <b>{escape(when)}</b></p>'


def _contact(name: str, value: str) -> str:
    shown = escape(value)
    digits = value.replace("-", "")
    if name == labels.CONTACT and digits.isdigit():
        return f'<a href="tel:{digits}">{shown}</a>'
    return shown


def _draft(channel: ChannelSuggestion) -> str:
    if not channel.draft:
        return ""
    return (
        f'<details class="draft"><summary>{labels.DRAFT}</summary>'
        f'<pre>{escape(channel.draft)}</pre>'
        f'<button type="button" class="copy">{labels.COPY}</button></details>'
    )


def _alternatives(others: tuple[ChannelSuggestion, ...]) -> str:
    if not others:
        return ""
    rows = "".join(
        f'<li><b>{escape(other.name)}</b>{badge(other)}<span>{escape(other.reason)}</span></li>'
        for other in others
    )
    return f'<details class="others"><summary>{labels.OTHERS}</summary><ul>{rows}</ul></details>'


def _related(answer: Answer) -> str:
    if not answer.related:
        return ""
    return (
        f'<nav class="related" aria-label="{labels.RELATED}"><h3>{labels.RELATED}</h3>'
        f"{chips(answer.related)}</nav>"
    )


def chips(questions: tuple[str, ...]) -> str:
    """Questions to press."""
    return "".join(
        f'<button type="button" class="chip" data-ask="{escape(question, quote=True)}">'
        f"{escape(question)}</button>"
        for question in questions
    )


def _documents(answer: Answer, find: FindDocument) -> str:
    """Each cited document once, its quotes marked, ready for the side panel."""
    by_document: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_document.setdefault(citation.document_id, []).append(citation)
    return "".join(
        f'<template data-document="{escape(name, quote=True)}" '
        f'data-cites="{",".join(str(c.n) for c in found)}">'
        f"{render_document(find(name), found)}</template>"
        for name, found in by_document.items()
    )
