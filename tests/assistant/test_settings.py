"""Settings: where each value comes from, and a clear word on what cannot work."""

from pathlib import Path

import pytest

from assistant.settings import describe, load_settings
from corpus import SettingsError


def test_environment_beats_file_and_file_beats_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("port = 8001\nhost = '0.0.0.0'\n", encoding="utf-8")
    monkeypatch.setenv("ASSISTANT_SETTINGS", str(file))
    monkeypatch.setenv("ASSISTANT_PORT", "8002")
    rows = {row.name: row for row in describe(load_settings())}
    assert (rows["port"].value, rows["port"].origin) == ("8002", "환경 변수 ASSISTANT_PORT")
    assert (rows["host"].value, rows["host"].origin) == ("0.0.0.0", f"설정 파일 {file}")
    assert rows["encoder"].origin == "기본값"


def test_a_bad_value_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "칠천")
    with pytest.raises(SettingsError, match="설정 port의 값을 쓸 수 없습니다"):
        load_settings()


def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PROT", "7000")
    with pytest.raises(SettingsError, match="모르는 환경 변수입니다: ASSISTANT_PROT"):
        load_settings()


def test_an_unknown_key_of_the_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("prot = 7000\n", encoding="utf-8")
    monkeypatch.setenv("ASSISTANT_SETTINGS", str(file))
    with pytest.raises(SettingsError, match="prot"):
        load_settings()


def test_a_broken_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("port = = 1\n", encoding="utf-8")
    monkeypatch.setenv("ASSISTANT_SETTINGS", str(file))
    with pytest.raises(SettingsError, match="설정 파일을 읽을 수 없습니다"):
        load_settings()
