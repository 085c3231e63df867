"""From the new list of own files to a new generation: what stays, what goes, what is new."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from corpus import Document
from index.builder import named, publish_segments, recipe
from index.embedder import Progress
from index.embedding import Encoder
from index.making import digest, make
from index.merging import merged, to_merge
from index.own.parsed import ParsedFiles
from index.own.registry import Registry
from index.segment import open_segment
from index.settings import IndexSettings
from index.standing import Standing
from index.storage import Fresh, SegmentEntry, segment_path

MIXED = "made in several ways"  # a fingerprint that no recipe has: the next build makes it anew


def publish_list(
    base: Standing,
    registry: Registry,
    fresh: Sequence[Document],
    again: Sequence[Document],
    settings: IndexSettings,
    encoder: Encoder,
    progress: Progress,
) -> int | None:
    """Publish the generation that a list of own files asks for; under the build lock.

    Args:
        base: what stands.
        registry: the new list.
        fresh: documents that no segment has yet.
        again: documents that were saved of damaged segments; those still listed are made again.
        settings: where and how.
        encoder: makes the vectors.
        progress: called with (texts embedded so far, texts to embed).

    Returns:
        How many texts were embedded; None where nothing has changed.
    """
    wanted = {pair for one in registry.contents.values() for pair in one.documents.items()}
    documents = [*(one for one in again if (one.id, digest(one)) in wanted), *fresh]
    kept = [left for entry in base.sound if (left := _left(entry, registry, wanted))]
    before = base.manifest.segments if base.manifest else ()
    if registry == base.registry and not documents and tuple(kept) == before:
        return None
    segments = list(_merged(kept, settings))
    embedded = 0
    if documents:
        content, embedded = make(documents, settings, encoder, progress)
        entry = named(content.entry(recipe(settings, encoder), own=True), registry)
        segments.append(Fresh(entry, content.write))
    publish_segments(settings, encoder, segments, registry)
    parsed = ParsedFiles(settings.parsed_directory)
    for key in base.registry.contents.keys() - registry.contents.keys():
        parsed.forget(key)
    return embedded


def _left(
    entry: SegmentEntry, registry: Registry, wanted: Collection[tuple[str, str]]
) -> SegmentEntry | None:
    """A segment without the documents that are no longer wanted; None where none is left."""
    if not entry.own:
        return entry
    kept = {name: one for name, one in entry.documents.items() if (name, one.digest) in wanted}
    return named(entry.model_copy(update={"documents": kept}), registry) if kept else None


def _merged(
    segments: Sequence[SegmentEntry], settings: IndexSettings
) -> Iterator[SegmentEntry | Fresh]:
    """``segments``, the small ones of own documents as one where there are many."""
    small = to_merge([entry for entry in segments if entry.own])
    yield from (entry for entry in segments if entry not in small)
    if small:
        directory = settings.index_directory
        content = merged([(open_segment(segment_path(directory, e), e), e) for e in small])
        ways = {entry.fingerprint for entry in small}
        way = ways.pop() if len(ways) == 1 else MIXED
        yield Fresh(content.entry(way, own=True, known=small), content.write)
