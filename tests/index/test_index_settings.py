"""Settings: arguments before the environment, the environment before the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.settings import Settings, load_settings
from corpus import SettingsError
from index import IndexSettings


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The settings file that is read."""
    path = tmp_path / "settings.toml"
    path.write_text("", encoding="utf-8")
    monkeypatch.setenv("ASSISTANT_SETTINGS", str(path))
    return path


def test_argument_beats_environment_beats_file_beats_default(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert IndexSettings().chunk_chars == 700
    file.write_text("chunk_chars = 500\n", encoding="utf-8")
    assert IndexSettings().chunk_chars == 500
    monkeypatch.setenv("ASSISTANT_CHUNK_CHARS", "400")
    assert IndexSettings().chunk_chars == 400
    assert IndexSettings(chunk_chars=300).chunk_chars == 300


def test_places_follow_the_data_folder(tmp_path: Path) -> None:
    settings = IndexSettings(data=tmp_path)
    assert settings.index_directory == tmp_path / "index"
    assert settings.cache_file == tmp_path / "cache" / "vectors.sqlite3"


def test_default_data_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from index.settings import default_data

    assert IndexSettings().data == default_data()
    assert default_data().is_absolute()
    assert "smartstore-assistant" in str(default_data())


def test_home_is_understood_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA", "~/판매")
    assert IndexSettings().data == Path.home() / "판매"


def test_unknown_key_of_the_file_is_refused_by_the_whole_product_only(file: Path) -> None:
    file.write_text('colour = "red"\n', encoding="utf-8")
    assert IndexSettings().chunk_chars == 700
    with pytest.raises(SettingsError, match="colour") as caught:
        load_settings()
    assert caught.value.name == "colour"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("chunk_chars", "99"),
        ("chunk_chars", "many"),
        ("build_threads", "0"),
        ("encoder", ""),
    ],
)
def test_value_that_cannot_work_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"ASSISTANT_{name.upper()}", value)
    with pytest.raises(SettingsError, match=name) as caught:
        load_settings()
    assert caught.value.name == name


def test_settings_do_not_change(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings(data=tmp_path).chunk_chars = 300  # type: ignore[misc]
