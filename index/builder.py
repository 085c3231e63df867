"""Build the index: passages, vectors of their views and sentences, BM25, one new generation."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus import Document
from index.embedding import Encoder, load_encoder
from index.lexical import Lexical, analyzer
from index.lexical.spelling import vocabulary
from index.passages import Passage, chunk
from index.settings import IndexSettings
from index.storage import Manifest, VectorCache, build_lock, current, publish, verify
from index.storage.generation import dump_json, json_lines, read_manifest

Progress = Callable[[int, int], None]
Role = Literal["query", "passage"]

BUILD_VERSION = 1  # raise it when the same documents would give another index
_COMMIT_EVERY = 128  # vectors; about a second of work is lost when a build is cut off
TEXT_VIEW, QUESTION_VIEW = 0, 1


@dataclass(frozen=True)
class BuildResult:
    """What a build did."""

    path: Path
    manifest: Manifest
    changed: bool
    embedded: int


@dataclass(frozen=True)
class _Text:
    text: str
    role: Role


def build(
    documents: list[Document],
    settings: IndexSettings | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Build the index of ``documents``; what is already built or embedded is not done again.

    Args:
        documents: all documents that the index is to hold.
        settings: where and how; default: from the environment.
        progress: called with (texts embedded so far, texts to embed).

    Raises:
        EncoderError: the embedding model cannot be loaded or run.
    """
    settings = settings or IndexSettings()
    encoder = load_encoder(settings)
    fingerprint = _fingerprint(documents, settings, encoder)
    with build_lock(settings.index_directory):
        standing = _standing(settings.index_directory, fingerprint)
        if standing:
            return BuildResult(*standing, changed=False, embedded=0)
        return _build(documents, settings, encoder, fingerprint, progress)


def up_to_date(documents: list[Document], settings: IndexSettings) -> bool:
    """Whether the current generation was made of just these documents and settings."""
    try:
        manifest = read_manifest(current(settings.index_directory))
    except Exception as error:  # noqa: BLE001 - any reason to build is the same answer
        del error
        return False
    return manifest.fingerprint == _fingerprint(documents, settings, load_encoder(settings))


def _standing(directory: Path, fingerprint: str) -> tuple[Path, Manifest] | None:
    from corpus import IndexDamagedError, IndexMissingError

    try:
        path = current(directory)
        manifest = verify(path)
    except (IndexMissingError, IndexDamagedError):
        return None
    return (path, manifest) if manifest.fingerprint == fingerprint else None


def _build(
    documents: list[Document],
    settings: IndexSettings,
    encoder: Encoder,
    fingerprint: str,
    progress: Progress | None,
) -> BuildResult:
    korean = analyzer()
    passages = [
        passage
        for document in documents
        for passage in chunk(document, korean.sentences, settings.chunk_chars)
    ]
    texts = [*_views(passages), *_units(passages)]
    vectors, embedded = _embed(texts, settings, encoder, progress)
    owners = _owners(passages)
    lexical = Lexical.build([korean.tokens(lexical_text(passage)) for passage in passages])
    asked = Lexical.build([korean.tokens(" ".join(p.questions)) for p in passages])
    words = vocabulary(passages, korean)

    def write(path: Path) -> None:
        json_lines(path / "documents.jsonl", list(documents))
        json_lines(path / "passages.jsonl", list(passages))
        np.save(path / "owners.npy", owners, allow_pickle=False)
        np.save(path / "units.npy", vectors[len(owners) :], allow_pickle=False)
        flat = faiss.IndexFlatIP(encoder.dimension)
        flat.add(np.ascontiguousarray(vectors[: len(owners)]))
        faiss.write_index(flat, str(path / "views.faiss"))
        for name, index in (("bm25", lexical), ("bm25-questions", asked)):
            (path / name).mkdir()
            index.save(path / name)
        dump_json(path / "words.json", words)

    manifest = Manifest(
        fingerprint=fingerprint,
        encoder=encoder.id,
        encoder_fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        chunk_chars=settings.chunk_chars,
        analyzer=korean.fingerprint,
        built_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        documents={document.id: _digest(document) for document in documents},
        passages=len(passages),
        views=len(owners),
        units=len(vectors) - len(owners),
    )
    path = publish(settings.index_directory, manifest, write)
    return BuildResult(path, read_manifest(path), changed=True, embedded=embedded)


def lexical_text(passage: Passage) -> str:
    """What BM25 sees: heading path, text, and the other names of what the text mentions."""
    own = f"{passage.title}\n{passage.section}\n{passage.section}\n{passage.text}"
    named = [" ".join(group) for group in passage.aliases if any(word in own for word in group)]
    return "\n".join([own, *named])


def _views(passages: list[Passage]) -> Iterator[_Text]:
    for passage in passages:
        yield _Text(passage.embedded_text, "passage")
        yield from (_Text(question, "query") for question in passage.questions)


def _owners(passages: list[Passage]) -> NDArray[np.int32]:
    """For each view: the passage it belongs to and its kind; int32, shape (n_views, 2)."""
    rows = [
        (number, kind)
        for number, passage in enumerate(passages)
        for kind in [TEXT_VIEW, *[QUESTION_VIEW] * len(passage.questions)]
    ]
    return np.array(rows, dtype=np.int32).reshape(-1, 2)


def _units(passages: list[Passage]) -> Iterator[_Text]:
    for passage in passages:
        yield from (_Text(unit.text, "passage") for unit in passage.units)


def _embed(
    texts: list[_Text], settings: IndexSettings, encoder: Encoder, progress: Progress | None
) -> tuple[NDArray[np.float32], int]:
    """Vectors of ``texts``, float32 of shape (n, dim), and how many had to be computed."""
    keys = [_key(text, encoder.fingerprint) for text in texts]
    cache = VectorCache(settings.cache_file, encoder.dimension)
    try:
        known = cache.get(list(dict.fromkeys(keys)))
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
        done = 0
        for batch in _batches(list(missing.items()), _COMMIT_EVERY):
            fresh = _encode([text for _, text in batch], encoder, settings.build_threads)
            rows = list(zip([key for key, _ in batch], fresh, strict=True))
            cache.put(rows)
            known.update(rows)
            done += len(batch)
            if progress:
                progress(done, len(missing))
    finally:
        cache.close()
    matrix = np.array([known[key] for key in keys], dtype=np.float32)
    return matrix.reshape(len(keys), encoder.dimension), len(missing)


def _encode(
    texts: list[_Text], encoder: Encoder, threads: int
) -> Iterator[NDArray[np.float32]]:
    """Vectors in order. The native runtimes release the interpreter, so threads use all cores."""
    if not encoder.one_at_a_time:
        return iter(_encode_batch(texts, encoder))
    with ThreadPoolExecutor(threads) as pool:
        return iter(list(pool.map(lambda text: _encode_batch([text], encoder)[0], texts)))


def _encode_batch(texts: list[_Text], encoder: Encoder) -> NDArray[np.float32]:
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    for role in ("query", "passage"):
        at = [number for number, text in enumerate(texts) if text.role == role]
        if not at:
            continue
        inside = [texts[number].text for number in at]
        if role == "query":
            vectors[at] = np.array([encoder.encode_query(text) for text in inside])
        else:
            vectors[at] = encoder.encode_passages(inside)
    return vectors


def _batches(items: list[tuple[bytes, _Text]], size: int) -> Iterator[list[tuple[bytes, _Text]]]:
    rest = iter(items)
    while batch := list(itertools.islice(rest, size)):
        yield batch


def _key(text: _Text, fingerprint: str) -> bytes:
    return hashlib.sha256(f"{fingerprint}\0{text.role}\0{text.text}".encode()).digest()


def _digest(document: Document) -> str:
    return hashlib.sha256(document.model_dump_json().encode()).hexdigest()


def _fingerprint(documents: list[Document], settings: IndexSettings, encoder: Encoder) -> str:
    """Equal fingerprints mean that a build would give the same index."""
    counts = Counter(document.id for document in documents)
    repeated = sorted(name for name, count in counts.items() if count > 1)
    parts = [
        f"build {BUILD_VERSION}",
        f"encoder {encoder.fingerprint}",
        f"chunk {settings.chunk_chars}",
        f"analyzer {analyzer_fingerprint()}",
        f"repeated {repeated}",
        *(f"{document.id} {_digest(document)}" for document in documents),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def analyzer_fingerprint() -> str:
    """The analyzer's fingerprint."""
    return analyzer().fingerprint
