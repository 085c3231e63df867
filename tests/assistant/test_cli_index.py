"""The index commands as a seller runs them: own files added, listed, removed, followed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from own_files import RETURNS, write_files

from assistant.settings import Settings
from index import build
from index import open as open_index


def run(*arguments: str, data: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assistant.cli", *arguments],
        env={**os.environ, "ASSISTANT_DATA": str(data), **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with an index of own files alone."""
    data = tmp_path / "data"
    build([], Settings(data=data, builtin_corpus=False), unanswered=[])
    return data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(tmp_path / "files")


LEAN = {"ASSISTANT_BUILTIN_CORPUS": "false"}


def test_files_are_added_listed_asked_and_removed(data: Path, folder: Path) -> None:
    (folder / "빈.md").write_bytes(b"")
    added = run("index", "add", str(folder), data=data, **LEAN)
    assert added.returncode == 0, added.stderr
    assert "추가 2개 (내 문서 모두 3개)" in added.stdout
    assert "읽지 못한 파일 1개:" in added.stdout
    assert f"{folder / '빈.md'}: 파일이 비어 있습니다." in added.stdout
    listed = run("index", "list", data=data, **LEAN)
    rows = listed.stdout.splitlines()
    assert rows[0].startswith("files/반품.md · Markdown · 절 2개 · 구절 2개 · 0.3 KB · 20")
    assert rows[0].endswith("추가 · 정상")
    assert "files/빈.md · Markdown · 0.0 KB" in listed.stdout
    assert "읽지 못함: 파일이 비어 있습니다" in listed.stdout
    asked = run("ask", "반품은 어느 주소로 보내나요?", data=data, **LEAN)
    assert "(내 문서, files/반품.md)" in asked.stdout
    (folder / "반품.md").write_text(RETURNS + "\n끝.\n", encoding="utf-8")
    (folder / "포장.md").unlink()
    listed = run("index", "list", data=data, **LEAN)
    assert "바뀜 (index sync로 반영)" in listed.stdout
    assert "원본 파일 없음" in listed.stdout
    removed = run("index", "remove", "files/*", data=data, **LEAN)
    assert removed.returncode == 0
    assert "삭제 3개 (내 문서 모두 0개)" in removed.stdout
    assert "내 문서가 없습니다" in run("index", "list", data=data, **LEAN).stdout


def test_named_file_that_cannot_be_used_exits_with_1(data: Path, folder: Path) -> None:
    missing = run("index", "add", str(folder / "없음.md"), data=data, **LEAN)
    assert missing.returncode == 1
    assert f"{folder / '없음.md'}: 파일이나 폴더를 찾을 수 없습니다." in missing.stdout
    unknown = run("index", "remove", "없음.md", data=data, **LEAN)
    assert unknown.returncode == 1
    assert "찾지 못한 이름 1개:" in unknown.stdout
    assert run("index", "add", data=data, **LEAN).returncode == 2
    for done in (missing, unknown):
        assert "Traceback" not in done.stderr


def test_folder_of_the_setting_is_followed_when_a_question_is_asked(
    data: Path, folder: Path
) -> None:
    watched = {**LEAN, "ASSISTANT_DOCUMENTS": str(folder)}
    asked = run("ask", "반품은 어느 주소로 보내나요?", data=data, **watched)
    assert "내 문서: 추가 2개" in asked.stderr
    assert "(내 문서, 반품.md)" in asked.stdout
    (folder / "반품.md").unlink()
    again = run("ask", "반품은 어느 주소로 보내나요?", data=data, **watched)
    assert "내 문서: 삭제 1개" in again.stderr
    assert "파주시" not in again.stdout
    synced = run("index", "sync", data=data, **watched)
    assert (synced.returncode, synced.stdout.split(" (")[0]) == (0, "그대로 1개")


def test_missing_folder_of_the_setting_is_said_and_keeps_no_answer_from_coming(
    data: Path, folder: Path
) -> None:
    run("index", "add", str(folder), data=data, **LEAN)
    gone = {**LEAN, "ASSISTANT_DOCUMENTS": str(folder / "없음")}
    asked = run("ask", "반품은 어느 주소로 보내나요?", data=data, **gone)
    assert asked.returncode == 0
    assert "내 문서 폴더가 없습니다" in asked.stderr
    assert "파주시" in asked.stdout
    assert run("index", "sync", data=data, **gone).returncode == 2


def test_file_name_cannot_steer_the_terminal(data: Path, folder: Path) -> None:
    (folder / "나쁜\x1b[31m이름.md").write_text(RETURNS.replace("77", "78"), encoding="utf-8")
    run("index", "add", str(folder), data=data, **LEAN)
    assert "\x1b" not in run("index", "list", data=data, **LEAN).stdout
    index = open_index(Settings(data=data))
    assert any("나쁜" in passage.source for passage in index.passages)


@pytest.mark.parametrize("command", ["index add", "index remove", "index list", "index sync"])
def test_every_command_has_help_with_an_example(command: str, tmp_path: Path) -> None:
    done = run(*command.split(), "--help", data=tmp_path)
    assert done.returncode == 0
    assert "예: " in done.stdout
    assert "smartstore-assistant" in done.stdout
