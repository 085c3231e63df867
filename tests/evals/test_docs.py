"""What docs/evaluation.md shows works as it is written."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import Settings

REPOSITORY = Path(__file__).parents[2]
TEXT = (REPOSITORY / "docs" / "evaluation.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture
def started(built_settings: Settings, tmp_path: Path):
    """Runs Python in a folder that has a set of questions."""
    (tmp_path / "questions.csv").write_text(
        "question,channels\n톡톡상담 운영시간,talktalk\n쿠팡 수수료,faq;manual\n", encoding="utf-8"
    )
    environment = {
        **os.environ,
        "ASSISTANT_DATA": str(built_settings.data),
        "PYTHONPATH": str(REPOSITORY),
    }

    def start(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return start


def test_the_python_example_prints_a_figure_and_every_answer(started) -> None:
    (code,) = [code for language, code in BLOCKS if language == "python"]
    lines = started("-c", code).splitlines()
    assert re.fullmatch(r"\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\] \(n=2\)", lines[0])
    assert lines[1].startswith("톡톡상담 운영시간 ")
    assert len(lines) == 3


def test_the_commands_leave_what_the_page_names(started, tmp_path: Path) -> None:
    """The first block makes a run and its report; compare needs two runs and takes it for both."""
    commands = [
        line
        for language, code in BLOCKS
        if language == "bash"
        for line in code.splitlines()
        if line.startswith("smartstore-assistant") and "peers" not in line and "gate" not in line
    ]
    assert [shlex.split(line)[2] for line in commands] == ["run", "report", "compare"]
    for line in commands:
        words = ["result" if word in {"before", "after"} else word for word in shlex.split(line)]
        assert started("-m", "assistant.cli", *words[1:]).strip()
    assert {path.name for path in (tmp_path / "result").iterdir()} == {
        "answers.jsonl", "answers.csv", "figures.json", "run.json", "report.html", "report.md",
    }  # fmt: skip
