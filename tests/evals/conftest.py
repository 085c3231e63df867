"""One run of a spread of dev questions, shared by the tests of what is made from a run."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.hours import KOREA
from evals import Run, read_questions, run
from evals.questions import SHIPPED

NOW = dt.datetime(2026, 11, 25, 10, 0, tzinfo=KOREA)
EVERY = 3  # enough to tell a broken stage, few enough for every test run


@pytest.fixture(scope="session")
def fast_questions():
    """Every third dev question: all parts and kinds, in seconds."""
    return read_questions(SHIPPED / "dev.jsonl")[::EVERY]


@pytest.fixture(scope="session")
def fast_run(built_settings, fast_questions, tmp_path_factory) -> Run:
    """The product's answers to them."""
    return run(fast_questions, tmp_path_factory.mktemp("fast"), built_settings, NOW, workers=1)


@pytest.fixture
def rerun(built_settings, fast_questions, tmp_path):
    """The same questions answered by another assistant."""

    def start(bot) -> Run:
        return run(fast_questions, tmp_path / "rerun", built_settings, NOW, bot=bot)

    return start
