"""What do we tell the seller? ``answer`` and ``search`` share one default `Assistant`.

>>> import assistant
>>> assistant.answer("정산은 언제 되나요?").answered
True
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from corpus import (
    AssistantError,
    CorpusError,
    EncoderError,
    IndexDamagedError,
    IndexMissingError,
    PortTakenError,
    QuestionError,
    QuestionFileError,
    SettingsError,
    StorageError,
)

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

    from assistant.models import Answer, ChannelSuggestion, Citation
    from assistant.pipeline import Assistant
    from assistant.settings import Settings
    from corpus import Category, Document
    from index import Hit

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "ChannelSuggestion",
    "Citation",
    "CorpusError",
    "EncoderError",
    "IndexDamagedError",
    "IndexMissingError",
    "PortTakenError",
    "QuestionError",
    "QuestionFileError",
    "Settings",
    "SettingsError",
    "StorageError",
    "answer",
    "answer_stream",
    "chain",
    "document",
    "retriever",
    "search",
]

# Importing this package loads no model: the classes come with their first use.
_LAZY = {
    "Answer": "assistant.models",
    "Assistant": "assistant.pipeline",
    "ChannelSuggestion": "assistant.models",
    "Citation": "assistant.models",
    "Settings": "assistant.settings",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the lazy name is
    if name not in _LAZY:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)


@cache
def _default() -> Assistant:
    from assistant.pipeline import Assistant

    return Assistant()


def answer(
    question: str,
    history: Iterable[Any] | None = None,
    k: int = 5,
    now: dt.datetime | None = None,
) -> Answer:
    """Answer one question with the default `Assistant` (see `Assistant.answer`)."""
    return _default().answer(question, history, k, now)


def answer_stream(
    question: str,
    history: Iterable[Any] | None = None,
    k: int = 5,
    now: dt.datetime | None = None,
) -> Iterator[str | Answer]:
    """The answer as it comes, ending with the `Answer` (see `Assistant.answer_stream`)."""
    return _default().answer_stream(question, history, k, now)


def search(query: str, k: int = 5, category: Category | None = None) -> list[Hit]:
    """The passages nearest to ``query`` (see `Assistant.search`)."""
    return _default().search(query, k, category)


def document(document_id: str) -> Document:
    """The document that citations refer to; `KeyError` when there is none."""
    return _default().document(document_id)


def retriever(settings: Settings | None = None) -> BaseRetriever:
    """The index as a LangChain ``BaseRetriever``."""
    from assistant.langchain import retriever as make

    return make(settings=settings)


def chain(settings: Settings | None = None) -> Runnable[str | dict[str, Any], Answer]:
    """The whole pipeline as a LangChain ``Runnable`` from question to `Answer`."""
    from assistant.langchain import chain as make

    return make(settings=settings)
