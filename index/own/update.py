"""Add, remove and synchronise own files: read what is new, then one new generation.

What was read and embedded is kept as it comes, so an interrupted update goes on where it stopped
when it is called again; until its end the index is as it was.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from corpus import IndexDamagedError, IndexMissingError, SettingsError
from index.embedding import Encoder
from index.encoders import encoder_of, require_same
from index.own.ledger import Ledger, missing
from index.own.outcome import Outcome, Progress
from index.own.publishing import publish_list
from index.own.reading import read_all
from index.own.registry import OwnFile, Registry
from index.own.scan import Candidate, Problem, Scan, scan, scan_folder
from index.settings import IndexSettings
from index.standing import Standing, standing
from index.storage import build_lock, current, segment_path
from index.storage.segments import verify_files

NOT_ADDED = "색인에 이런 내 문서가 없습니다. index list로 이름을 볼 수 있습니다."


def add(
    paths: Iterable[str | Path],
    settings: IndexSettings | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Add files, folders with everything below them, and patterns such as ``manuals/*.pdf``.

    A file that was added before is read again if it has changed. What cannot be read is told in
    the outcome; everything else is indexed.

    Raises:
        IndexDamagedError: the index must be built again first.
        EncoderError: the embedding model cannot be loaded, or is not the one of the index.
        StorageError: the system refuses to write; the index that stood there is unharmed.
    """
    found = scan(paths)
    with _updating(settings, progress) as update:
        update.read(found.candidates, retry=True)
        outcome = update.ledger.outcome
        named = {one.path for one in found.candidates if one.root is None}
        outcome.failed = bool(found.problems) or any(p.path in named for p in outcome.problems)
        outcome.problems += found.problems
    return outcome


def remove(
    names: Iterable[str | Path],
    settings: IndexSettings | None = None,
) -> Outcome:
    """Remove files by the name that `files` gives them, by path, by folder, or by a pattern.

    The files themselves stay where they are. A name that fits no file is told as a problem.

    Raises:
        StorageError: the system refuses to write; the index that stood there is unharmed.
    """
    with _updating(settings, None) as update:
        for name in names:
            update.remove(str(name))
    return update.ledger.outcome


def sync(
    settings: IndexSettings | None = None,
    progress: Progress | None = None,
    *,
    retry: bool = True,
) -> Outcome:
    """Have the index hold what the folder of the setting and the added files hold now.

    New files of the folder are added, changed ones replaced, vanished ones removed. Files that
    were added by themselves are replaced when they have changed, and kept when they vanish.

    Args:
        settings: default: from the environment.
        progress: see `Progress`.
        retry: whether to look again at unchanged files that could not be read.

    Raises:
        SettingsError: the folder of the setting is not there; nothing has been removed.
        EncoderError, IndexDamagedError, StorageError: see `add`.
    """
    settings = settings or IndexSettings()
    if not settings.documents and _has_none(settings):
        return Outcome()
    found = scan_folder(_folder(settings)) if settings.documents else Scan()
    with _updating(settings, progress) as update:
        seen = {str(one.path) for one in found.candidates}
        added = [
            _candidate(file)
            for file in update.registry.files
            if file.path not in seen and not missing(file.path)
        ]
        if settings.documents:
            added = [one for one in added if not one.watched or found.may_hold(one.path)]
        update.read([*found.candidates, *added], retry=retry)
        if settings.documents:
            update.remove_vanished(found, seen)
        update.ledger.outcome.problems += found.problems
    return update.ledger.outcome


def files(settings: IndexSettings | None = None) -> Registry:
    """The own files of the current generation, with what is known of each."""
    return standing(settings or IndexSettings()).registry


class _Update:
    """One update under the build lock."""

    def __init__(
        self, base: Standing, settings: IndexSettings, encoder: Encoder, progress: Progress | None
    ) -> None:
        self.settings, self.encoder = settings, encoder
        self._base = base
        self._progress: Progress = progress or (lambda *_: None)
        # What is in the list and in no sound segment was damaged, or the whole index was lost.
        self._again, lost = base.recover(base.unindexed(base.sound))
        self.registry = base.registry.without(lost)
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        self.ledger = Ledger(self.registry, now)

    def read(self, candidates: Sequence[Candidate], *, retry: bool) -> None:
        """Read the candidates that are new or have changed."""
        told = partial(self._progress, "read")
        for reading in read_all(candidates, self.settings, self.registry, told, retry=retry):
            self.ledger.take(reading)

    def remove(self, name: str) -> None:
        """Take the files of this name, path, folder or pattern from the list."""
        path = os.path.abspath(Path(name).expanduser())  # noqa: PTH100 - links are not followed
        meant = [file for file in self.ledger.files.values() if _is_meant(file, name, path)]
        for file in meant:
            self.ledger.remove(file)
        if not meant:
            self.ledger.outcome.problems.append(Problem(Path(name), NOT_ADDED))
            self.ledger.outcome.failed = True

    def remove_vanished(self, found: Scan, seen: set[str]) -> None:
        """Take watched files from the list that the folder no longer holds."""
        for file in list(self.ledger.files.values()):
            there = file.path in seen or found.may_hold(Path(file.path))
            if file.watched and not there:
                self.ledger.remove(file)

    def finish(self) -> None:
        """Publish what has changed, if anything has."""
        registry, contents = self.ledger.finish()
        fresh = [document for documents in contents.values() for document in documents]
        told = partial(self._progress, "embed")
        embedded = publish_list(
            self._base, registry, fresh, self._again, self.settings, self.encoder, told
        )
        self.ledger.outcome.embedded = embedded or 0
        self.ledger.outcome.published = embedded is not None


@contextmanager
def _updating(settings: IndexSettings | None, progress: Progress | None) -> Iterator[_Update]:
    settings = settings or IndexSettings()
    encoder = encoder_of(settings)
    with build_lock(settings.index_directory):
        base = standing(settings)
        if base.manifest:
            require_same(encoder, base.manifest)
            _require_corpus(base)
        update = _Update(base, settings, encoder, progress)
        yield update
        update.finish()


def _require_corpus(base: Standing) -> None:
    """The built-in corpus cannot be mended here: `build` gets its documents."""
    for entry in base.manifest.segments if base.manifest else ():
        if not entry.own and entry not in base.sound:
            verify_files(segment_path(base.settings.index_directory, entry), entry.files)


def _candidate(file: OwnFile) -> Candidate:
    root = Path(file.root) if file.root else None
    return Candidate(Path(file.path), file.name, root, file.watched)


def _is_meant(file: OwnFile, name: str, path: str) -> bool:
    return (
        name in (file.name, file.path)
        or Path(file.path).is_relative_to(path)
        or fnmatch.fnmatchcase(file.name, name)
        or fnmatch.fnmatchcase(file.path, path)
    )


def _has_none(settings: IndexSettings) -> bool:
    """Whether no file was ever added, as the current generation says, verified or not."""
    try:
        return not Registry.read(current(settings.index_directory)).files
    except (IndexMissingError, IndexDamagedError):
        return False


def _folder(settings: IndexSettings) -> Path:
    folder = settings.documents
    if folder is None or not folder.is_dir():
        raise SettingsError(
            f"내 문서 폴더가 없습니다: {folder}",
            name="documents",
            hint="폴더를 만들거나 ASSISTANT_DOCUMENTS 설정을 고쳐 주세요. "
            "이미 색인한 문서는 그대로 있습니다.",
        )
    return folder
