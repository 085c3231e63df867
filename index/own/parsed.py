"""What has been read from own files, by their content: nothing is parsed twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from corpus import Document
from index.shown import renamed_document
from index.storage.files import replace_file

READ_VERSION = 1  # raise it when the readers give another document for the same file


def content_key(path: Path) -> str:
    """The key of a file's content; its suffix says how it is read, so it belongs to it."""
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return f"{digest}-{path.suffix.lower().removeprefix('.')}"


class ParsedFiles:
    """JSON files in ``directory``, each with its own checksum; a damaged one is as good as none."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def get(self, key: str, name: str) -> list[Document] | None:
        """The documents of a content, named after the file ``name``; None: not read yet."""
        try:
            checksum, _, body = self._file(key).read_text(encoding="utf-8").partition("\n")
            if hashlib.sha256(body.encode()).hexdigest() != checksum:
                return None
            told = json.loads(body)
            found = [Document.model_validate(one) for one in told["documents"]]
            return [_named(document, told["name"], name) for document in found]
        except (OSError, ValueError, KeyError):  # ValidationError is a ValueError
            return None

    def put(self, key: str, name: str, documents: Sequence[Document]) -> None:
        """Keep what was read from a file called ``name``."""
        rows = [document.model_dump(mode="json") for document in documents]
        body = json.dumps({"name": name, "documents": rows}, ensure_ascii=False)
        self._directory.mkdir(parents=True, exist_ok=True)
        replace_file(self._file(key), f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}")

    def forget(self, key: str) -> None:
        """Drop what was read, when no file of this content is left."""
        self._file(key).unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self._directory / f"{key}-{READ_VERSION}.json"


def _named(document: Document, old: str, new: str) -> Document:
    if old == new:
        return document
    tail = document.id.removeprefix(f"own:{old}")
    named = renamed_document(document, new)
    return named.model_copy(update={"id": f"own:{new}{tail}"})
