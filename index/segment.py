"""An opened segment: rows parsed when they are asked for, vectors and BM25 ready to search."""

from __future__ import annotations

import json
import mmap
from collections import Counter
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus import Document
from index.content import Outline
from index.lexical import Lexical
from index.passages import Passage, Terms
from index.storage import SegmentEntry
from index.storage.files import lines_of

HEADING_VIEWS = 2  # a passage's text and its heading, before its questions
SOFT = 20.0  # how sharply `soft_maximum` follows the greatest
KEPT_ROWS = 2048  # passages of a segment that stay parsed: about 20 MB

_opened: WeakValueDictionary[Path, Segment] = WeakValueDictionary()
"""Segments that an index of this process holds: a new generation takes them over as they are."""


class Similarities(NamedTuple):
    """How near a question is to passages, by cosine: float32, shape (n_passages,), each.

    ``text``: to the text; ``unit``: to the nearest of its units; ``question``: to the nearest of
    the heading and the questions; ``near``: the soft maximum of those.
    """

    text: NDArray[np.float32]
    unit: NDArray[np.float32]
    question: NDArray[np.float32]
    near: NDArray[np.float32]


class Rows:
    """The lines of a file, read when they are looked at, even after the file has been deleted."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as handle:
            size = path.stat().st_size
            self._content: mmap.mmap | bytes = (
                mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
            )

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.flatnonzero(np.frombuffer(self._content, dtype=np.uint8) == ord("\n"))

    def __getitem__(self, number: int) -> bytes:
        start = int(self._ends[number - 1]) + 1 if number else 0
        return self._content[start : int(self._ends[number])]

    def all(self) -> Iterable[bytes]:
        """Every line in order."""
        return lines_of(self._content[:])


class Segment:
    """One opened segment; ``n`` passages, numbered as its files have them."""

    def __init__(self, path: Path, entry: SegmentEntry) -> None:
        self.path, self.files = path, entry.files
        self.stamp = _stamp(path, entry)
        self.outline = Outline.model_validate_json((path / "outline.json").read_bytes())
        self.n = len(self.outline.ids)
        self.passages, self.terms_rows = Rows(path / "passages.jsonl"), Rows(path / "terms.jsonl")
        self.documents, self.word_rows = Rows(path / "documents.jsonl"), Rows(path / "words.jsonl")
        passages, terms = self.passages, self.terms_rows
        self.passage = lru_cache(KEPT_ROWS)(lambda n: Passage.model_validate_json(passages[n]))
        self.terms = lru_cache(KEPT_ROWS)(lambda n: Terms.model_validate_json(terms[n]))
        # Views are searched exactly: a matrix product over some thousand vectors takes less
        # time than the question's embedding, and every passage gets all parts of its score.
        self._flat: Any = faiss.read_index(str(path / "views.faiss"))
        self._view_start = np.cumsum([0, *self.outline.views])[:-1]
        self.units = np.load(path / "units.npy", mmap_mode="r", allow_pickle=False)
        self._unit_start = np.cumsum([0, *self.outline.units])
        self.lexical = Lexical.load(path / "bm25")
        self.asked = Lexical.load(path / "bm25-questions")

    @cached_property
    def words(self) -> Counter[str]:
        """How often the passages use each noun and compound."""
        return self.words_in(range(self.n))

    def words_in(self, rows: Iterable[int]) -> Counter[str]:
        """How often some passages use each noun and compound."""
        counts: Counter[str] = Counter()
        for row in rows:
            counts.update(json.loads(self.word_rows[row]))
        return counts

    def document(self, number: int) -> Document:
        """A document by its number."""
        return Document.model_validate_json(self.documents[number])

    @cached_property
    def _matrix(self) -> NDArray[np.float32]:
        """The vectors of all views where FAISS holds them, (n_views, dim).

        Their product with a question is what `IndexFlatIP.search` computes, on all cores and
        without sorting every view.
        """
        rows, size = self._flat.ntotal, self._flat.d
        return np.asarray(faiss.rev_swig_ptr(self._flat.get_xb(), rows * size).reshape(rows, size))

    @property
    def views(self) -> NDArray[np.float32]:
        """The vectors of all views: float32, shape (n_views, dim)."""
        return np.asarray(self._flat.reconstruct_n(0, self._flat.ntotal), dtype=np.float32)

    def similarities(self, vector: NDArray[np.float32]) -> Similarities:
        """How near a question is to each passage."""
        if not self.n:
            return Similarities(*(np.empty(0, np.float32) for _ in Similarities._fields))
        query = np.ascontiguousarray(vector, dtype=np.float32)
        cosines = self._matrix @ query
        text = cosines[self._view_start]
        cosines[self._view_start] = -1.0  # every passage has at least its heading as a question
        best = np.maximum.reduceat(cosines, self._view_start)
        near = soft_maxima(cosines, self._view_start, best)
        unit = np.maximum.reduceat(self.units @ query, self._unit_start[:-1])
        return Similarities(text, unit, best, near)

    def text_vector(self, number: int) -> NDArray[np.float32]:
        """The vector of a passage's text: float32, shape (dim,)."""
        vector = self._flat.reconstruct(int(self._view_start[number]))
        return np.asarray(vector, dtype=np.float32)

    def question_vectors(self, number: int) -> NDArray[np.float32]:
        """The vectors of a passage's questions, not of its heading: float32, (n_questions, dim)."""
        start = int(self._view_start[number]) + HEADING_VIEWS
        count = self.outline.views[number] - HEADING_VIEWS
        return np.asarray(self._flat.reconstruct_n(start, count), dtype=np.float32)

    def unit_vectors(self, number: int) -> NDArray[np.float32]:
        """The vectors of a passage's units: float32, shape (n_units, dim)."""
        rows = self.units[self._unit_start[number] : self._unit_start[number + 1]]
        return np.asarray(rows, dtype=np.float32)


def soft_maximum(cosines: NDArray[np.float32]) -> float:
    """``log(Σ exp(20 c)) / 20``, a little above the greatest; -1 of nothing.

    Twenty was the best of 10, 20, 30, 40 and 80 for telling answerable dev questions from others.
    """
    if not len(cosines):
        return -1.0
    greatest = float(cosines.max())
    return greatest + float(np.log(np.exp(SOFT * (cosines - greatest)).sum())) / SOFT


def soft_maxima(
    cosines: NDArray[np.float32], starts: NDArray[np.int64], greatest: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The `soft_maximum` of each run of cosines: float32, shape (n_runs,).

    Args:
        cosines: shape (n,).
        starts: where each run starts, shape (n_runs,).
        greatest: of each run, shape (n_runs,).
    """
    counts = np.diff(starts, append=len(cosines))
    above = np.exp(SOFT * (cosines - np.repeat(greatest, counts)))
    return np.asarray(greatest + np.log(np.add.reduceat(above, starts)) / SOFT, dtype=np.float32)


def open_segment(path: Path, entry: SegmentEntry) -> Segment:
    """A segment that has been verified; one that is open in this process is shared."""
    known = _opened.get(path)
    if known is None or not _same(known, path, entry):
        known = _opened[path] = Segment(path, entry)
    return known


def is_open(path: Path, entry: SegmentEntry) -> bool:
    """Whether a segment is open here, so was verified, and no file of it was touched since."""
    known = _opened.get(path)
    return known is not None and _same(known, path, entry)


def _same(known: Segment, path: Path, entry: SegmentEntry) -> bool:
    return known.files == entry.files and known.stamp == _stamp(path, entry)


def _stamp(path: Path, entry: SegmentEntry) -> list[Any]:
    """Inode, size and time of change of each file; None where it is gone."""
    return [_changed(path / file.path) for file in entry.files]


def _changed(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_ctime_ns
