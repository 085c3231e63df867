"""Make the content of a segment from documents: passages, vectors, search terms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from corpus import Document, Negative
from corpus.negatives import MISSING
from index.analysis import Analysed, analyse
from index.content import Content, Outline, asked
from index.embedder import Embedder, Progress, Text
from index.embedding import Encoder
from index.lexical import analyzer
from index.passages import Passage, chunk
from index.settings import IndexSettings

GROUP = 32  # documents that are read while those before them are embedded


def make(
    documents: Sequence[Document],
    settings: IndexSettings,
    encoder: Encoder,
    progress: Progress | None = None,
    known: Sequence[Negative] | None = None,
) -> tuple[Content, int]:
    """The content of a segment, and how many of its texts had to be embedded.

    While the texts of some documents are embedded, a thread cuts and reads the next ones.

    Args:
        documents: what it is to hold.
        settings: where vectors are cached, how passages are cut, how many threads embed.
        encoder: makes the vectors.
        progress: called with (texts embedded so far, texts to embed), of which the latter is an
            estimate while there are documents to read.
        known: questions that the documents do not answer; None where there is no such list.
    """
    groups = [documents[at : at + GROUP] for at in range(0, len(documents), GROUP)]
    passages: list[Passage] = []
    analysed: list[Analysed] = []
    nothing = np.empty((0, encoder.dimension), np.float32)
    views, units = [nothing], [nothing]
    with (
        Embedder(settings, encoder, own=known is None) as embedder,
        _reading(groups, settings) as readings,
    ):
        for number, reading in enumerate(readings):
            texts = [*view_texts(reading.passages), *unit_texts(reading.passages)]
            share = _share(progress, embedder.computed, len(groups) - number)
            vectors = embedder.embed(texts, share)
            cut = sum(1 + len(asked(passage)) for passage in reading.passages)
            views.append(vectors[:cut])
            units.append(vectors[cut:])
            passages += reading.passages
            analysed += reading.analysed
        negatives = [Text(negative.text, "query") for negative in known or ()]
        against = embedder.embed(negatives, _share(progress, embedder.computed, 1))
    content = Content(
        outline=Outline.of(documents, passages),
        digests={document.id: digest(document) for document in documents},
        rows={
            "documents": [document.model_dump_json().encode() for document in documents],
            "passages": [passage.model_dump_json().encode() for passage in passages],
            "terms": [one.terms.model_dump_json().encode() for one in analysed],
            "words": [json.dumps(one.words, ensure_ascii=False).encode() for one in analysed],
        },
        views=np.concatenate(views),
        units=np.concatenate(units),
        tokens=[one.tokens for one in analysed],
        asked=[one.asked for one in analysed],
        negatives=known or (),
        against=None if known is None else against,
        gaps=[analyzer().tokens(text) for text in _gap_texts(known or ())],
    )
    return content, embedder.computed


@dataclass(frozen=True)
class Reading:
    """The passages of some documents, and what Kiwi reads in them."""

    passages: list[Passage]
    analysed: list[Analysed]


@contextmanager
def _reading(
    groups: Sequence[Sequence[Document]], settings: IndexSettings
) -> Iterator[Iterator[Reading]]:
    """Reads group after group in a thread of its own; an interrupted build waits for one only."""
    pool = ThreadPoolExecutor(1)
    try:
        yield pool.map(lambda group: _read(group, settings), groups)
    finally:
        pool.shutdown(cancel_futures=True)


def _read(documents: Sequence[Document], settings: IndexSettings) -> Reading:
    passages = chunked(documents, settings)
    return Reading(passages, [analyse(passage, analyzer()) for passage in passages])


def _share(progress: Progress | None, before: int, groups: int) -> Progress:
    """Progress of one group as progress of all, as if the ``groups`` left were alike."""

    def told(done: int, total: int) -> None:
        if progress:
            progress(before + done, before + total * groups)

    return told


def chunked(documents: Sequence[Document], settings: IndexSettings) -> list[Passage]:
    """The passages of documents, in order."""
    split = analyzer().sentences
    return [one for document in documents for one in chunk(document, split, settings.chunk_chars)]


def view_texts(passages: Sequence[Passage]) -> Iterator[Text]:
    """What is embedded to find passages: each text, then the questions that it answers."""
    for passage in passages:
        yield Text(passage.embedded_text, "passage")
        yield from (Text(question, "query") for question in asked(passage))


def unit_texts(passages: Sequence[Passage]) -> Iterator[Text]:
    """What is embedded to choose the sentences that answer."""
    for passage in passages:
        yield from (Text(unit.text, "passage") for unit in passage.units)


def digest(document: Document) -> str:
    """SHA-256 of a document's content."""
    return hashlib.sha256(document.model_dump_json().encode()).hexdigest()


def _gap_texts(known: Sequence[Negative]) -> list[str]:
    """The questions of each known gap, and the near misses of each section, as one text."""
    topics: dict[str, list[str]] = {}
    for negative in known:
        if negative.kind in MISSING:
            topics.setdefault(negative.topic, []).append(negative.text)
    return [" ".join(questions) for questions in topics.values()]
