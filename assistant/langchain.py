"""The assistant as LangChain parts: a retriever, and a chain from question to `Answer`."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from assistant.models import Answer
from assistant.pipeline import Assistant
from assistant.settings import Settings


class PassageRetriever(BaseRetriever):
    """Passages as LangChain documents; metadata holds every other field of the hit."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    bot: Assistant
    k: int = 5

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(page_content=hit.text, metadata=hit.model_dump(exclude={"text"}))
            for hit in self.bot.search(query, k=self.k)
        ]


def retriever(bot: Assistant | None = None, settings: Settings | None = None) -> BaseRetriever:
    """A ``BaseRetriever`` over the index that ``settings`` name."""
    return PassageRetriever(bot=bot or Assistant(settings))


def chain(
    bot: Assistant | None = None, settings: Settings | None = None
) -> Runnable[str | dict[str, Any], Answer]:
    """A ``Runnable``: a question, or ``{"question": …, "history": …, "now": …}``, to `Answer`."""
    answering = bot or Assistant(settings)

    def run(given: str | dict[str, Any]) -> Answer:
        if isinstance(given, dict):
            return answering.answer(**given)
        return answering.answer(given)

    return RunnableLambda(run)
