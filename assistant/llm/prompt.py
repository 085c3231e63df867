"""What the model is asked: the rules, the passages that it may use, and the question."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assistant import signals, texts
from assistant.drafts import mask
from assistant.llm.figures import Figures, figures, squeeze
from index.lexical import analyzer
from index.passages import Passage, Unit
from index.results import Context, Found

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MAX_SOURCES = 5
_TAG = re.compile(r"<(?=\s*/?\s*(?:자료|질문|앞선))")


@dataclass(frozen=True)
class Source:
    """A passage as the model sees it under ``number``, from 1."""

    number: int
    passage: Passage

    @property
    def units(self) -> list[Unit]:
        """What can be cited."""
        return [unit for unit in self.passage.units if unit.kind != "pointer"]

    @cached_property
    def title(self) -> str:
        """The heading path."""
        return f"{self.passage.title} > {self.passage.section}"

    @cached_property
    def text(self) -> str:
        """The units as they are shown, one a line."""
        return "\n".join(unit.text for unit in self.units)

    @cached_property
    def figures(self) -> Figures:
        """Every number that a sentence citing this passage may use."""
        return figures(f"{self.title}\n{self.text}")

    @cached_property
    def squeezed(self) -> str:
        """Title and text without spaces, to look names and paths up in."""
        return squeeze(f"{self.title}\n{self.text}\n{self.passage.text}")

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Search terms of title and text."""
        return frozenset(analyzer().tokens(f"{self.title}\n{self.text}"))


def sources(found: Iterable[Found], limit: int) -> list[Source]:
    """The passages to write from, best first; one that gives orders to a model is left out."""
    usable = [one.passage for one in found if "injection" not in signals.read(one.passage.text)]
    kept = [passage for passage in usable if any(u.kind != "pointer" for u in passage.units)]
    return [Source(n, passage) for n, passage in enumerate(kept[: min(limit, MAX_SOURCES)], 1)]


def messages(question: str, context: Context | None, given: list[Source]) -> list[BaseMessage]:
    """The whole prompt. Personal data in the question stays here.

    Args:
        question: as asked.
        context: the turn before, if it was searched together with that.
        given: what to answer from.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    passages = "\n\n".join(
        texts.LLM_PASSAGE.format(
            number=source.number,
            title=_untagged(source.title).replace('"', "'"),
            text=_untagged(source.text),
        )
        for source in given
    )
    asked = texts.LLM_QUESTION.format(passages=passages, question=_untagged(mask(question)))
    if context:
        query = _untagged(mask(f"{context.text} {question}"))
        asked += "\n\n" + texts.LLM_FOLLOW_UP.format(query=query)
    return [SystemMessage(texts.LLM_RULES), HumanMessage(asked)]


def _untagged(text: str) -> str:
    """Text that cannot close the element it stands in, nor open another."""
    return _TAG.sub("〈", text)
