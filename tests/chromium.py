"""Where a real Chromium is, and how the tests start it."""

from __future__ import annotations

import os
import shutil

BROWSERS = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """The browser named by ``ASSISTANT_CHROMIUM``, else the first that is installed."""
    named = os.environ.get("ASSISTANT_CHROMIUM")
    return next(
        (found for name in [named, *BROWSERS] if name and (found := shutil.which(name))), None
    )


CHROMIUM = chromium_path()  # read before tests hide the ASSISTANT_* variables
