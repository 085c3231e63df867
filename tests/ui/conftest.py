"""A real Chromium, the page on a free port, and a watch over what the browser reports."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))  # for pagetools, which only these tests need
sys.path.append(str(Path(__file__).parents[1]))  # for make_screenshots, which pytest does not run

from chromium import BROWSERS, CHROMIUM, FLAGS

SIZES = {"desktop": (1280, 900), "tablet": (768, 1024), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser():
    """One Chromium for a module; skips where none is installed."""
    if CHROMIUM is None:
        pytest.skip(f"no Chromium: set ASSISTANT_CHROMIUM or install one of {', '.join(BROWSERS)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def serve():
    """Serves the page with an assistant and a clock on a free port; gives its address."""
    from ui.page import create_app, launch_options

    apps = []

    def start(bot, now=None):
        app = create_app(bot, clock=lambda: now)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        app.launch(
            server_name="127.0.0.1",
            server_port=port,
            quiet=True,
            prevent_thread_lock=True,
            **launch_options(),
        )
        apps.append(app)
        return f"http://127.0.0.1:{port}"

    yield start
    for app in apps:
        app.close(verbose=False)


@pytest.fixture
def open_page(browser):
    """Opens an address at a size; afterwards the browser must have nothing to complain about."""
    contexts, complaints = [], []

    def note_request(request):
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            complaints.append(f"request to {request.url}")

    def note_console(message):
        if message.type == "error":
            complaints.append(f"console: {message.text}")

    def note_dialog(dialog):
        complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def opened(url, size="desktop", **options):
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("request", note_request)
        page.on("console", note_console)
        page.on("dialog", note_dialog)
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.goto(url)
        page.wait_for_selector("#question textarea")
        page.wait_for_selector(".desk")
        return page

    opened.complaints = complaints
    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
