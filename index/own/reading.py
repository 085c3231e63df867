"""Read one own file: only if it has changed, and only if its content was never read before."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from corpus import CorpusError, Document, Limits, UnreadableFileError, read
from index.own.parsed import ParsedFiles, content_key
from index.own.registry import OwnFile, Registry, Stamp
from index.own.scan import Candidate
from index.settings import IndexSettings

RACY_NS = 2_000_000_000  # a file changed this shortly before may change again in the same tick
CHANGED = "읽는 동안 파일이 바뀌었습니다."
READ_AGAIN = "저장이 끝난 뒤 다시 추가해 주세요."


@dataclass(frozen=True)
class Reading:
    """What came of a file: unchanged, or a content (``documents`` where it is new), or a problem.

    ``stamp`` is None where the file must be looked at again next time.
    """

    candidate: Candidate
    unchanged: bool = False
    key: str | None = None
    documents: list[Document] | None = None
    problem: str | None = None
    size: int = 0
    stamp: Stamp | None = None


def read_all(
    candidates: Sequence[Candidate],
    settings: IndexSettings,
    registry: Registry,
    progress: Callable[[int, int], None],
    *,
    retry: bool,
) -> Iterator[Reading]:
    """Read files, several at once: those that take long are read in processes of their own.

    Args:
        candidates: the files.
        settings: limits, and where what was read is kept.
        registry: the files that are known.
        progress: called with (files done, files in all).
        retry: whether to look again at unchanged files that could not be read.
    """
    known = {file.path: file for file in registry.files}
    pool = ThreadPoolExecutor(settings.build_threads)

    def one(candidate: Candidate) -> Reading:
        file = known.get(str(candidate.path))
        if file and file.problem and retry:
            file = file.model_copy(update={"stamp": None})
        return read_one(candidate, file, settings, registry)

    try:
        for number, reading in enumerate(pool.map(one, candidates), 1):
            progress(number, len(candidates))
            yield reading
    finally:
        pool.shutdown(cancel_futures=True)


def read_one(
    candidate: Candidate, known: OwnFile | None, settings: IndexSettings, registry: Registry
) -> Reading:
    """Read a file unless it is as it was."""
    status = _status(candidate)
    stamp = status and _stamp(status)
    size = stamp.size if stamp else 0
    if known and stamp and known.stamp == stamp:
        return Reading(candidate, unchanged=True)
    try:
        key, documents = _content(candidate, status, settings, registry)
    except CorpusError as error:
        problem = f"{error.reason} {error.hint}".strip()
        return Reading(candidate, problem=problem, size=size, stamp=_trusted(stamp))
    except OSError as error:
        return Reading(candidate, problem=f"읽을 수 없습니다({error.strerror}).")
    return Reading(candidate, False, key, documents, None, size, _trusted(stamp))


def _content(
    candidate: Candidate,
    status: os.stat_result | None,
    settings: IndexSettings,
    registry: Registry,
) -> tuple[str, list[Document] | None]:
    limits = Limits(
        max_bytes=settings.max_file_mb * 2**20,
        max_unpacked_bytes=max(Limits.max_unpacked_bytes, settings.max_file_mb * 2**20),
        max_pages=settings.max_pdf_pages,
    )
    key = content_key(candidate.path) if _may_open(candidate, status, limits) else None
    if key and key in registry.contents:
        return key, None
    parsed = ParsedFiles(settings.parsed_directory)
    documents = parsed.get(key, candidate.name) if key else None
    if key and documents:
        return key, documents
    documents = read(candidate.path, root=candidate.root, name=candidate.name, limits=limits)
    now = _status(candidate)
    if key is None or not status or not now or _stamp(status) != _stamp(now):
        raise UnreadableFileError(CHANGED, file=candidate.path, hint=READ_AGAIN)
    parsed.put(key, candidate.name, documents)
    return key, documents


def _may_open(candidate: Candidate, status: os.stat_result | None, limits: Limits) -> bool:
    """Whether to compute the key; else the reader says first what is wrong with the file.

    A pipe must not be opened here, a link out of the folder not be followed, and a file of many
    gigabytes not be read.
    """
    if not status or not stat.S_ISREG(status.st_mode) or status.st_size > limits.max_bytes:
        return False
    root = candidate.root
    return root is None or candidate.path.resolve().is_relative_to(root.resolve())


def _status(candidate: Candidate) -> os.stat_result | None:
    try:
        return candidate.path.stat()
    except OSError:  # the reader says why
        return None


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(size=status.st_size, mtime_ns=status.st_mtime_ns, ctime_ns=status.st_ctime_ns)


def _trusted(stamp: Stamp | None) -> Stamp | None:
    """``stamp``, unless a second change of the file could leave the same one."""
    racy = stamp is None or time.time_ns() - max(stamp.mtime_ns, stamp.ctime_ns) < RACY_NS
    return None if racy else stamp
