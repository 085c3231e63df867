"""The settings of the language model: clear words where it cannot be used, no key shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.llm.chat import chat_model
from assistant.settings import Settings, describe, load_settings
from corpus import SettingsError

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def test_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_LLM", "openai:test")
    monkeypatch.setenv("ASSISTANT_LLM_API_KEY", "sk-hidden")
    settings = load_settings()
    rows = {row.name: row for row in describe(settings)}
    assert rows["llm"].value == "openai:test"
    assert rows["llm_api_key"].origin == "환경 변수 ASSISTANT_LLM_API_KEY"
    shown = f"{rows} {settings!r} {settings.model_dump_json()}"
    assert "sk-hidden" not in shown
    assert settings.llm_api_key is not None
    assert settings.llm_api_key.get_secret_value() == "sk-hidden"


def test_an_empty_variable_turns_the_option_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_LLM", " ")
    assert load_settings().llm is None


@pytest.mark.parametrize(
    "address", ["localhost:8000", "ftp://host/v1", "http://me:sk-hidden@host/v1", "http://a b"]
)
def test_an_address_that_cannot_work_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ASSISTANT_LLM_BASE_URL", address)
    with pytest.raises(SettingsError, match="llm_base_url") as caught:
        load_settings()
    assert "sk-hidden" not in str(caught.value)


@pytest.mark.parametrize("llm", ["openai:test", "no-such-provider:test", "test"])
def test_a_model_that_cannot_be_made_is_told_when_the_assistant_starts(
    tmp_path: Path, llm: str
) -> None:
    """Without a key, with an unknown provider, without any."""
    pytest.importorskip("langchain_openai")
    with pytest.raises(SettingsError, match=f"LLM {llm}을") as caught:
        Assistant(Settings(data=tmp_path, llm=llm))
    assert "OPENAI_API_KEY" in caught.value.hint


def test_the_providers_own_variable_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-own")
    model = chat_model(Settings(data=tmp_path, llm="openai:test"))
    assert model.openai_api_key.get_secret_value() == "sk-own"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("llm", "command"),
    [
        ("openai:test", "pip install 'smartstore-assistant[llm]'"),
        ("ollama:test", "pip install 'langchain-ollama'"),
        ("google_genai:test", "pip install 'langchain-google-genai'"),
    ],
)
def test_a_missing_package_names_the_command_that_installs_it(
    tmp_path: Path, llm: str, command: str
) -> None:
    code = """
import sys
for name in ("langchain_openai", "langchain_ollama", "langchain_google_genai"):
    sys.modules[name] = None
from assistant.cli import main
main(["ask", "정산은 언제 되나요?"])
"""
    environment = {**os.environ, "ASSISTANT_LLM": llm, "ASSISTANT_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={**environment, "ASSISTANT_BUILTIN_CORPUS": "false"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert f"LLM {llm}에 필요한 패키지가 없습니다. `{command}`를 실행해 주세요." in done.stderr
    assert "Traceback" not in done.stderr
