"""Settings of the index: where it lives and how it is made."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

APPLICATION = "smartstore-assistant"
SETTINGS_FILE_VARIABLE = "ASSISTANT_SETTINGS"


def default_data() -> Path:
    """The user's data folder for this product."""
    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


def settings_file() -> Path:
    """The optional TOML file: ``$ASSISTANT_SETTINGS``, else in the user's settings folder."""
    named = os.environ.get(SETTINGS_FILE_VARIABLE)
    folder = platformdirs.user_config_dir(APPLICATION, appauthor=False)
    return Path(named) if named else Path(folder) / "settings.toml"


class IndexSettings(BaseSettings):
    """Read from ``ASSISTANT_*`` variables, then from the TOML file, then the defaults."""

    # Keys of the whole product stand in the same file and environment: those of the packages
    # further right are unknown here, and `assistant.Settings` is the one that refuses them.
    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", extra="ignore", frozen=True)

    data: Path = Field(default_factory=default_data, description="색인과 캐시를 두는 폴더")
    encoder: str = Field(
        default="builtin",
        min_length=1,
        description="임베딩 모델: builtin 또는 sentence-transformers 모델의 이름이나 경로",
    )
    query_prompt: str | None = Field(
        default=None, description="질문 앞에 붙일 말(예: 'query: '). 비우면 모델의 설정을 따름"
    )
    passage_prompt: str | None = Field(
        default=None, description="구절 앞에 붙일 말(예: 'passage: '). 비우면 모델의 설정을 따름"
    )
    reranker: Literal["builtin", "none"] = Field(
        default="builtin",
        description="점수가 비슷한 구절들을 다시 읽어 고르는 모델: builtin 또는 none",
    )
    chunk_chars: int = Field(default=700, ge=100, le=4000, description="한 구절의 최대 글자 수")
    build_threads: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        le=256,
        description="색인을 만들 때 쓰는 스레드 수",
    )
    precomputed: bool = Field(
        default=True, description="기본 자료의 벡터를 계산하지 않고 패키지에 든 것을 쓸지"
    )

    documents: Path | None = Field(
        default=None, description="내 문서 폴더. 시작할 때와 index sync가 바뀐 파일을 색인에 반영함"
    )
    builtin_corpus: bool = Field(
        default=True, description="판매자 가이드와 운영 매뉴얼 자료도 색인에 넣을지"
    )
    prefer_own: bool = Field(
        default=True, description="내 문서와 기본 자료가 모두 답할 때 내 문서를 앞세울지"
    )
    max_file_mb: int = Field(
        default=200, ge=1, le=10_000, description="내 문서 파일 하나의 최대 크기(MB)"
    )
    max_pdf_pages: int = Field(
        default=3000, ge=1, le=100_000, description="내 문서 PDF 하나의 최대 쪽수"
    )

    @field_validator("data", "documents")
    @classmethod
    def _at_home(cls, folder: Path | None) -> Path | None:
        """``~`` means the home folder, also where no shell has read the value."""
        return folder and folder.expanduser()

    @property
    def index_directory(self) -> Path:
        """Where generations of the index and the pointer file live."""
        return self.data / "index"

    @property
    def cache_file(self) -> Path:
        """Vectors already computed, by content hash."""
        return self.data / "cache" / "vectors.sqlite3"

    @property
    def parsed_directory(self) -> Path:
        """Own documents already read, by content hash."""
        return self.data / "cache" / "parsed"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        file = TomlConfigSettingsSource(settings_cls, toml_file=settings_file())
        return init_settings, env_settings, file
