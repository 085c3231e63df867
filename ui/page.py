"""The Gradio page: question box, answer, channel card, cited passages in a side panel."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import Answer, Assistant, AssistantError
from ui import labels
from ui.render import chips, render_answer, render_earlier, render_error

if TYPE_CHECKING:
    import gradio as gr

# Gradio's start-up asks the network for a newer version unless told not to.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

STATIC = Path(__file__).parent / "static"
CONCURRENT_ANSWERS = 32  # Gradio's default is one at a time for each event
KEPT_TURNS = 10
_LOG = logging.getLogger(__name__)

Turn = tuple[str, str]
Clock = Callable[[], dt.datetime | None]


def create_app(bot: Assistant | None = None, clock: Clock | None = None) -> gr.Blocks:
    """The page as Gradio ``Blocks``.

    Args:
        bot: answers the questions; default: one from the environment's settings.
        clock: what time it is, for tests; default the present.
    """
    import gradio as gr

    answering = bot or Assistant()

    def respond(question: str, turns: list[Turn]) -> tuple[str, str, list[Turn], str]:
        now = clock() if clock else None
        shown, turn = reply(answering, question, turns, now)
        earlier = render_earlier(turns)
        kept = [*turns, turn][-KEPT_TURNS:] if turn else turns
        return shown, earlier, kept, ""

    with gr.Blocks(title=labels.TITLE, analytics_enabled=False, fill_width=True) as app:
        turns = gr.State([])
        gr.HTML(_header(), elem_id="page-head")
        with gr.Row(elem_id="ask-bar"):
            box = gr.Textbox(
                label=labels.QUESTION,
                placeholder=labels.PLACEHOLDER,
                lines=1,
                max_lines=4,
                elem_id="question",
                autofocus=True,
                scale=1,
            )
            button = gr.Button(labels.ASK, elem_id="ask", variant="primary", scale=0)
        result = gr.HTML(_empty(), elem_id="result")
        earlier = gr.HTML("", elem_id="earlier")
        gr.HTML(_panel(), elem_id="panel-holder")
        gr.HTML(f'<p class="foot">{labels.FOOT}</p>', elem_id="page-foot")
        gr.on(
            [button.click, box.submit],
            respond,
            inputs=[box, turns],
            outputs=[result, earlier, turns, box],
            concurrency_limit=CONCURRENT_ANSWERS,
            show_progress="hidden",
            api_visibility="private",
        )
    return app


def reply(
    bot: Assistant, question: str, turns: list[Turn], now: dt.datetime | None
) -> tuple[str, Turn | None]:
    """What the page shows for one question, and the turn to remember if it was answered."""
    history = [
        {"role": role, "content": content}
        for asked, text in turns
        for role, content in (("user", asked), ("assistant", text))
    ]
    try:
        answer: Answer = bot.answer(question, history=history, now=now)
        return render_answer(answer, bot.document), (answer.question.strip(), answer.text)
    except AssistantError as error:
        return render_error(question, str(error)), None
    except Exception:
        # A seller must not see a stack trace; the log keeps it for whoever runs the page.
        _LOG.exception("answering failed")
        return render_error(question, labels.FAILED), None


def launch_options() -> dict[str, object]:
    """Look and behaviour, which Gradio 6 takes at launch."""
    import gradio as gr

    family = ["Pretendard", "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR",
              "Malgun Gothic", "sans-serif"]
    return {
        "theme": gr.themes.Base(font=family, font_mono=["monospace"]),
        "css": (STATIC / "style.css").read_text(encoding="utf-8"),
        "head": f"<script>{(STATIC / 'page.js').read_text(encoding='utf-8')}</script>",
        "footer_links": [],
        "ssr_mode": False,
    }


def _header() -> str:
    return (
        f'<header class="head"><h1>{labels.TITLE}</h1><p>{labels.TAGLINE}</p></header>'
    )


def _empty() -> str:
    return (
        f'<section class="empty"><h2>{labels.EXAMPLES}</h2>'
        f'<div class="examples">{chips(labels.EXAMPLE_QUESTIONS)}</div></section>'
    )


def _panel() -> str:
    close = escape(labels.CLOSE, quote=True)
    return (
        '<div class="panel-shade" hidden></div>'
        f'<aside class="panel" hidden role="dialog" aria-modal="true" aria-label="{labels.SOURCES}">'
        f'<button type="button" class="panel-close" aria-label="{close}">{close}</button>'
        '<div class="panel-body" tabindex="-1"></div></aside>'
    )
