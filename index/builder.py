"""Build the index: one new generation of the segments that stand and those that are new."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import CorpusError, Document, IndexDamagedError, IndexMissingError, Negative, negatives
from index.embedder import Progress
from index.embedding import Encoder
from index.encoders import encoder_of
from index.lexical import fingerprint
from index.making import digest, make
from index.own.registry import Registry
from index.settings import IndexSettings
from index.standing import Standing, standing
from index.storage import (
    Fresh,
    Manifest,
    SegmentEntry,
    build_lock,
    current,
    publish,
    read_manifest,
)

BUILD_VERSION = 6  # raise it when the same documents would give another index


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

    Sellers' own documents that have been added stay; they are indexed again where the encoder or
    another setting has changed, or where a file of theirs is damaged.

    Args:
        documents: all documents of the built-in corpus that the index is to hold.
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
    known = _not_answered(documents) if unanswered is None else list(unanswered)
    wanted = _fingerprint(documents, known, settings, encoder)
    with build_lock(settings.index_directory):
        base = standing(settings)
        kept = [
            entry
            for entry in base.sound
            if entry.fingerprint == (recipe(settings, encoder) if entry.own else wanted)
        ]
        has_corpus = any(not entry.own for entry in kept)
        if base.manifest and base.whole and has_corpus and len(kept) == len(base.sound):
            return BuildResult(base.path, base.manifest, changed=False, embedded=0)
        return _build(documents, known, settings, encoder, progress, base, kept, wanted)


def up_to_date(documents: list[Document], settings: IndexSettings) -> bool:
    """Whether the current generation was made of just these documents and settings."""
    try:
        manifest = read_manifest(current(settings.index_directory))
    except (IndexMissingError, IndexDamagedError):
        return False
    encoder = encoder_of(settings)
    wanted = {_fingerprint(documents, _not_answered(documents), settings, encoder)}
    return wanted == {entry.fingerprint for entry in manifest.segments if not entry.own}


def _not_answered(documents: list[Document]) -> list[Negative]:
    """What ships with the corpus; it says nothing of an index without it."""
    return negatives() if documents else []


def publish_segments(
    settings: IndexSettings,
    encoder: Encoder,
    segments: Sequence[SegmentEntry | Fresh],
    registry: Registry,
) -> tuple[Path, Manifest]:
    """Make a new generation of ``segments`` with the list of own files; under the build lock."""
    manifest = Manifest(
        encoder=encoder.id,
        encoder_fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        chunk_chars=settings.chunk_chars,
        analyzer=fingerprint(),
        built_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    path = publish(settings.index_directory, manifest, registry.write, segments)
    registry.back_up(settings.data)
    return path, read_manifest(path)


def recipe(settings: IndexSettings, encoder: Encoder) -> str:
    """Equal recipes mean that the same documents would give the same segment."""
    parts = [
        f"build {BUILD_VERSION}",
        f"encoder {encoder.fingerprint}",
        f"chunk {settings.chunk_chars}",
        f"analyzer {fingerprint()}",
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def named(entry: SegmentEntry, registry: Registry) -> SegmentEntry:
    """``entry`` with its documents under the names that their files have now."""
    keys = {name: key for key, one in registry.contents.items() for name in one.documents}
    documents = {}
    for name, one in entry.documents.items():
        shown = registry.name_of(keys[name])
        same = shown == registry.contents[keys[name]].name
        documents[name] = one.model_copy(update={"shown": "" if same else shown})
    return entry.model_copy(update={"documents": documents})


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


def _build(
    documents: list[Document],
    known: list[Negative],
    settings: IndexSettings,
    encoder: Encoder,
    progress: Progress | None,
    base: Standing,
    kept: list[SegmentEntry],
    wanted: str,
) -> BuildResult:
    segments: list[SegmentEntry | Fresh] = list(kept)
    embedded = 0
    if all(entry.own for entry in kept):
        content, count = make(documents, settings, encoder, progress, known)
        segments.insert(0, Fresh(content.entry(wanted, own=False), content.write))
        embedded += count
    again, lost = base.recover(base.unindexed(kept))
    registry = base.registry.without(lost)  # their files are read again by the next `sync`
    if again:
        content, count = make(again, settings, encoder, progress)
        entry = named(content.entry(recipe(settings, encoder), own=True), registry)
        segments.append(Fresh(entry, content.write))
        embedded += count
    path, manifest = publish_segments(settings, encoder, segments, registry)
    return BuildResult(path, manifest, changed=True, embedded=embedded)


def _fingerprint(
    documents: list[Document], known: list[Negative], settings: IndexSettings, encoder: Encoder
) -> str:
    """Equal fingerprints mean that a build would give the same corpus segment."""
    parts = [
        recipe(settings, encoder),
        *(f"{document.id} {digest(document)}" for document in documents),
        *(f"{negative.kind} {negative.text}" for negative in known),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
