"""What ours is held against on the same passages: words or vectors alone, ours less a stage."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import bm25s
import faiss
import numpy as np

import corpus
from assistant.settings import Settings
from evals.examine import Examined, ablations
from evals.systems import WARM_UP, Finds, Job, K, Span, System, Text, measure
from index import Passage, build
from index.embedding import Encoder
from index.encoders import encoder_of
from index.lexical import analyzer
from index.passages import chunk

NOW = dt.datetime.fromisoformat("2026-11-25T10:00+09:00")

OURS = "ours"

Tokenize = Callable[[str], list[str]]


class Words:
    """BM25 (``bm25s``, Lucene's variant) over our passages."""

    def __init__(self, name: str, tokenize: Tokenize, settings: Settings) -> None:
        self.name, self._tokenize, self._settings = name, tokenize, settings
        self._passages: list[Passage] = []
        self._index: Any = None

    def build(self, documents: Sequence[Text]) -> None:
        """Index the passages of the shipped corpus."""
        self._passages = _passages(self._settings)
        tokens = [self._tokenize(passage.embedded_text) for passage in self._passages]
        self._index = bm25s.BM25()
        self._index.index(tokens, show_progress=False)

    def search(self, question: str) -> list[Span]:
        """By BM25."""
        tokens = self._tokenize(question)
        scores = self._index.get_scores(tokens) if tokens else np.zeros(len(self._passages))
        best = np.argsort(-scores, kind="stable")[:K]
        return [_span(self._passages[n], float(scores[n])) for n in best]


class Dense:
    """The nearest passages by our encoder and an exact FAISS index."""

    name = "벡터만 (같은 인코더 + FAISS)"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._encoder: Encoder = encoder_of(settings)
        self._passages: list[Passage] = []
        self._index: Any = None

    def build(self, documents: Sequence[Text]) -> None:
        """Embed and index the passages of the shipped corpus."""
        self._passages = _passages(self._settings)
        texts = [passage.embedded_text for passage in self._passages]
        vectors = self._encoder.encode_passages(texts)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def search(self, question: str) -> list[Span]:
        """By cosine."""
        vector = self._encoder.encode_query(question)
        scores, numbers = self._index.search(vector[None, :], K)
        return [
            _span(self._passages[int(n)], float(score))
            for n, score in zip(numbers[0], scores[0], strict=True)
        ]


def systems(settings: Settings) -> dict[str, Callable[[Job], Finds]]:
    """The product, the baselines, and the product without each stage, by a name for its file."""

    def of(system: System) -> Callable[[Job], Finds]:
        return lambda job: measure(system, job, "baseline")

    def asking(name: str, group: str, bot: Examined) -> Callable[[Job], Finds]:
        return lambda job: _asked(name, group, bot, job)

    return {
        OURS: asking("이 도우미", "ours", Examined(settings)),
        "bm25-spaces": of(Words("BM25 (띄어쓰기)", str.split, settings)),
        "bm25-kiwi": of(Words("BM25 (Kiwi 형태소)", analyzer().tokens, settings)),
        "dense": of(Dense(settings)),
        **{
            f"ablation-{number}": asking(f"이 도우미, {name}", "ablation", bot)
            for number, (name, bot) in enumerate(ablations(settings).items(), 1)
        },
    }


def build_seconds(settings: Settings) -> float:
    """Seconds to build our whole index, every vector computed, in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = settings.model_copy(update={"data": Path(folder), "precomputed": False})
        started = perf_counter()
        build(corpus.load(), fresh)
        return perf_counter() - started


def _asked(name: str, group: str, bot: Examined, job: Job) -> Finds:
    """Whole answers, not only the search: the milliseconds are those of ``answer()``."""
    for asked in job.questions[:WARM_UP]:
        bot.answer(asked.question, now=NOW)
    spans: dict[str, tuple[Span, ...]] = {}
    milliseconds: dict[str, float] = {}
    answers: dict[str, str] = {}
    sure: dict[str, float] = {}
    for asked in job.questions:
        started = perf_counter()
        answer = bot.answer(asked.question, now=NOW)
        milliseconds[asked.id] = (perf_counter() - started) * 1000
        found = bot.retrieval.found if bot.retrieval else ()
        spans[asked.id] = tuple(_span(one.passage, one.score) for one in found[:K])
        answers[asked.id] = answer.text
        sure[asked.id] = answer.confidence
    return Finds(
        name=name,
        group=group,
        spans=spans,
        milliseconds=milliseconds,
        index_seconds=None,
        memory_mb=None,
        answers=answers,
        sure=sure,
    )


def _passages(settings: Settings) -> list[Passage]:
    split = analyzer().sentences
    return [p for d in corpus.load() for p in chunk(d, split, settings.chunk_chars)]


def _span(passage: Passage, score: float) -> Span:
    return Span(document_id=passage.document_id, start=passage.start, end=passage.end, score=score)
