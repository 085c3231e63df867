"""All settings of the product, with the place where each value came from."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict
from pydantic_settings import SettingsError as PydanticSettingsError

from corpus import SettingsError
from index import IndexSettings
from index.settings import SETTINGS_FILE_VARIABLE, settings_file

PREFIX = "ASSISTANT_"
MAX_QUESTION_CHARS = 2000
_SECRET = frozenset({"llm_api_key", "llm_base_url"})  # a mistyped address may hold a password


class Settings(IndexSettings):
    """The index's settings and those of the answer and the page, in one flat table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    host: str = Field(default="127.0.0.1", description="웹 페이지를 여는 주소")
    port: int = Field(default=7860, ge=1, le=65535, description="웹 페이지를 여는 포트")
    max_question_chars: int = Field(
        default=MAX_QUESTION_CHARS, ge=10, le=100_000, description="질문의 최대 글자 수"
    )
    min_confidence: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="이보다 확신이 낮으면 답하지 않음. 비우면 조정된 기준을 따름",
    )
    llm: str | None = Field(
        default=None, description="답을 쓸 LLM(예: openai:gpt-4o-mini). 비우면 문서의 문장으로 답함"
    )
    llm_base_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/?#@\s]+(?:[/?#]\S*)?$",
        description="OpenAI 호환 서버의 주소(예: http://127.0.0.1:8000/v1)",
    )
    llm_api_key: SecretStr | None = Field(
        default=None, description="LLM의 키. 비우면 제공자의 환경 변수(예: OPENAI_API_KEY)를 따름"
    )
    llm_timeout: float = Field(
        default=20.0, ge=1, le=300, description="LLM의 답을 기다리는 전체 시간(초), 재시도 포함"
    )
    llm_max_tokens: int = Field(
        default=800, ge=50, le=8000, description="LLM이 쓰는 답의 최대 토큰 수"
    )
    llm_stream: bool = Field(
        default=True, description="LLM의 답을 오는 대로 받을지. 서버가 못 하면 false"
    )

    @field_validator("llm", "llm_base_url", "llm_api_key", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        """``ASSISTANT_LLM=`` turns the option off."""
        return None if isinstance(value, str) and not value.strip() else value


def load_settings(**overrides: Any) -> Settings:  # noqa: ANN401 - any field of Settings
    """The settings from arguments, environment and file.

    Raises:
        SettingsError: a value cannot work, an unknown key stands in the file, or the file is
            not TOML; the message names the setting.
    """
    _refuse_unknown_variables()
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "?"
        value = "***" if name in _SECRET else repr(first.get("input"))
        raise SettingsError(
            f"설정 {name}의 값을 쓸 수 없습니다: {value} ({first['msg']})",
            name=name,
            hint="`smartstore-assistant settings`로 설정 목록을 볼 수 있습니다.",
        ) from error
    except (tomllib.TOMLDecodeError, PydanticSettingsError) as error:
        raise SettingsError(
            f"설정 파일을 읽을 수 없습니다: {settings_file()} ({error})", name="settings"
        ) from error


@dataclass(frozen=True)
class SettingRow:
    """One setting as the `settings` command shows it."""

    name: str
    value: str
    origin: str
    description: str


def describe(settings: Settings) -> list[SettingRow]:
    """Every setting with its value and where that came from."""
    file = settings_file()
    in_file = _file_keys(file)
    rows = []
    for name, field in Settings.model_fields.items():
        variable = f"{PREFIX}{name.upper()}"
        if variable in os.environ:
            origin = f"환경 변수 {variable}"
        elif name in in_file:
            origin = f"설정 파일 {file}"
        else:
            origin = "기본값"
        value = getattr(settings, name)
        shown = "-" if value is None else str(value)
        rows.append(SettingRow(name, shown, origin, field.description or ""))
    return rows


def _refuse_unknown_variables() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {SETTINGS_FILE_VARIABLE}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(
            f"모르는 환경 변수입니다: {unknown[0]}",
            name=unknown[0],
            hint="`smartstore-assistant settings`로 쓸 수 있는 설정을 볼 수 있습니다.",
        )


def _file_keys(file: Path) -> set[str]:
    if not file.is_file():
        return set()
    return set(tomllib.loads(file.read_text(encoding="utf-8")))
