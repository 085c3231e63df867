"""Builders that die at any moment leave the old index or the new one, whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tiny import Tree

from corpus.loader import ROOT

LAB = Path(__file__).with_name("crash_lab.py")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the lab forks its builders")


def lab(mode: str, root: Path, data: Path, count: int) -> list[dict[str, Any]]:
    """Runs the lab in a process of its own (see `crash_lab`)."""
    data.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT.parent), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, str(LAB), mode, str(root), str(data), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    trials: list[dict[str, Any]] = json.loads(done.stdout)
    whole = [trial for trial in trials if trial["found"] in {trial["start"], "new"}]
    assert whole == trials, done.stderr
    assert {trial["rebuilt"] for trial in trials} == {"new"}, done.stderr
    return trials


def test_exit_at_every_step_leaves_old_or_new(tiny_corpus: Tree, tmp_path: Path) -> None:
    trials = lab("exits", tiny_corpus(), tmp_path / "lab", 1)
    found = Counter((trial["start"], trial["exit"], trial["found"]) for trial in trials)
    assert found["old", 9, "old"] > 80  # about a hundred opens, writes, flushes and renames
    assert found["old", 9, "new"] >= 1  # after the switch
    assert found["old", 0, "new"] == 1  # the trial that ran to its end
    assert found["missing", 9, "missing"] > 10


def test_power_cut_never_leaves_a_pointer_to_a_torn_index(
    tiny_corpus: Tree, tmp_path: Path
) -> None:
    trials = lab("powercuts", tiny_corpus(), tmp_path / "lab", 3)
    found = {(trial["start"], trial["found"]) for trial in trials}
    assert found == {("old", "old"), ("old", "new"), ("missing", "missing"), ("missing", "new")}


def test_killed_at_a_random_moment_leaves_old_or_new(tiny_corpus: Tree, tmp_path: Path) -> None:
    trials = lab("kills", tiny_corpus(), tmp_path / "lab", 30)
    assert sum(trial["exit"] == -9 for trial in trials) >= 10  # the others ended in time


def test_update_of_own_files_that_exits_at_any_step_leaves_the_old_or_the_new_ones(
    tiny_corpus: Tree, tmp_path: Path
) -> None:
    trials = lab("updates", tiny_corpus(), tmp_path / "lab", 3)
    found = Counter((trial["exit"], trial["found"]) for trial in trials)
    assert found[9, "old"] > 20
    assert found[9, "new"] >= 1  # after the switch
    assert found[0, "new"] == 1  # the trial that ran to its end
