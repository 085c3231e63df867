"""Which passages are near this text? Build the index, open it, search it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.settings import IndexSettings

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from index.builder import BuildResult, build, up_to_date
    from index.passages import Passage
    from index.results import Found, Hit, Retrieval
    from index.search import Index
    from index.search import open_index as open  # noqa: A004 - index.open() is the public name

__all__ = [
    "BuildResult",
    "Found",
    "Hit",
    "Index",
    "IndexSettings",
    "Passage",
    "Retrieval",
    "build",
    "embeddings",
    "open",
    "up_to_date",
]

# Importing this package does no work: numpy, FAISS and Kiwi load with the first name used.
_LAZY = {
    "BuildResult": ("index.builder", "BuildResult"),
    "Found": ("index.results", "Found"),
    "Hit": ("index.results", "Hit"),
    "Index": ("index.search", "Index"),
    "Passage": ("index.passages", "Passage"),
    "Retrieval": ("index.results", "Retrieval"),
    "build": ("index.builder", "build"),
    "open": ("index.search", "open_index"),
    "up_to_date": ("index.builder", "up_to_date"),
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
