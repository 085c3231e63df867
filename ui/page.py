"""The Gradio page: question box, answer, channel card, cited passages in a side panel."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant import Answer, Assistant, AssistantError, QuestionError
from corpus import channels
from ui import labels
from ui.render import render_answer, render_earlier, render_error
from ui.start import (
    STATIC,
    render_desk,
    render_examples,
    render_foot,
    render_header,
    render_panel,
    render_waiting,
)
from ui.writing import render_writing

if TYPE_CHECKING:
    import gradio as gr

# Gradio's start-up asks the network for a newer version unless told not to.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

CONCURRENT_ANSWERS = 32  # Gradio's default is one at a time for each event
KEPT_TURNS = 10
STYLES = ("base.css", "ask.css", "result.css", "card.css", "panel.css")
SCRIPTS = ("ask.js", "panel.js", "earlier.js")
FONTS = (
    "Pretendard", "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic",
    "sans-serif",
)  # fmt: skip
_LOG = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime | None]


@dataclass(frozen=True)
class Turn:
    """A question that was answered, by its number in the visit."""

    number: int
    question: str
    text: str


@dataclass(frozen=True)
class Visit:
    """What the page remembers of one seller until the page is closed."""

    asked: int = 0
    turns: tuple[Turn, ...] = ()


def create_app(bot: Assistant | None = None, clock: Clock | None = None) -> gr.Blocks:
    """The page as Gradio ``Blocks``.

    Args:
        bot: answers the questions; default: one from the environment's settings.
        clock: what time it is, for tests; default the present.
    """
    import gradio as gr

    answering = bot or Assistant()
    now = clock or _present

    def respond(question: str, visit: Visit) -> Iterator[tuple[Any, Any, Any, Any]]:
        for shown, after in replies(answering, question, visit, now()):
            if after is None:
                yield shown, gr.skip(), gr.skip(), gr.skip()
            else:
                yield result_of(shown, visit, after)

    def result_of(shown: str, visit: Visit, after: Visit) -> tuple[str, str, Visit, Any]:
        if not after.turns:
            shown += render_examples()
        earlier = render_earlier([(turn.number, turn.question) for turn in visit.turns])
        # A question that failed stays in the box to be mended; an answered one is on its card.
        box_value = "" if after.turns != visit.turns else gr.skip()
        return shown, earlier, after, box_value

    def desk() -> str:
        return render_desk(channels(), now())

    app = gr.Blocks(title=labels.TITLE, analytics_enabled=False, fill_width=True)
    with app:
        visit = gr.State(Visit())
        _html(render_header(), "page-head")
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
        _html(render_waiting(), "waiting")
        result = _html(render_examples(), "result")
        live = _html("", "desk")
        earlier = _html("", "earlier")
        _html(render_foot(), "page-foot")
        _html(render_panel(), "panel-holder")
        gr.on(
            [button.click, box.submit],
            respond,
            inputs=[box, visit],
            outputs=[result, earlier, visit, box],
            js="(...values) => { window.askingStarted(); return values; }",
            concurrency_limit=CONCURRENT_ANSWERS,
            show_progress="hidden",
            api_visibility="private",
        ).then(None, js="() => { window.askingEnded(); }", api_visibility="private")
        app.load(
            desk,
            outputs=live,
            concurrency_limit=CONCURRENT_ANSWERS,
            show_progress="hidden",
            api_visibility="private",
        )
    return app


def reply(
    bot: Assistant, question: str, visit: Visit, now: dt.datetime | None
) -> tuple[str, Visit]:
    """What the page shows for one question in the end, and the visit after it."""
    return next((shown, after) for shown, after in replies(bot, question, visit, now) if after)


def replies(
    bot: Assistant, question: str, visit: Visit, now: dt.datetime | None
) -> Iterator[tuple[str, Visit | None]]:
    """What the page shows while a language model writes, with None; last the result.

    The result comes with the visit after it.
    """
    number = visit.asked + 1
    failed = Visit(number, visit.turns)
    text = ""
    try:
        for step in bot.answer_stream(question, history=_history(visit), now=now):
            if isinstance(step, Answer):
                turn = Turn(number, step.question.strip(), step.text)
                after = Visit(number, (*visit.turns, turn)[-KEPT_TURNS:])
                yield render_answer(step, bot.document, number), after
            elif bot.streams:
                text += step
                yield render_writing(question, text, number), None
    except QuestionError as error:
        title = labels.CHECK_QUESTION if question.strip() else labels.NO_QUESTION
        yield render_error(question, title, str(error), number), failed
    except AssistantError as error:
        _LOG.exception("answering failed")
        yield render_error(question, labels.NO_ANSWER, str(error), number), failed
    except Exception:  # noqa: BLE001 - the last border: logged below, and told in Korean
        # A seller must not see a stack trace; the log keeps it for whoever runs the page.
        _LOG.exception("answering failed")
        yield render_error(question, labels.NO_ANSWER, labels.FAILED, number), failed


def launch_options() -> dict[str, Any]:
    """Look and behaviour, which Gradio 6 takes at launch."""
    import gradio as gr

    # In the head, not in ``css=``: Gradio re-serialises that and loses borders on the way.
    style = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES)
    script = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return {
        "theme": gr.themes.Base(font=FONTS, font_mono=("monospace",)),
        "head": f"<style>{style}</style><script>{script}</script>",
        "favicon_path": STATIC / "favicon.png",
        "footer_links": [],
        "run_history": False,  # Gradio would keep every question in the browser
        "ssr_mode": False,
    }


def _html(value: str, elem_id: str) -> gr.HTML:
    import gradio as gr

    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=None)


def _history(visit: Visit) -> list[dict[str, str]]:
    return [
        {"role": role, "content": content}
        for turn in visit.turns
        for role, content in (("user", turn.question), ("assistant", turn.text))
    ]


def _present() -> None:
    """The assistant's own default is the present."""
