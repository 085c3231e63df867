"""Every code block of README does what README says: commands run, Python prints what it shows."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import Settings

REPOSITORY = Path(__file__).parents[1]
TEXT = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
PYTHON = [code for language, code in BLOCKS if language == "python"]
SHELL = [line for language, code in BLOCKS if language == "bash" for line in code.splitlines()]
COMMANDS = [line for line in SHELL if line.startswith("smartstore-assistant")]
OWN = re.compile(r"smartstore-assistant index (add|list|sync|remove)\b")


def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "ASSISTANT_DATA": str(settings.data), "PYTHONPATH": str(REPOSITORY)}


def test_every_block_is_of_a_kind_that_is_checked_here() -> None:
    assert {language for language, _ in BLOCKS} == {"bash", "python", "text"}
    others = [line for line in SHELL if line not in COMMANDS]
    assert others == [
        "sudo apt-get install make python3 python3-venv chromium chromium-driver fonts-noto-cjk",
        "make run",
        "make test",
    ]


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_blocks_run(built_settings: Settings, tmp_path: Path, number: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PYTHON[number]],
        env=environment(built_settings),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.strip()
    if number == 0:
        shown = next(code for language, code in BLOCKS if language == "text")
        assert done.stdout == shown


@pytest.mark.parametrize("line", [line for line in COMMANDS if not OWN.match(line)])
def test_commands_run(built_settings: Settings, tmp_path: Path, line: str) -> None:
    arguments = shlex.split(line)[1:]
    arguments = [str(REPOSITORY / a) if a.startswith("evals/") else a for a in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", *arguments],
        env=environment(built_settings),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_commands_for_own_files_run_in_their_order(tmp_path: Path) -> None:
    """In a data folder of their own: the other tests' index holds the corpus alone."""
    (tmp_path / "운영규정").mkdir()
    for name in ("매뉴얼.md", "운영규정/휴가.md"):
        (tmp_path / name).write_text(f"# {name}\n\n{name}의 내용입니다.\n", encoding="utf-8")
    given = {"ASSISTANT_DATA": str(tmp_path / "data"), "ASSISTANT_BUILTIN_CORPUS": "false"}
    for line in filter(OWN.match, COMMANDS):
        done = subprocess.run(
            [sys.executable, "-m", "assistant.cli", *shlex.split(line)[1:]],
            env={**os.environ, **given, "PYTHONPATH": str(REPOSITORY)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "내 문서" in done.stdout


def test_the_debian_packages_are_those_that_ci_installs() -> None:
    named = next(line for line in SHELL if "apt-get install" in line).split("install ")[1].split()
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    assert [package for package in named if package not in script] == []


def test_the_make_targets_are_those_of_the_help() -> None:
    done = subprocess.run(
        ["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    targets = {line.split()[1] for line in done.stdout.splitlines() if "make" in line}
    assert {"install", "run", "test", "check", "fix", "eval", "help"} <= targets


def test_pictures_and_links_exist() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", TEXT)
    local = [target for target in targets if not target.startswith("http")]
    assert [target for target in local if not (REPOSITORY / target).is_file()] == []


def test_the_tables_of_figures_are_filled() -> None:
    for name in ("figures", "latency"):
        inside = TEXT.split(f"<!-- {name}:start -->")[1].split(f"<!-- {name}:end -->")[0]
        assert inside.count("|") > 10
