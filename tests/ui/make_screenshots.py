"""The README's two pictures: ``python tests/ui/make_screenshots.py`` from the repository's root.

Uses the index of the environment's settings; build it first (``smartstore-assistant index build``).
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from conftest import CHROMIUM, FLAGS, SIZES
from playwright.sync_api import Page, sync_playwright

from assistant import Assistant
from assistant.hours import KOREA
from ui.page import create_app, launch_options

DOCS = Path(__file__).parents[2] / "docs"
LUNCH = dt.datetime(2026, 11, 25, 12, 20, tzinfo=KOREA)  # closed for another forty minutes
DESKTOP = "고객센터 전화번호와 점심시간 알려 주세요"
PHONE = "송장번호를 잘못 넣었는데 어떻게 고쳐요?"
MOST_BYTES = 300_000


def ask(page: Page, address: str, question: str) -> None:
    """Leave the answer to ``question`` on the page."""
    page.goto(address)
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#result .result")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(300)


def picture(page: Page, name: str) -> None:
    """Write the page to ``docs/``, small enough for a README."""
    path = DOCS / name
    size = len(page.screenshot(path=path))
    assert size < MOST_BYTES, f"{path}: {size} bytes, at most {MOST_BYTES}"


def main() -> None:
    """One answered question on a desktop, one opened citation on a phone."""
    os.environ.pop("ASSISTANT_CHROMIUM", None)  # already read; the settings know no such name
    bot = Assistant()
    bot.warm_up()
    app = create_app(bot, clock=lambda: LUNCH)
    app.launch(server_name="127.0.0.1", quiet=True, prevent_thread_lock=True, **launch_options())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for size, question in (("desktop", DESKTOP), ("phone", PHONE)):
            width, height = SIZES[size]
            page = browser.new_page(
                viewport={"width": width, "height": height}, has_touch=size == "phone"
            )
            ask(page, app.local_url, question)
            if size == "phone":
                page.click("#result .answer-text li .cite")
                page.wait_for_timeout(400)
            picture(page, f"page-{size}.png")
        browser.close()
    app.close(verbose=False)


if __name__ == "__main__":
    main()
