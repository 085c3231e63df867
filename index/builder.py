"""Build the index: passages, vectors of their views and sentences, BM25, one new generation."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus import (
    CorpusError,
    Document,
    IndexDamagedError,
    IndexMissingError,
    Negative,
    negatives,
)
from index.embedder import Progress, Text, embed
from index.embedding import Encoder
from index.encoders import encoder_of
from index.lexical import Analyzer, Lexical, analyzer, fingerprint
from index.lexical.spelling import vocabulary
from index.passages import Passage, Terms, chunk
from index.settings import IndexSettings
from index.storage import (
    Manifest,
    build_lock,
    current,
    publish,
    read_manifest,
    verify,
)
from index.storage.files import dump_json, json_lines

BUILD_VERSION = 3  # raise it when the same documents would give another index
TEXT_VIEW, QUESTION_VIEW = 0, 1


@dataclass(frozen=True)
class BuildResult:
    """What a build did."""

    path: Path
    manifest: Manifest
    changed: bool
    embedded: int


def build(
    documents: list[Document],
    settings: IndexSettings | None = None,
    progress: Progress | None = None,
    unanswered: Sequence[Negative] | None = None,
) -> BuildResult:
    """Build the index of ``documents``; what is already built or embedded is not done again.

    Args:
        documents: all documents that the index is to hold.
        settings: where and how; default: from the environment.
        progress: called with (texts embedded so far, texts to embed).
        unanswered: what the documents do not answer; default: what ships with the corpus.

    Raises:
        CorpusError: two documents have the same id.
        EncoderError: the embedding model cannot be loaded or run.
        StorageError: the system refuses to write; the index that stood there is unharmed.
    """
    settings = settings or IndexSettings()
    _require_distinct(documents)
    encoder = encoder_of(settings)
    known = negatives() if unanswered is None else list(unanswered)
    wanted = _fingerprint(documents, known, settings, encoder)
    with build_lock(settings.index_directory):
        standing = _standing(settings.index_directory, wanted)
        if standing:
            return BuildResult(*standing, changed=False, embedded=0)
        return _build(documents, known, settings, encoder, wanted, progress)


def up_to_date(documents: list[Document], settings: IndexSettings) -> bool:
    """Whether the current generation was made of just these documents and settings."""
    try:
        manifest = read_manifest(current(settings.index_directory))
    except (IndexMissingError, IndexDamagedError):
        return False
    encoder = encoder_of(settings)
    return manifest.fingerprint == _fingerprint(documents, negatives(), settings, encoder)


def _require_distinct(documents: list[Document]) -> None:
    """Passages are named after their document: two of one name could not be told apart."""
    seen: dict[str, Document] = {}
    for document in documents:
        first = seen.setdefault(document.id, document)
        if first is not document:
            raise CorpusError(
                f"같은 id를 쓰는 문서가 또 있습니다: {document.id}",
                file=Path(document.path),
                hint=f"{first.path}와 이 파일 가운데 하나의 id나 파일 이름을 바꿔 주세요.",
            )


def _standing(directory: Path, wanted: str) -> tuple[Path, Manifest] | None:
    try:
        path = current(directory)
        manifest = verify(path)
    except (IndexMissingError, IndexDamagedError):
        return None
    return (path, manifest) if manifest.fingerprint == wanted else None


def _build(
    documents: list[Document],
    known: list[Negative],
    settings: IndexSettings,
    encoder: Encoder,
    wanted: str,
    progress: Progress | None,
) -> BuildResult:
    korean = analyzer()
    passages = [
        passage
        for document in documents
        for passage in chunk(document, korean.sentences, settings.chunk_chars)
    ]
    owners = _owners(passages)
    texts = [*_views(passages), *_negatives(known), *_units(passages)]
    vectors, embedded = embed(texts, settings, encoder, progress)
    views, against, units = np.split(vectors, [len(owners), len(owners) + len(known)])
    lexical = Lexical.build([korean.tokens(lexical_text(passage)) for passage in passages])
    asked = Lexical.build([korean.tokens(" ".join(p.questions)) for p in passages])
    gaps = Lexical.build([korean.tokens(text) for text in _gap_texts(known)])
    words = vocabulary(passages, korean)

    def write(path: Path) -> None:
        json_lines(path / "documents.jsonl", list(documents))
        json_lines(path / "passages.jsonl", list(passages))
        json_lines(path / "terms.jsonl", [_terms(passage, korean) for passage in passages])
        np.save(path / "owners.npy", owners, allow_pickle=False)
        json_lines(path / "negatives.jsonl", list(known))
        np.save(path / "negatives.npy", against, allow_pickle=False)
        np.save(path / "units.npy", units, allow_pickle=False)
        flat = faiss.IndexFlatIP(encoder.dimension)
        flat.add(np.ascontiguousarray(views))
        # Written by us: FAISS itself would not say why a write failed.
        (path / "views.faiss").write_bytes(faiss.serialize_index(flat).tobytes())
        for name, index in (("bm25", lexical), ("bm25-questions", asked), ("bm25-gaps", gaps)):
            (path / name).mkdir()
            index.save(path / name)
        dump_json(path / "words.json", words)

    manifest = Manifest(
        fingerprint=wanted,
        encoder=encoder.id,
        encoder_fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        chunk_chars=settings.chunk_chars,
        analyzer=korean.fingerprint,
        built_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        documents={document.id: _digest(document) for document in documents},
        passages=len(passages),
        views=len(owners),
        units=len(units),
    )
    path = publish(settings.index_directory, manifest, write)
    return BuildResult(path, read_manifest(path), changed=True, embedded=embedded)


def lexical_text(passage: Passage) -> str:
    """What BM25 sees: heading path, text, and the other names of what the text mentions."""
    own = f"{passage.title}\n{passage.section}\n{passage.section}\n{passage.text}"
    named = [" ".join(group) for group in passage.aliases if any(word in own for word in group)]
    return "\n".join([own, *named])


def _terms(passage: Passage, korean: Analyzer) -> Terms:
    def terms(text: str) -> frozenset[str]:
        return frozenset(korean.tokens(text))

    return Terms(
        heading=terms(f"{passage.title}\n{passage.section}"),
        units=tuple(terms(unit.text) for unit in passage.units),
        questions=tuple(terms(question) for question in passage.questions),
    )


def _views(passages: list[Passage]) -> Iterator[Text]:
    for passage in passages:
        yield Text(passage.embedded_text, "passage")
        yield from (Text(question, "query") for question in _asked(passage))


def _asked(passage: Passage) -> tuple[str, ...]:
    """The questions that sellers would ask a passage, its heading path before them.

    A heading path is what a short question in official terms looks like.
    """
    return (f"{passage.title} {passage.section}", *passage.questions)


def _negatives(known: list[Negative]) -> Iterator[Text]:
    yield from (Text(negative.text, "query") for negative in known)


def _gap_texts(known: list[Negative]) -> list[str]:
    """The questions of each known gap as one text."""
    topics: dict[str, list[str]] = {}
    for negative in known:
        if negative.kind == "gap":
            topics.setdefault(negative.topic, []).append(negative.text)
    return [" ".join(questions) for questions in topics.values()]


def _owners(passages: list[Passage]) -> NDArray[np.int32]:
    """For each view: the passage it belongs to and its kind; int32, shape (n_views, 2)."""
    rows = [
        (number, kind)
        for number, passage in enumerate(passages)
        for kind in [TEXT_VIEW, *[QUESTION_VIEW] * len(_asked(passage))]
    ]
    return np.array(rows, dtype=np.int32).reshape(-1, 2)


def _units(passages: list[Passage]) -> Iterator[Text]:
    for passage in passages:
        yield from (Text(unit.text, "passage") for unit in passage.units)


def _digest(document: Document) -> str:
    return hashlib.sha256(document.model_dump_json().encode()).hexdigest()


def _fingerprint(
    documents: list[Document], known: list[Negative], settings: IndexSettings, encoder: Encoder
) -> str:
    """Equal fingerprints mean that a build would give the same index."""
    parts = [
        f"build {BUILD_VERSION}",
        f"encoder {encoder.fingerprint}",
        f"chunk {settings.chunk_chars}",
        f"analyzer {fingerprint()}",
        *(f"{document.id} {_digest(document)}" for document in documents),
        *(f"{negative.kind} {negative.text}" for negative in known),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
