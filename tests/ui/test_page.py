"""The page in a real Chromium, on the shipped corpus, model and index."""

from __future__ import annotations

import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from pagetools import StandIn, answer, channel, cite, document, hostile, wording

from assistant.hours import KOREA
from corpus import IndexMissingError
from ui import labels
from ui.page import CONCURRENT_ANSWERS, KEPT_TURNS, Visit, create_app, launch_options, reply
from ui.start import STATIC

pytestmark = [
    pytest.mark.browser,
    # Gradio's queue counts its events with an option that pandas 3 calls old.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting':DeprecationWarning"),
]

SATURDAY = dt.datetime(2026, 11, 28, 11, 0, tzinfo=KOREA)
WITH_STEPS = "송장번호를 잘못 넣었는데 어떻게 고쳐요?"
SECOND = "손님에게 줄 할인 쿠폰을 만드는 방법과 받을 대상을 정하는 방법을 알려 주세요"
URGENT = "상담원과 급하게 통화하고 싶은데 고객센터 전화번호가 뭐예요?"
OUTSIDE = "내일 서울 날씨 어때요?"
NEAR_MISS = "스토어 팔로워 수를 한 번에 늘리는 방법 있나요"


@pytest.fixture(scope="module")
def url(serve, bot):
    """The page as it ships, on a Saturday morning."""
    bot.warm_up()
    return serve(bot, SATURDAY)


def ask(page, question):
    """Type a question, press Enter, and wait for the result that is about it."""
    before = turn(page)
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    await_result(page, before)


def turn(page):
    shown = page.locator("#result .result")
    return shown.get_attribute("data-turn") if shown.count() else ""


def await_result(page, before=""):
    page.wait_for_selector(f'#result .result:not([data-turn="{before}"])')
    page.wait_for_function("!document.documentElement.dataset.asking")


def quoted(page, n):
    """The text inside the marks of quote n in the open panel."""
    return "".join(page.locator(f'.panel mark[data-quote~="{n}"]').all_inner_texts())


def check_every_marker(page, root, expected):
    """Each marker under ``root`` opens its own document with exactly its quote made strong."""
    markers = page.locator(f"{root} [data-cite]")
    assert {int(n) for n in markers.evaluate_all("all => all.map(b => b.dataset.cite)")} == {
        citation.n for citation in expected.citations
    }
    by_number = {citation.n: citation for citation in expected.citations}
    for place in range(markers.count()):
        markers.nth(place).click()
        citation = by_number[int(markers.nth(place).get_attribute("data-cite"))]
        panel = page.locator(".panel[open]")
        assert panel.get_attribute("data-document") == citation.document_id
        assert panel.locator(".panel-title").inner_text() == citation.title
        strong = "".join(panel.locator("mark.current").all_inner_texts())
        assert "".join(strong.split()) == wording(citation.quote)
        assert panel.locator("mark.current").first.is_visible()
        in_view = "m => { const a = m.getBoundingClientRect(), b = m.closest('.panel-body')"
        in_view += ".getBoundingClientRect(); return a.top >= b.top - 1 && a.top < b.bottom; }"
        assert panel.locator("mark.current").first.evaluate(in_view)
        page.keyboard.press("Escape")
        panel.wait_for(state="hidden")


# Answers and citations


def test_a_question_is_answered_on_the_page(open_page, url, bot) -> None:
    page = open_page(url)
    ask(page, WITH_STEPS)
    expected = bot.answer(WITH_STEPS, now=SATURDAY)
    assert page.locator("#result h2.question").inner_text() == WITH_STEPS
    shown = page.locator("#result .answer-text").inner_text()
    without = re.sub(r"\[\d+\]|^\d+\. |^- ", "", expected.text, flags=re.MULTILINE)
    numbers = {str(citation.n) for citation in expected.citations}
    shown_words = [word for word in shown.split() if word not in numbers]
    assert shown_words == [word for word in without.split() if word not in numbers]
    assert page.locator("#question textarea").input_value() == ""
    assert page.locator(".announcer").inner_text().startswith(without.split()[0])


def test_every_marker_opens_its_quote_and_again_after_a_second_question(
    open_page, url, bot
) -> None:
    page = open_page(url)
    history, visit, documents = [], Visit(), []
    for question in (WITH_STEPS, SECOND):
        ask(page, question)
        expected = bot.answer(question, history=history, now=SATURDAY)
        assert len(expected.citations) > 1
        documents.append({citation.document_id for citation in expected.citations})
        check_every_marker(page, "#result", expected)
        _, visit = reply(bot, question, visit, SATURDAY)
        history = [
            {"role": role, "content": text}
            for one in visit.turns
            for role, text in (("user", one.question), ("assistant", one.text))
        ]
    assert documents[0].isdisjoint(documents[1])


def test_an_earlier_question_shows_its_answer_with_working_citations(open_page, url, bot) -> None:
    page = open_page(url)
    ask(page, WITH_STEPS)
    ask(page, SECOND)  # has citations with the same numbers
    assert page.locator("#result .cite").count()
    assert page.locator(".earlier > summary").all_inner_texts() == [WITH_STEPS]
    page.click(".earlier > summary")
    check_every_marker(page, ".earlier-answer", bot.answer(WITH_STEPS, now=SATURDAY))


def test_another_document_opens_at_its_own_quote(open_page, serve) -> None:
    filler = "\n\n".join(f"{n}번째 줄입니다." for n in range(200))
    one = document(f"# 하나\n\n## 절\n\n{filler}\n\n하나의 끝.\n", id="one", title="하나")
    two = document(f"# 둘\n\n## 절\n\n둘의 처음.\n\n{filler}\n", id="two", title="둘")
    made = answer(
        "하나의 끝. [1] 둘의 처음. [2]", (cite(1, one, "하나의 끝."), cite(2, two, "둘의 처음."))
    )
    page = open_page(serve(StandIn(made, one, two)))
    ask(page, "질문")
    check_every_marker(page, "#result .answer-text", made)


def test_the_current_quote_is_stronger_than_the_others(open_page, url) -> None:
    page = open_page(url)
    ask(page, WITH_STEPS)
    page.click("#result .answer-text .cite")
    colour = "mark => getComputedStyle(mark).backgroundColor"
    current = page.locator(".panel mark.current").first.evaluate(colour)
    other = page.locator(".panel mark:not(.current)").first.evaluate(colour)
    assert (current, other) == ("rgb(255, 228, 138)", "rgb(251, 246, 227)")


# The panel and the keyboard


def test_the_panel_keeps_the_keyboard_and_gives_it_back(open_page, url) -> None:
    page = open_page(url)
    ask(page, WITH_STEPS)
    marker = page.locator("#result .answer-text .cite").nth(1)
    marker.focus()
    page.keyboard.press("Enter")
    inside = "document.querySelector('.panel').contains(document.activeElement)"
    seen = set()
    for key in ["Tab"] * 6 + ["Shift+Tab"] * 6:
        assert page.evaluate(inside), key
        seen.add(page.evaluate("document.activeElement.className"))
        page.keyboard.press(key)
    assert "panel-close" in seen
    assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    page.keyboard.press("Escape")
    page.locator(".panel").wait_for(state="hidden")
    # The dialog tells of its closing in a task of its own, a moment later.
    page.wait_for_function("document.documentElement.style.overflow === ''")
    page.wait_for_function("node => node === document.activeElement", arg=marker.element_handle())


@pytest.mark.parametrize("way", ["button", "shade"])
def test_the_panel_closes_by_mouse_too(open_page, url, way) -> None:
    page = open_page(url)
    ask(page, WITH_STEPS)
    page.click("#result .answer-text .cite")
    if way == "button":
        page.click(".panel-close")
    else:
        page.mouse.click(20, 400)
    page.locator(".panel").wait_for(state="hidden")
    page.wait_for_function("document.documentElement.style.overflow === ''")


def test_shift_enter_writes_a_line_and_enter_asks(open_page, url) -> None:
    page = open_page(url)
    page.fill("#question textarea", "정산은")
    page.press("#question textarea", "Shift+Enter")
    page.keyboard.type("언제 되나요?")
    assert page.locator("#question textarea").input_value() == "정산은\n언제 되나요?"
    page.keyboard.press("Enter")
    await_result(page)
    assert page.locator("#question textarea").evaluate("n => n === document.activeElement")


def test_enter_that_ends_a_hangul_syllable_does_not_ask(open_page, serve) -> None:
    bot = StandIn(answer("답입니다."))
    page = open_page(serve(bot))
    page.fill("#question textarea", "정산")
    for kind in ("keydown", "keypress"):
        event = {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
        page.locator("#question textarea").evaluate(
            "(n, [kind, init]) => n.dispatchEvent(new KeyboardEvent(kind, init))", [kind, event]
        )
    page.wait_for_timeout(400)
    assert bot.asked == []


def test_on_a_phone_the_answer_takes_the_focus(open_page, url) -> None:
    page = open_page(url, "phone", has_touch=True, is_mobile=True)
    ask(page, WITH_STEPS)
    assert page.evaluate("document.activeElement.className") == "question"
    assert page.locator("#result h2.question").bounding_box()["y"] < 844


# The channel


def test_the_channel_card_tells_when_the_channel_opens(open_page, url) -> None:
    page = open_page(url)
    ask(page, URGENT)
    card = page.locator(".result-side .channel")
    assert card.get_attribute("data-channel") == "phone"
    assert card.locator(".channel-head .badge").inner_text() == labels.BADGES["closed"]
    assert card.locator(".next-open").inner_text() == "다음 상담 시작 11월 30일(월) 09:00"
    assert card.locator("dl a").get_attribute("href") == "tel:15883819"


def test_the_channel_card_tells_that_the_channel_is_open(open_page, serve, bot) -> None:
    page = open_page(serve(bot, dt.datetime(2026, 11, 25, 10, 0, tzinfo=KOREA)))
    assert page.locator(".desk .badge").all_inner_texts() == [labels.BADGES["open"]] * 2
    ask(page, URGENT)
    card = page.locator(".result-side .channel")
    assert card.locator(".channel-head .badge").inner_text() == labels.BADGES["open"]
    assert card.locator(".next-open").count() == 0


def test_the_page_tells_on_opening_who_can_be_reached(open_page, url) -> None:
    desk = open_page(url).locator(".desk")
    assert desk.locator(".badge").all_inner_texts() == [labels.BADGES["closed"]] * 2
    assert desk.locator(".when").all_inner_texts() == ["11월 30일(월) 09:00에 시작"] * 2


# Questions that are not answered


def test_a_question_outside_the_documents_is_declined_with_a_channel(open_page, url) -> None:
    page = open_page(url)
    ask(page, OUTSIDE)
    assert page.locator("#result .result").get_attribute("data-answered") == "false"
    assert page.locator("#result .declined").is_visible()
    assert page.locator("#result [data-cite]").count() == 0
    assert page.locator(".result-side .channel .badge").first.is_visible()


def test_a_script_as_question_is_shown_as_text(open_page, url) -> None:
    page = open_page(url)
    for question in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)> 정산은 언제?"):
        ask(page, question)
        assert page.locator("#result h2.question").inner_text() == question
    assert "<script>alert(1)</script>" in page.locator(".earlier > summary").all_inner_texts()


def test_a_script_in_a_document_is_shown_as_text(open_page, serve) -> None:
    made, source = hostile()
    page = open_page(serve(StandIn(made, source)))
    ask(page, "질문")
    page.click("#result .answer-text .cite")
    assert page.locator(".panel-title").inner_text() == source.title
    assert "<script>alert(1)</script>" in quoted(page, 1)
    assert page.locator(".panel img, .panel script, .result img, .result script").count() == 0


@pytest.mark.parametrize(
    ("question", "told"),
    [("", "질문이 비어 있습니다"), ("   \n", "질문이 비어 있습니다"), ("가" * 20_000, "20,000자")],
    ids=["empty", "blank", "20000"],
)
def test_an_unusable_question_gets_a_korean_message(open_page, url, question, told) -> None:
    page = open_page(url)
    page.fill("#question textarea", question)
    page.click("#ask")
    await_result(page)
    message = page.locator("#result .notice").inner_text()
    assert told in message
    assert "Traceback" not in page.inner_text("body")
    assert page.locator("#question textarea").input_value() == question
    assert page.locator("#ask").is_enabled()
    assert page.locator("#result .tile").count() == 6


@pytest.mark.parametrize(
    ("error", "told"),
    [(RuntimeError("secret.py"), labels.FAILED), (IndexMissingError("폴더"), "index build")],
    ids=["unknown", "ours"],
)
def test_a_failing_assistant_is_told_in_korean(open_page, serve, error, told) -> None:
    def fail(question):
        if question == "고장":
            raise error
        return answer("답입니다.")

    page = open_page(serve(StandIn(fail)))
    ask(page, "고장")
    assert told in page.locator("#result .notice").inner_text()
    assert not re.search("Traceback|Error|secret", page.inner_text("body"))
    assert page.locator("#question textarea").input_value() == "고장"
    ask(page, "다음")
    assert "답입니다." in page.locator("#result .answer-text").inner_text()


# Waiting


def test_waiting_is_seen_at_once_and_ends(open_page, serve) -> None:
    go_on = threading.Event()

    def slow(question):
        go_on.wait(20)
        return answer("답입니다.")

    bot = StandIn(slow)
    page = open_page(serve(bot))
    page.fill("#question textarea", "느린 질문")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".waiting", state="visible", timeout=5000)
    assert page.locator("#ask").is_disabled()
    page.press("#question textarea", "Enter")  # impatient
    go_on.set()
    await_result(page)
    assert page.locator(".waiting").is_hidden()
    assert page.locator("#ask").is_enabled()
    assert bot.asked == ["느린 질문"]


def test_the_same_question_twice_is_answered_twice(open_page, url) -> None:
    page = open_page(url)
    ask(page, WITH_STEPS)
    ask(page, WITH_STEPS)
    assert turn(page) == "2"


def test_a_lost_connection_is_told_in_korean(open_page, bot) -> None:
    app = create_app(bot)
    app.launch(server_name="127.0.0.1", quiet=True, prevent_thread_lock=True, **launch_options())
    page = open_page(app.local_url)
    app.close(verbose=False)
    page.fill("#question textarea", "정산은 언제 되나요?")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".lost", state="visible")
    assert labels.LOST in page.locator(".lost").inner_text()
    assert page.locator("#ask").is_enabled()
    assert page.locator("#question textarea").input_value() == "정산은 언제 되나요?"
    open_page.complaints.clear()  # the browser rightly reports the refused connection


def test_sellers_are_answered_at_the_same_time(serve) -> None:
    together = threading.Barrier(CONCURRENT_ANSWERS)

    def meet(question):
        together.wait(30)
        return answer("답입니다.")

    address = serve(StandIn(meet))
    config = httpx.get(f"{address}/config").json()
    function = next(d["id"] for d in config["dependencies"] if len(d["inputs"]) == 2)

    def seller(number):
        session = {"session_hash": f"seller{number}", "fn_index": function}
        body = {"data": [f"질문 {number}", None], **session}
        with httpx.Client(base_url=address, timeout=60) as client:
            client.post("/gradio_api/queue/join", json=body).raise_for_status()
            stream = client.get("/gradio_api/queue/data", params=session).text
        return f"질문 {number}" in stream and "process_completed" in stream

    with ThreadPoolExecutor(CONCURRENT_ANSWERS) as sellers:
        assert all(sellers.map(seller, range(CONCURRENT_ANSWERS)))


# The page as a whole


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
def test_nothing_scrolls_sideways(open_page, url, size) -> None:
    page = open_page(url, size)
    too_wide = "document.documentElement.scrollWidth > window.innerWidth"
    assert not page.evaluate(too_wide)
    for question in (WITH_STEPS, OUTSIDE, "가나다" * 60, "https://example.com/" + "a" * 150):
        ask(page, question)
        assert not page.evaluate(too_wide), question
    for kind in (".earlier", "details"):  # the answers inside bring more to unfold
        page.evaluate(f"document.querySelectorAll('{kind}').forEach(one => one.open = true)")
        page.wait_for_selector(".earlier-answer .cite")
    assert not page.evaluate(too_wide)
    page.locator("#earlier .cite").first.click()
    wide = "body => body.scrollWidth > body.clientWidth"
    assert not page.locator(".panel-body").evaluate(wide)


def test_the_cards_stand_under_the_question_box(open_page, url) -> None:
    page = open_page(url)
    ask(page, WITH_STEPS)
    bar = page.locator("#ask-bar").bounding_box()
    card, side = (page.locator(s).bounding_box() for s in (".answer", ".result-side"))
    assert card["x"] == bar["x"]
    assert side["x"] + side["width"] == bar["x"] + bar["width"]


def test_the_source_rows_share_one_number_column(open_page, serve) -> None:
    source = document("## 절\n\n가. 나. 다. 라. 마. 바.\n")
    cited = [cite(n, source, f"{c}.") for n, c in enumerate("가나다라마", 1)]
    last = cite(6, source, "바.", section="다른 절")
    made = answer("가 [1] 나 [2] 다 [3] 라 [4] 마 [5] 바 [6]", (*cited, last))
    page = open_page(serve(StandIn(made, source)))
    ask(page, "질문")
    lefts = page.locator("#result .sources .source").evaluate_all(
        "rows => rows.map(row => row.getBoundingClientRect().left)"
    )
    assert len(lefts) == 2
    assert len(set(lefts)) == 1


@pytest.mark.parametrize("kind", [".tile", ".chip"])
def test_a_suggested_question_asks_itself(open_page, url, kind) -> None:
    page = open_page(url)
    if kind == ".chip":
        ask(page, WITH_STEPS)
    before = turn(page)
    wanted = page.locator(kind).first.get_attribute("data-ask")
    page.locator(kind).first.click()
    await_result(page, before)
    assert page.locator("#result h2.question").inner_text() == wanted


def test_a_question_can_be_mended(open_page, url) -> None:
    page = open_page(url)
    ask(page, OUTSIDE)
    page.click("#result [data-edit]")
    assert page.locator("#question textarea").input_value() == OUTSIDE


def test_the_answer_and_the_draft_can_be_copied(open_page, serve) -> None:
    source = document("## 절\n\n문장입니다.\n")
    draft = '[상황] <b>"따옴표"</b>\n[첨부] (화면 캡처)'
    cited = (cite(1, source, "문장입니다."),)
    made = answer("문장입니다. [1]", cited, channel=channel(draft=draft))
    page = open_page(
        serve(StandIn(made, source)), permissions=["clipboard-read", "clipboard-write"]
    )
    ask(page, "질문")
    page.click("#result .actions .copy")
    page.wait_for_selector(f"#result .actions .copy:has-text('{labels.COPIED}')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "질문\n\n문장입니다. [1]\n\n출처\n[1] 제목 – 절 (도움말 · 2025-03 기준)"
    page.click(".draft summary")
    page.click(".draft .copy")
    page.wait_for_selector(f".draft .copy:has-text('{labels.COPIED}')")
    assert page.evaluate("navigator.clipboard.readText()") == draft


def test_copying_works_without_the_clipboard_interface_too(open_page, serve) -> None:
    page = open_page(serve(StandIn(answer("답입니다.", answered=True, category="order"))))
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    ask(page, "질문")
    page.click("#result .actions .copy")
    page.wait_for_selector(f"#result .actions .copy:has-text('{labels.COPIED}')")


def test_the_visit_remembers_a_bounded_number_of_questions(bot) -> None:
    visit = Visit()
    for _ in range(KEPT_TURNS + 2):
        _, visit = reply(bot, "정산은 언제 되나요?", visit, SATURDAY)
    numbers = [one.number for one in visit.turns]
    assert numbers == list(range(3, KEPT_TURNS + 3))


def test_the_page_is_our_own(open_page, url) -> None:
    page = open_page(url)
    assert page.title() == labels.TITLE
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert not re.search("gradio|API|Settings", page.inner_text("body"), re.IGNORECASE)
    icon = page.request.get(f"{url}/favicon.ico")
    assert icon.headers["content-type"] == "image/png"
    assert icon.body() == (STATIC / "favicon.png").read_bytes()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_text_has_enough_contrast_even_for_a_dark_system(open_page, url, size) -> None:
    page = open_page(url, size, color_scheme="dark")
    assert page.evaluate(LOW_CONTRAST) == []
    ask(page, OUTSIDE)
    assert page.evaluate(LOW_CONTRAST) == []
    ask(page, WITH_STEPS)
    page.click("#result .answer-text .cite")
    assert page.evaluate(LOW_CONTRAST) == []


def test_a_topic_near_to_a_declined_question_is_answered_when_pressed(open_page, url) -> None:
    page = open_page(url)
    ask(page, NEAR_MISS)
    before = turn(page)
    topic = page.locator("#result .topics .topic").first
    section = topic.locator("b").inner_text()
    topic.click()
    await_result(page, before)
    assert page.inner_text("#result h2.question") == section
    assert page.locator("#result .answer-text .cite").count()


def test_the_button_that_waits_has_enough_contrast(open_page, url) -> None:
    page = open_page(url)
    page.evaluate("document.querySelector('#ask').disabled = true")
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    assert page.evaluate(LOW_CONTRAST) == []


# Visible text whose contrast with the nearest opaque background is under 4.5 to 1 (WCAG AA).
LOW_CONTRAST = """() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const low = [];
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || !node.getClientRects().length) continue;
    if (node.closest("script, style, template")) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) low.push(`${node.className || node.tagName} ${ratio.toFixed(2)}: ${walker.currentNode.data.trim()}`);
  }
  return low;
}"""  # noqa: E501
