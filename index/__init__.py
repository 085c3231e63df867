"""Which passages are near this text? Build the index, open it, search it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.settings import IndexSettings

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from index.builder import BuildResult, build, up_to_date
    from index.inspection import status, verify
    from index.opening import open_index as open  # noqa: A004 - index.open() is the public name
    from index.own.outcome import Outcome
    from index.own.update import add, remove, sync
    from index.own.update import files as own_files
    from index.passages import Passage
    from index.results import Context, Found, Hit, Retrieval
    from index.search import Index

__all__ = [
    "BuildResult",
    "Context",
    "Found",
    "Hit",
    "Index",
    "IndexSettings",
    "Outcome",
    "Passage",
    "Retrieval",
    "add",
    "build",
    "embeddings",
    "open",
    "own_files",
    "remove",
    "status",
    "sync",
    "up_to_date",
    "verify",
]

# Importing this package does no work: numpy, FAISS and Kiwi load with the first name used.
_LAZY = {
    "BuildResult": ("index.builder", "BuildResult"),
    "Context": ("index.results", "Context"),
    "Found": ("index.results", "Found"),
    "Hit": ("index.results", "Hit"),
    "Index": ("index.search", "Index"),
    "Outcome": ("index.own.outcome", "Outcome"),
    "Passage": ("index.passages", "Passage"),
    "Retrieval": ("index.results", "Retrieval"),
    "add": ("index.own.update", "add"),
    "build": ("index.builder", "build"),
    "open": ("index.opening", "open_index"),
    "own_files": ("index.own.update", "files"),
    "remove": ("index.own.update", "remove"),
    "status": ("index.inspection", "status"),
    "sync": ("index.own.update", "sync"),
    "up_to_date": ("index.builder", "up_to_date"),
    "verify": ("index.inspection", "verify"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the lazy name is
    if name not in _LAZY:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _LAZY[name]
    return getattr(import_module(module), attribute)


def embeddings(settings: IndexSettings | None = None) -> Embeddings:
    """The configured encoder as a LangChain ``Embeddings``: unit-length vectors."""
    from index.langchain import EncoderEmbeddings

    return EncoderEmbeddings.of(settings or IndexSettings())
