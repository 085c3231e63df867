"""An assistant that shows its work: the ranking behind an answer, or an answer without a stage."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, cast

from assistant import signals as signalling
from assistant.decide import Decision
from assistant.pipeline import Assistant
from assistant.question import Reading, readings
from assistant.settings import Settings
from index import Index, Retrieval
from index.fusion import Weights, tuned


class Examined(Assistant):
    """Answers like the product and keeps what its last answer was made from. One thread only."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings)
        self.retrieval: Retrieval | None = None

    def searched(self, question: str, history: Iterable[Any] | None = None) -> Retrieval:
        """The search that the decision is made from: typing errors mended, the first reading."""
        reading = readings(question, history)[0]
        return self._retrieve(self.index, reading, signalling.read(question))[0]

    def _read(
        self, index: Index, queries: list[Reading], signals: frozenset[str]
    ) -> tuple[Retrieval, Decision]:
        found = super()._read(index, queries, signals)
        self.retrieval = found[0]
        return found


class Ablated(Examined):
    """The product without a stage.

    Args:
        settings: of the product.
        weights: of the fusion instead of the tuned ones.
        spelling: mend typing errors.
        negatives: let known gaps and questions of others speak against an answer.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        weights: Weights | None = None,
        spelling: bool = True,
        negatives: bool = True,
    ) -> None:
        super().__init__(settings)
        self._weights, self._spelling, self._with_negatives = weights, spelling, negatives

    @property
    def index(self) -> Index:
        """The index, searched without the stage."""
        partial = _Partial(super().index, self._weights, self._spelling, self._with_negatives)
        return cast(Index, partial)


def ablations(settings: Settings) -> dict[str, Examined]:
    """Ours without each stage, by name."""
    weights = tuned()
    no_words = Weights(0.0, 0.0, weights.questions, weights.units)
    no_views = Weights(weights.lexical, 0.0, 0.0, weights.units)
    always = settings.model_copy(update={"min_confidence": 0.0})
    return {
        "낱말 검색 없이": Ablated(settings, weights=no_words),
        "판매자 질문 없이": Ablated(settings, weights=no_views),
        "다시 읽기 없이": Examined(settings.model_copy(update={"reranker": "none"})),
        "오타 교정 없이": Ablated(settings, spelling=False),
        "모르는 주제 없이": Ablated(settings, negatives=False),
        "거절 없이": Examined(always),
    }


class _AsWritten:
    """A speller that corrects nothing."""

    def correct(self, text: str) -> str:
        return text


class _Partial:
    """An index that searches without some stage; everything else is the index's own."""

    def __init__(
        self, index: Index, weights: Weights | None, spelling: bool, negatives: bool
    ) -> None:
        self._index, self._weights, self._negatives = index, weights, negatives
        self.speller = index.speller if spelling else _AsWritten()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the index has
        return getattr(self._index, name)

    def retrieve(self, query: str, k: int, **kwargs: Any) -> Retrieval:  # noqa: ANN401
        found = self._index.retrieve(query, k, weights=self._weights, **kwargs)
        if self._negatives:
            return found
        outside = dict.fromkeys(found.outside, -1.0)
        return dataclasses.replace(
            found, gap=-1.0, gap_asked=0.0, crowd_gap=-1.0, topic_gap=-1.0, outside=outside
        )
