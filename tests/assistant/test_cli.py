"""The command line as a seller runs it: real processes, exit codes, no stack traces."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from assistant.settings import Settings


def run(
    *arguments: str, data: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assistant.cli", *arguments],
        env={**os.environ, "ASSISTANT_DATA": str(data), **(env or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_ask_shows_the_answer_its_sources_and_the_channel(built_settings: Settings) -> None:
    done = run("ask", "고객센터 전화번호와 점심시간", data=built_settings.data)
    assert done.returncode == 0
    assert "1588-3819" in done.stdout
    assert "12:00~13:00" in done.stdout
    assert "출처" in done.stdout
    assert "다음 지원 채널: 고객센터 전화" in done.stdout
    assert done.stderr == ""


def test_ask_json_is_an_answer(built_settings: Settings) -> None:
    now = "2026-11-28T11:00+09:00"
    done = run("ask", "--json", "--now", now, "톡톡상담 운영시간", data=built_settings.data)
    answer = json.loads(done.stdout)
    assert answer["answered"]
    assert answer["channel"]["id"] == "talktalk"
    assert answer["channel"]["next_open"] == "2026-11-30T09:00:00+09:00"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", ""], "비어 있습니다"),
        (["ask", "가" * 20_000], "너무 깁니다"),
        (["ask", "정산\x1b"], "제어 문자"),
        (["ask", "정산", "--now", "내일"], "시각을 읽을 수 없습니다"),
        (["ask", "정산", "-k", "0"], "0"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_exits_with_2_and_no_stack_trace(
    built_settings: Settings, arguments: list[str], message: str
) -> None:
    done = run(*arguments, data=built_settings.data)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_index_says_what_to_run(tmp_path: Path) -> None:
    done = run("index", "status", data=tmp_path)
    assert done.returncode == 1
    assert "index build" in done.stderr
    assert "Traceback" not in done.stderr


def test_status_and_verify_describe_the_index(built_settings: Settings) -> None:
    status = run("index", "status", data=built_settings.data)
    assert status.returncode == 0
    assert "자료와 같은가: 예" in status.stdout
    verify = run("index", "verify", data=built_settings.data)
    assert verify.returncode == 0
    assert "온전합니다" in verify.stdout


def test_build_does_nothing_when_all_is_done(built_settings: Settings) -> None:
    done = run("index", "build", data=built_settings.data)
    assert done.returncode == 0
    assert "이미 최신" in done.stdout


def test_corpus_check_passes_and_names_file_and_line_when_it_does_not(tmp_path: Path) -> None:
    assert run("corpus", "check", data=tmp_path).returncode == 0
    broken = tmp_path / "corpus" / "guide"
    broken.mkdir(parents=True)
    (broken / "x.md").write_text("---\nid: x\ntitle: 가\n---\n# 가\n", encoding="utf-8")
    done = run("corpus", "check", str(tmp_path / "corpus"), data=tmp_path)
    assert done.returncode == 1
    assert "guide/x.md:1:" in done.stderr


def test_a_taken_port_gets_a_clear_message(built_settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), data=built_settings.data)
    assert done.returncode == 1
    assert f"127.0.0.1:{port} 포트를 다른 프로그램이 쓰고 있습니다" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_opens_a_page_that_answers_http(built_settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "assistant.cli", "serve", "--port", str(port)]
    env = {**os.environ, "ASSISTANT_DATA": str(built_settings.data)}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert f"http://127.0.0.1:{port}" in server.stdout.readline()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as page:
                assert "스마트스토어 판매자 도우미" in page.read().decode()
        finally:
            server.terminate()
            server.wait(timeout=20)


def test_settings_are_listed_with_their_origin(tmp_path: Path) -> None:
    done = run("settings", data=tmp_path, env={"ASSISTANT_PORT": "8000"})
    assert "port = 8000" in done.stdout
    assert "환경 변수 ASSISTANT_PORT" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        "",
        "ask",
        "index",
        "index build",
        "index status",
        "index verify",
        "corpus check",
        "serve",
        "eval run",
        "settings",
    ],
)
def test_every_command_has_help_with_an_example(command: str, tmp_path: Path) -> None:
    done = run(*command.split(), "--help", data=tmp_path)
    assert done.returncode == 0
    assert "예: " in done.stdout
    assert "smartstore-assistant" in done.stdout
