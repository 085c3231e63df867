"""A language model's answer while it is being written."""

from __future__ import annotations

from html import escape

from ui import labels
from ui.render import fresh, text_blocks, unmarked


def render_writing(question: str, text: str, turn: int) -> str:
    """What is written so far, each sentence checked; the result takes its place.

    Markers lead nowhere yet, so they are left out.
    """
    blocks = text_blocks(unmarked(text), answered=True, known=set())
    return fresh(
        turn,
        'class="writing" aria-busy="true"',
        f'<section class="card answer"><p class="eyebrow" role="status">{labels.WRITING}</p>'
        f'<h2 class="question">{escape(question.strip())}</h2>'
        f'<div class="answer-text">{blocks}</div></section>',
        kind="writing",
    )
