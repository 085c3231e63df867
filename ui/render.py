"""An `Answer` as HTML. Everything that comes from a question or a document is escaped here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

from assistant import Answer, Citation, texts
from corpus import CATEGORY_NAMES, Document
from ui import labels
from ui.card import channel_card, copy_button
from ui.document import render_document

MAX_SHOWN_QUESTION = 200  # characters of a question that is repeated beside an error

_MARKER = re.compile(r" ?\[(\d+)\]")
_CLAIM_END = re.compile(r"(\S{0,8} ?)\[(\d+)\]")  # the last syllables before a marker, and it
_STEP = re.compile(r"\d+\. (.*)")
_TOPIC = re.compile(r"(.+?) – (.+)")

FindDocument = Callable[[str], Document]


def render_answer(answer: Answer, find: FindDocument, turn: int) -> str:
    """The whole result: answer, sources, channel, next questions, and the cited documents.

    Args:
        answer: what to show.
        find: gives the document with an id, for the cited ones.
        turn: the number of the question in this visit; a result is told from the last one by it.
    """
    return fresh(
        turn,
        f'class="result" data-turn="{turn}" data-answered="{str(answer.answered).lower()}" '
        f'data-spoken="{escape(spoken(answer), quote=True)}"',
        f'<div class="result-main">{_answer_card(answer)}</div>'
        f'<div class="result-side">{channel_card(answer.channel)}</div>'
        f"{_related(answer)}{_documents(answer, find)}",
    )


def render_error(question: str, title: str, message: str, turn: int) -> str:
    """A question that cannot be used, or a failure, in words and nothing else."""
    asked = escape(question.strip()[:MAX_SHOWN_QUESTION])
    more = "…" if len(question.strip()) > MAX_SHOWN_QUESTION else ""
    shown = f'<blockquote class="asked">{asked}{more}</blockquote>' if asked else ""
    return fresh(
        turn,
        f'class="result failed" data-turn="{turn}"',
        f'<div class="result-main"><section class="card notice" role="alert">'
        f'<h2 class="question">{title}</h2><p>{escape(message)}</p>{shown}</section></div>',
    )


def render_earlier(turns: Sequence[tuple[int, str]]) -> str:
    """Earlier questions of this visit, newest first; the browser still holds their answers."""
    if not turns:
        return ""
    rows = "".join(
        f'<details class="earlier" data-turn="{turn}"><summary>{escape(question)}</summary>'
        '<div class="earlier-answer"></div></details>'
        for turn, question in reversed(turns)
    )
    return fresh(turns[-1][0], 'class="earlier-list"', f"<h3>{labels.EARLIER}</h3>{rows}")


def spoken(answer: Answer) -> str:
    """What a screen reader announces: the answer without its markers."""
    return " ".join(unmarked(answer.text).split())


def unmarked(text: str) -> str:
    """``text`` without its markers."""
    return _MARKER.sub("", text)


def plain(answer: Answer) -> str:
    """Question, answer and sources as text to paste elsewhere."""
    sources = [f"[{c.n}] {labels.place(c)} ({labels.origin(c)})" for c in answer.citations]
    listed = ["", labels.SOURCES, *sources] if sources else []
    return "\n".join([answer.question.strip(), "", answer.text, *listed])


def chips(questions: tuple[str, ...]) -> str:
    """Questions to press."""
    return "".join(
        f'<li><button type="button" class="chip" data-ask="{escape(question, quote=True)}">'
        f"{escape(question)}</button></li>"
        for question in questions
    )


def fresh(turn: int, attributes: str, inner: str, kind: str = "turn") -> str:
    """An element that no other turn has.

    Gradio changes the shown HTML node by node where tags are equal, and never looks into a
    ``<template>``: the documents of the last answer would stay under the markers of this one.
    """
    return f"<{kind}-{turn} {attributes}>{inner}</{kind}-{turn}>"


def _answer_card(answer: Answer) -> str:
    question = escape(answer.question.strip())
    edit = (
        f'<button type="button" class="quiet" data-edit="{escape(answer.question, quote=True)}">'
        f"{labels.EDIT_QUESTION}</button>"
    )
    copy = copy_button(plain(answer), labels.COPY_ANSWER) if answer.answered else ""
    return (
        f'<section class="card answer{"" if answer.answered else " declined"}">'
        f'<p class="eyebrow">{_eyebrow(answer)}</p>'
        f'<h2 class="question" tabindex="-1">{question}</h2>'
        f'<div class="answer-text">{_text(answer)}</div>{_sources(answer.citations)}'
        f'<div class="actions">{copy}{edit}</div></section>'
    )


def _eyebrow(answer: Answer) -> str:
    if answer.category:
        return escape(CATEGORY_NAMES[answer.category])
    if answer.answered:
        return labels.OWN
    unknown = answer.text.startswith(texts.DECLINE["unknown"])
    return labels.DECLINED if unknown else labels.GUIDANCE


def _text(answer: Answer) -> str:
    """The answer's text, and why a language model's was not used."""
    known = {citation.n for citation in answer.citations}
    blocks = text_blocks(answer.text, answer.answered, known)
    if answer.fallback_reason is None:
        return blocks
    return f'{blocks}<p class="fallback">{escape(answer.fallback_reason)}</p>'


def text_blocks(text: str, answered: bool, known: set[int]) -> str:
    """Lines to paragraphs and lists; ``[n]`` to buttons where citation n is ``known``."""
    blocks: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        kind, body = _line(line, answered)
        if blocks and blocks[-1][0] == kind and kind != "p":
            blocks[-1][1].append(body)
        else:
            blocks.append((kind, [body]))
    return "".join(_block(kind, bodies, known) for kind, bodies in blocks)


def _line(line: str, answered: bool) -> tuple[str, str]:
    step = _STEP.fullmatch(line)
    if step:
        return "ol", step.group(1)
    if line.startswith("- "):
        return ("ul" if answered else "topics"), line[2:]
    return ("p", line) if line.strip() else ("blank", "")


def _block(kind: str, bodies: list[str], known: set[int]) -> str:
    if kind == "blank":
        return ""
    if kind == "p":
        return f"<p>{_markers(bodies[0], known)}</p>"
    if kind == "topics":
        return f'<ul class="topics">{"".join(map(_topic, bodies))}</ul>'
    items = "".join(f"<li>{_markers(body, known)}</li>" for body in bodies)
    return f"<{kind}>{items}</{kind}>"


def _topic(body: str) -> str:
    """A section near to a declined question, under its document's title: pressed, it answers."""
    named = _TOPIC.fullmatch(body)
    if named is None:
        return f"<li><b>{escape(body)}</b></li>"
    document, section = named.groups()
    return (
        f'<li><button type="button" class="topic" data-ask="{escape(section, quote=True)}">'
        f"<span>{escape(document)}</span><b>{escape(section)}</b></button></li>"
    )


def _markers(body: str, known: set[int]) -> str:
    """Escaped text with its markers; each stays on the line of its claim's last syllables."""
    pieces: list[str] = []
    at = 0
    for match in _CLAIM_END.finditer(body):
        n = int(match[2])
        if n in known:
            word = escape(match[1]).replace(" ", "&nbsp;")
            pieces += [
                escape(body[at : match.start()]),
                f'<span class="held">{word}{_cite(n)}</span>',
            ]
            at = match.end()
    return "".join([*pieces, escape(body[at:])])


def _cite(n: int) -> str:
    name = labels.OPEN_SOURCE.format(n=n)
    return (
        f'<button type="button" class="cite" data-cite="{n}" aria-label="{name}" '
        f'title="{name}">{n}</button>'
    )


def _sources(citations: tuple[Citation, ...]) -> str:
    """One row for each cited section, with all of its markers."""
    if not citations:
        return ""
    sections: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        sections.setdefault((citation.document_id, citation.section), []).append(citation)
    rows = "".join(_source(found) for found in sections.values())
    return f'<div class="sources"><h3>{labels.SOURCES}</h3><ul>{rows}</ul></div>'


def _source(found: list[Citation]) -> str:
    first = found[0]
    numbers = "".join(_cite(citation.n) for citation in found)
    return (
        f'<li><span class="numbers">{numbers}</span>'
        f'<button type="button" class="source" data-cite="{first.n}">'
        f'<span class="where">{escape(labels.place(first))}</span>'
        f'<span class="meta">{escape(labels.origin(first))}</span></button></li>'
    )


def _related(answer: Answer) -> str:
    if not answer.related:
        return ""
    return (
        f'<nav class="related" aria-label="{labels.RELATED}"><h3>{labels.RELATED}</h3>'
        f'<ul class="chips">{chips(answer.related)}</ul></nav>'
    )


def _documents(answer: Answer, find: FindDocument) -> str:
    """Each cited document once, its quotes marked, ready for the side panel."""
    by_document: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_document.setdefault(citation.document_id, []).append(citation)
    return "".join(_template(find(name), found) for name, found in by_document.items())


def _template(document: Document, found: list[Citation]) -> str:
    numbers = " ".join(str(citation.n) for citation in found)
    return (
        f'<template data-document="{escape(document.id, quote=True)}" '
        f'data-title="{escape(document.title, quote=True)}" data-cites="{numbers}">'
        f"{render_document(document, found)}</template>"
    )
