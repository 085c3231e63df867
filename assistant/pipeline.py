"""From a question to an `Answer`: the file to read first.

1. Clean the question; read a follow-up together with the turn before it.
2. Retrieve passages; when words look mistyped or run together, search once more with them mended.
3. Decide whether the corpus answers it at all.
4. Compose the answer from the passages' own sentences, a citation for each claim.
5. Suggest the support channel, from the question, the answer and the time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from threading import Lock
from time import perf_counter
from typing import Any

from assistant import signals as signalling
from assistant import texts
from assistant.channel import situation, suggest
from assistant.compose import compose
from assistant.decide import Decision, decide
from assistant.hours import korea_time
from assistant.models import Answer
from assistant.question import clean, readings
from assistant.related import nearest_topics, related
from assistant.settings import Settings, load_settings
from corpus import CATEGORIES, Category, Document, QuestionError
from index import Hit, Index, Retrieval
from index.lexical import analyzer
from index.results import as_hit
from index.search import open_index
from index.storage import pointed

MAX_K = 50
CANDIDATES = 10  # passages that decision and composer look at, whatever k is


class Assistant:
    """Answers questions from one index. Safe to share between threads; keeps no conversation."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self._index: Index | None = None
        self._lock = Lock()

    @property
    def index(self) -> Index:
        """The current generation of the index; a newer one is opened when it is published.

        Raises:
            IndexMissingError: nothing has been built.
            IndexDamagedError: no generation is sound.
            EncoderError: the embedding model cannot be loaded or is not the index's.
        """
        path = pointed(self.settings.index_directory)
        with self._lock:
            if self._index is None or self._index.pointer != path:
                self._index = open_index(self.settings)
            return self._index

    def answer(
        self,
        question: str,
        history: Iterable[Any] | None = None,
        k: int = 5,
        now: dt.datetime | None = None,
    ) -> Answer:
        """Answer one question.

        Args:
            question: in the seller's own words.
            history: earlier turns, oldest first: ``{"role": …, "content": …}`` or LangChain
                messages.
            k: how many passages the answer may draw on, 1..50.
            now: when it is asked; naive means Korea time; default the present.

        Raises:
            QuestionError: the question (or ``history``, ``k``, ``now``) cannot be used; also a
                ValueError.
            IndexMissingError: nothing has been built.
        """
        started = perf_counter()
        moment = _moment(now)
        asked = clean(question, self.settings.max_question_chars)
        queries = readings(asked, history)
        index = self.index
        signals = signalling.read(asked)
        passages = _k(k)
        retrieval, decision = self._read(index, queries, signals)
        retrieved = perf_counter()
        if decision.answered:
            text, citations = compose(index, retrieval, passages)
        else:
            text, citations = "", ()
        composed = perf_counter()
        channel = suggest(situation(asked, retrieval, decision, signals, moment))
        if not decision.answered:
            text = _declined(decision, retrieval, channel.name, channel.location)
        chosen = perf_counter()
        return Answer(
            question=question,
            text=text,
            answered=decision.answered,
            confidence=round(decision.confidence, 4),
            category=_category(decision, retrieval),
            citations=citations,
            channel=channel,
            related=related(index, retrieval, decision),
            timings={
                **{name: round(value, 3) for name, value in retrieval.timings.items()},
                "retrieve": round((retrieved - started) * 1000, 3),
                "compose": round((composed - retrieved) * 1000, 3),
                "channel": round((chosen - composed) * 1000, 3),
                "total": round((perf_counter() - started) * 1000, 3),
            },
        )

    def answer_stream(
        self,
        question: str,
        history: Iterable[Any] | None = None,
        k: int = 5,
        now: dt.datetime | None = None,
    ) -> Iterator[str | Answer]:
        """The answer's text line by line, then the `Answer` itself as the last item."""
        answer = self.answer(question, history, k, now)
        yield from answer.text.splitlines(keepends=True)
        yield answer

    def search(self, query: str, k: int = 5, category: Category | None = None) -> list[Hit]:
        """The ``k`` passages nearest to ``query``, best first.

        Raises:
            QuestionError: the query, ``k`` or ``category`` cannot be used.
            IndexMissingError: nothing has been built.
        """
        if category is not None and category not in CATEGORIES:
            raise QuestionError(texts.ERROR_CATEGORY.format(known=", ".join(CATEGORIES)))
        asked = clean(query, self.settings.max_question_chars)
        found = self.index.retrieve(asked, _k(k), category).found
        return [as_hit(one) for one in found]

    def document(self, document_id: str) -> Document:
        """The document that citations refer to; `KeyError` when there is none."""
        return self.index.documents[document_id]

    def warm_up(self) -> None:
        """Load everything that the first answer needs, so that it is as fast as the next."""
        self.answer("정산은 언제 되나요?")

    def _read(
        self, index: Index, queries: list[str], signals: frozenset[str]
    ) -> tuple[Retrieval, Decision]:
        """The first reading of the question that is answered, else the first of all."""
        first = self._retrieve(index, queries[0], signals)
        if first[1].answered:
            return first
        others = (self._retrieve(index, query, signals) for query in queries[1:])
        return next((found for found in others if found[1].answered), first)

    def _retrieve(
        self, index: Index, query: str, signals: frozenset[str]
    ) -> tuple[Retrieval, Decision]:
        """The better of two searches: as written, and with typing errors and spacing mended."""
        retrieval, decision = self._attempt(index, query, signals)
        mended = index.speller.correct(analyzer().space(query))
        if mended == query:
            return retrieval, decision
        again, second = self._attempt(index, mended, signals)
        # Words that the corpus does not have were replaced by words that it has: that alone
        # raises the confidence a little, so the first search keeps what it is clearly surer of.
        better = second.confidence > decision.confidence - MENDED_MARGIN
        return (again, second) if better else (retrieval, decision)

    def _attempt(
        self, index: Index, query: str, signals: frozenset[str]
    ) -> tuple[Retrieval, Decision]:
        retrieval = index.retrieve(query, CANDIDATES)
        return retrieval, decide(retrieval, signals, self.settings.min_confidence)


MENDED_MARGIN = 0.05


def _moment(now: dt.datetime | None) -> dt.datetime:
    if now is not None and not isinstance(now, dt.datetime):
        raise QuestionError(texts.ERROR_NOW)
    return korea_time(now)


def _k(k: int) -> int:
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= MAX_K:
        raise QuestionError(texts.ERROR_K)
    return k


def _category(decision: Decision, retrieval: Retrieval) -> Category | None:
    return retrieval.found[0].passage.category if decision.answered else None


def _declined(decision: Decision, retrieval: Retrieval, name: str, location: str) -> str:
    """What is said instead of an answer: why, where to turn, and the nearest topics."""
    assert decision.decline is not None
    lines = [texts.DECLINE[decision.decline]]
    if decision.decline == "unknown":
        lines.append(texts.DECLINE_CHANNEL.format(channel=name, location=location))
        topics = nearest_topics(retrieval)
        if topics:
            lines += [texts.DECLINE_NEAR, *(f"- {topic}" for topic in topics)]
    return "\n".join(lines)
