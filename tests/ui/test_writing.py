"""The page while a language model writes: what is checked shows at once, the result replaces it."""

from __future__ import annotations

import threading

import pytest
from pagetools import StandIn, answer, cite, document

from ui import labels
from ui.page import Visit, replies
from ui.render import render_answer
from ui.writing import render_writing

SOURCE = document("## 절\n\n문장입니다.\n")
CITED = (cite(1, SOURCE, "문장입니다."),)
REASON = "LLM의 답에 인용한 문서에 없는 숫자나 시각이 있었습니다."


def test_each_piece_is_shown_with_those_before_it_and_the_result_comes_last() -> None:
    made = answer("첫 문장입니다. [1] 다음 문장입니다. [1]", CITED)
    bot = StandIn(made, SOURCE, pieces=("첫 문장입니다. [1]", " 다음 문장입니다. [1]"))
    (first, none), (second, _), (last, after) = replies(bot, "질문", Visit(), None)
    assert "<p>첫 문장입니다.</p>" in first
    assert "<p>첫 문장입니다. 다음 문장입니다.</p>" in second
    assert none is None
    assert last == render_answer(made, bot.document, 1)
    assert after.turns[0].text == made.text


def test_pieces_of_an_extractive_answer_are_not_shown_one_by_one() -> None:
    bot = StandIn(answer("문장입니다. [1]", CITED), SOURCE, pieces=("문장입니다. [1]",))
    bot.streams = False
    assert len(list(replies(bot, "질문", Visit(), None))) == 1


def test_what_is_being_written_is_escaped() -> None:
    shown = render_writing("<i>질문", "<b>글</b>입니다. [1]", 1)
    assert "<b>" not in shown
    assert "<i>질문" not in shown


def test_the_page_says_why_a_models_answer_was_not_used() -> None:
    shown = render_answer(answer("문장입니다. [1]", CITED, fallback_reason=REASON), _find, 1)
    assert f'<p class="fallback">{REASON}</p>' in shown
    assert "fallback" not in render_answer(answer("문장입니다. [1]", CITED), _find, 1)


def _find(_: str) -> object:
    return SOURCE


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting':DeprecationWarning")
def test_a_seller_reads_along_and_then_sees_the_answer_that_replaces_it(open_page, serve) -> None:
    go_on = threading.Event()

    def later() -> str:
        go_on.wait(20)
        return " 둘째 문장입니다. [1]"

    made = answer("문장입니다. [1]", CITED, fallback_reason=REASON)
    page = open_page(serve(StandIn(made, SOURCE, pieces=("첫 문장입니다. [1]", later))))
    page.fill("#question textarea", "질문")
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#result .writing:has-text('첫 문장입니다.')")
    page.wait_for_selector("html[data-asking='slow']")
    assert page.locator("#result .writing").is_visible()
    assert page.locator(f"text={labels.WRITING}").is_visible()
    assert not page.locator("#waiting").is_visible()
    go_on.set()
    page.wait_for_selector("#result .result")
    page.wait_for_function("!document.documentElement.dataset.asking")
    assert page.locator("#result .writing").count() == 0
    assert page.locator("#result .answer-text .cite").count() == 1
    assert "첫 문장" not in page.inner_text("#result")
    assert page.locator(f"#result >> text={REASON}").is_visible()
