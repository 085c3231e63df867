"""From a question to an `Answer`: the file to read first.

1. Clean the question; read a follow-up together with the turn before it.
2. Retrieve passages; when words look mistyped or run together, search once more with them mended.
3. Decide whether the corpus answers it at all; passages that are level, and the first one of a
   question in doubt, are read together with the question for it.
4. Compose the answer from the passages' own sentences, a citation for each claim; or let the
   language model of the settings write it, and check every sentence.
5. Suggest the support channel, from the question, the answer and the time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterable, Iterator
from threading import Lock
from time import perf_counter
from typing import Any

from assistant import signals as signalling
from assistant import texts
from assistant.channel import suggest
from assistant.compose import compose
from assistant.decide import Decision, decide, in_doubt, may_be_answered, own_is_near
from assistant.models import Answer
from assistant.parts import with_parts
from assistant.question import Reading, asked_at, clean, passage_limit, readings, reworded
from assistant.related import declined, related
from assistant.settings import Settings, load_settings
from assistant.situation import situation
from assistant.written import Written, writer_of
from corpus import CATEGORIES, Category, Document, QuestionError
from index import Hit, Index, Retrieval
from index.lexical import analyzer
from index.opening import open_index
from index.reranking.second import read_again, read_first
from index.results import as_hit
from index.storage import pointed

CANDIDATES = 10  # passages that decision and composer look at, whatever k is
MENDED_MARGIN = 0.05  # how much surer the search as written must be than the mended one


class Assistant:
    """Answers questions from one index. Safe to share between threads; keeps no conversation.

    Raises:
        SettingsError: the language model of the settings cannot be used.
    """

    def __init__(self, settings: Settings | None = None, opened: Index | None = None) -> None:
        self.settings = settings or load_settings()
        self._index = opened
        self._lock = Lock()
        self._writer = writer_of(self.settings)

    @property
    def streams(self) -> bool:
        """Whether a language model writes the answers, so that they come piece by piece."""
        return self._writer is not None

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
        steps = self._steps(question, history, k, now)
        return next(step for step in steps if isinstance(step, Answer))

    def answer_stream(
        self,
        question: str,
        history: Iterable[Any] | None = None,
        k: int = 5,
        now: dt.datetime | None = None,
    ) -> Iterator[str | Answer]:
        """The answer's text as it comes, then the `Answer` itself as the last item.

        A language model's text comes sentence by sentence, each checked before. Where a later one
        fails, the `Answer` has a ``fallback_reason``, and its text replaces what came.
        """
        came = False
        for step in self._steps(question, history, k, now):
            if isinstance(step, Answer) and not came:
                yield from step.text.splitlines(keepends=True)
            came = True
            yield step

    def _steps(
        self, question: str, history: Iterable[Any] | None, k: int, now: dt.datetime | None
    ) -> Iterator[str | Answer]:
        """What a language model writes, in checked pieces; last the `Answer`."""
        started = perf_counter()
        moment = asked_at(now)
        asked = clean(question, self.settings.max_question_chars)
        queries = readings(asked, history)
        index = self.index
        signals = signalling.read(asked)
        passages = passage_limit(k)
        retrieval, decision = self._read(index, queries, signals)
        if len(queries) == 1:
            retrieval, decision = with_parts(
                asked,
                (retrieval, decision),
                lambda part: self._closer(index, self._attempt(index, part, signals), signals),
            )
        retrieved = perf_counter()
        written = Written("", ())
        if decision.answered:
            written = yield from self._write(index, asked, retrieval, passages)
        composed = perf_counter()
        channel = suggest(situation(asked, retrieval, decision, signals, moment))
        text = written.text
        if not decision.answered:
            text = declined(decision, retrieval, channel.name, channel.location)
        chosen = perf_counter()
        yield Answer(
            question=question,
            text=text,
            answered=decision.answered,
            confidence=round(decision.confidence, 4),
            category=retrieval.found[0].passage.category if decision.answered else None,
            citations=written.citations,
            channel=channel,
            related=related(index, retrieval, decision),
            composer=written.composer,
            fallback_reason=written.fallback_reason,
            timings={
                **{name: round(value, 3) for name, value in retrieval.timings.items()},
                "retrieve": round((retrieved - started) * 1000, 3),
                "compose": round((composed - retrieved) * 1000, 3),
                "channel": round((chosen - composed) * 1000, 3),
                "total": round((perf_counter() - started) * 1000, 3),
            },
        )

    def _write(
        self, index: Index, asked: str, retrieval: Retrieval, passages: int
    ) -> Generator[str, None, Written]:
        if self._writer is None:
            return Written(*compose(index, retrieval, passages))
        return (yield from self._writer.write(index, asked, retrieval, passages))

    def search(self, query: str, k: int = 5, category: Category | None = None) -> list[Hit]:
        """The ``k`` passages nearest to ``query``, best first.

        Raises:
            QuestionError: the query, ``k`` or ``category`` cannot be used.
            IndexMissingError: nothing has been built.
        """
        if category is not None and category not in CATEGORIES:
            raise QuestionError(texts.ERROR_CATEGORY.format(known=", ".join(CATEGORIES)))
        asked = clean(query, self.settings.max_question_chars)
        found = self.index.retrieve(asked, passage_limit(k), category).found
        return [as_hit(one) for one in found]

    def document(self, document_id: str) -> Document:
        """The document that citations refer to; `KeyError` when there is none."""
        return self.index.documents[document_id]

    def warm_up(self) -> None:
        """Load everything that the first answer needs; no language model is asked for it."""
        plain = self.settings.model_copy(update={"llm": None})
        Assistant(plain, self.index).answer("정산은 언제 되나요?")

    def _read(
        self, index: Index, queries: list[Reading], signals: frozenset[str]
    ) -> tuple[Retrieval, Decision]:
        """The first reading of the question that is answered, else the first of all."""
        first = self._retrieve(index, queries[0], signals)
        if first[1].answered:
            return first
        others = (self._retrieve(index, query, signals) for query in queries[1:])
        found = next((found for found in others if found[1].answered), first)
        if found[1].answered or not index.has_own:
            return found
        return self._from_own(index, queries, signals) or found

    def _from_own(
        self, index: Index, queries: list[Reading], signals: frozenset[str]
    ) -> tuple[Retrieval, Decision] | None:
        """The answer of the seller's own documents alone, where one of their texts is near."""
        for query in queries:
            found = self._closer(index, self._attempt(index, query, signals, own=True), signals)
            if found[1].answered and own_is_near(found[0]):
                return found
        return None

    def _retrieve(
        self, index: Index, query: Reading, signals: frozenset[str]
    ) -> tuple[Retrieval, Decision]:
        """The best of three searches: as written, errors mended, English words told in Korean."""
        best = self._attempt(index, query, signals)
        mended = index.speller.correct(analyzer().space(query.text))
        for other in reworded(query, mended):
            found = self._attempt(index, other, signals)
            # Words that the corpus has raise the confidence a little by themselves, so the search
            # as written keeps what it is clearly surer of.
            if found[1].confidence > best[1].confidence - MENDED_MARGIN:
                best = found
        return self._closer(index, best, signals)

    def _attempt(
        self, index: Index, query: Reading, signals: frozenset[str], *, own: bool = False
    ) -> tuple[Retrieval, Decision]:
        found = index.retrieve(query.text, CANDIDATES, own=own, context=query.context)
        return found, decide(found, signals, self.settings.min_confidence)

    def _closer(
        self, index: Index, first: tuple[Retrieval, Decision], signals: frozenset[str]
    ) -> tuple[Retrieval, Decision]:
        """A search after its second stage: level passages and, in doubt, the first one are read."""
        found, decision = first
        if not index.reranker or not may_be_answered(decision):
            return first
        found = read_again(index.reranker, found)
        if in_doubt(decision):
            found = read_first(index.reranker, found)
        return found, decide(found, signals, self.settings.min_confidence)
