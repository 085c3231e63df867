"""Which own files are indexed: a list beside each generation, so that both change at once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus import IndexDamagedError
from index.storage.files import replace_file

REGISTRY = "own.json"
BACKUP = Path("own") / "files.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stamp(_Frozen):
    """By which a file that was not touched is recognised without reading it."""

    size: int
    mtime_ns: int
    ctime_ns: int = Field(description="also changed by new permissions")


class OwnFile(_Frozen):
    """A file that the seller added, as it was when it was last read."""

    path: str
    name: str = Field(description="how it is shown, unlike that of any other file")
    root: str | None = Field(description="the folder that it was found in; None: named itself")
    watched: bool = Field(description="whether it came from the folder setting")
    added: str = Field(description="when, in ISO 8601")
    size: int = Field(description="in bytes")
    stamp: Stamp | None = Field(description="None: look at it again next time")
    key: str | None = Field(description="of its content; None where it has never been read")
    problem: str | None = None


class OwnContent(_Frozen):
    """What was read from files of one content; ``name`` is what the documents are named after."""

    name: str
    documents: dict[str, str] = Field(description="SHA-256 of each document by its id")
    pages: int
    sections: int
    notes: tuple[str, ...] = ()


class Registry(_Frozen):
    """All own files, oldest first, and their contents by key."""

    files: tuple[OwnFile, ...] = ()
    contents: dict[str, OwnContent] = Field(default_factory=dict)

    def name_of(self, key: str) -> str:
        """The name under which a content is cited: that of the oldest file that has it."""
        return next(file.name for file in self.files if file.key == key)

    def without(self, keys: Collection[str]) -> Registry:
        """The list as if these contents had never been read."""
        files = (
            file.model_copy(update={"key": None, "stamp": None}) if file.key in keys else file
            for file in self.files
        )
        contents = {key: one for key, one in self.contents.items() if key not in keys}
        return Registry(files=tuple(files), contents=contents)

    @classmethod
    def read(cls, generation: Path) -> Registry:
        """The list of a generation whose files have been verified.

        Raises:
            IndexDamagedError: it cannot be read.
        """
        file = generation / REGISTRY
        try:
            return cls.model_validate_json(file.read_bytes())
        except (OSError, ValidationError) as error:
            raise IndexDamagedError(file, "내 문서 목록을 읽을 수 없습니다") from error

    def write(self, generation: Path) -> None:
        """Put the list into the folder of a new generation."""
        (generation / REGISTRY).write_bytes(self.model_dump_json().encode())

    @classmethod
    def backed_up(cls, data: Path) -> Registry | None:
        """The list that `back_up` kept; None where there is none, or a damaged one."""
        try:
            checksum, _, body = (data / BACKUP).read_text(encoding="utf-8").partition("\n")
            intact = hashlib.sha256(body.encode()).hexdigest() == checksum
            return cls.model_validate_json(body) if intact else None
        except (OSError, ValueError):  # ValidationError is one
            return None

    def back_up(self, data: Path) -> None:
        """Keep the list apart from the index, so that losing the index does not lose it."""
        body = self.model_dump_json()
        file = data / BACKUP
        file.parent.mkdir(exist_ok=True)
        replace_file(file, f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}")
