"""What stands on the disk when an update begins, and what can be saved of damaged files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from corpus import Document, IndexDamagedError, IndexMissingError
from index.making import digest
from index.own.parsed import ParsedFiles
from index.own.registry import OwnContent, Registry
from index.segment import is_open
from index.settings import IndexSettings
from index.storage import Manifest, SegmentEntry, current, read_manifest, segment_path
from index.storage.files import lines_of
from index.storage.generation import PREFIX
from index.storage.segments import damaged_segments, verify_files

DOCUMENTS = "documents.jsonl"


@dataclass(frozen=True)
class Standing:
    """The generation that an update starts from.

    ``manifest`` is None where there is no generation; ``sound`` are its segments whose files are
    as they were written; ``registry`` lists sellers' own files.
    """

    settings: IndexSettings
    path: Path
    manifest: Manifest | None
    sound: tuple[SegmentEntry, ...]
    registry: Registry
    current: bool

    @property
    def whole(self) -> bool:
        """Whether this is the current generation and nothing of it is damaged."""
        return self.current and self.manifest is not None and self.sound == self.manifest.segments

    def unindexed(self, kept: Collection[SegmentEntry]) -> dict[str, OwnContent]:
        """Contents of own files that the segments ``kept`` do not hold."""
        held = {(name, d.digest) for entry in kept for name, d in entry.documents.items()}
        return {
            key: content
            for key, content in self.registry.contents.items()
            if not held.issuperset(content.documents.items())
        }

    def recover(self, contents: Mapping[str, OwnContent]) -> tuple[list[Document], set[str]]:
        """The documents of contents, and the keys of those that are lost.

        They come from what was read before, and where that is gone, from their old segment.
        """
        parsed = ParsedFiles(self.settings.parsed_directory)
        found: list[Document] = []
        lost: set[str] = set()
        for key, content in contents.items():
            kept = parsed.get(key, content.name) or []
            if not _are(kept, content):
                kept = [self._stored[name] for name in content.documents if name in self._stored]
            if _are(kept, content):
                found += kept
            else:
                lost.add(key)
        return found, lost

    @cached_property
    def _stored(self) -> dict[str, Document]:
        """The own documents of every segment whose file of documents is as it was written."""
        found: dict[str, Document] = {}
        for entry in self.manifest.segments if self.manifest else ():
            folder = segment_path(self.settings.index_directory, entry)
            try:
                verify_files(folder, [file for file in entry.files if file.path == DOCUMENTS])
            except IndexDamagedError:
                continue
            rows = lines_of((folder / DOCUMENTS).read_bytes()) if entry.own else ()
            documents = (Document.model_validate_json(row) for row in rows)
            found.update((one.id, one) for one in documents if one.id in entry.documents)
        return found


def _are(documents: Sequence[Document], content: OwnContent) -> bool:
    """Whether these are the very documents of a content."""
    return {document.id: digest(document) for document in documents} == content.documents


def standing(settings: IndexSettings) -> Standing:
    """What an update starts from: the current generation, else the newest that can be read."""
    directory = settings.index_directory
    try:
        pointer: Path | None = current(directory)
    except (IndexMissingError, IndexDamagedError):
        pointer = None
    for path in _candidates(directory, pointer):
        try:
            manifest = read_manifest(path)
            verify_files(path, manifest.files)
            registry = Registry.read(path)
        except IndexDamagedError:
            continue
        sound = _sound(directory, manifest)
        if path != pointer:
            registry = Registry.backed_up(settings.data) or registry
        return Standing(settings, path, manifest, sound, registry, current=path == pointer)
    kept = Registry.backed_up(settings.data) or Registry()
    return Standing(settings, directory, None, (), kept, current=False)


def _candidates(directory: Path, pointer: Path | None) -> Sequence[Path]:
    others = sorted(directory.glob(f"{PREFIX}*"), reverse=True)
    first = [pointer] if pointer else []
    return [*first, *(path for path in others if path != pointer and path.is_dir())]


def _sound(directory: Path, manifest: Manifest) -> tuple[SegmentEntry, ...]:
    damaged = damaged_segments(directory, manifest, is_open)
    return tuple(entry for entry in manifest.segments if entry.name not in damaged)
