"""What a generation shows of its segments: not what has been removed since, and by newer names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from corpus import Category, Document
from index.lexical.bm25 import Rows
from index.passages import Passage, Terms
from index.segment import Segment, Similarities
from index.storage import SegmentEntry

T = TypeVar("T")


class Shown:
    """The shown passages of one segment, numbered from 0 without gaps."""

    def __init__(self, segment: Segment, entry: SegmentEntry) -> None:
        self.segment, self.own = segment, entry.own
        self._names = {name: one.shown for name, one in entry.documents.items() if one.shown}
        outline = segment.outline
        live = np.array([name in entry.documents for name in outline.documents], dtype=bool)
        self._document = np.array(outline.document, dtype=np.int64)
        mask = live[self._document] if segment.n else np.empty(0, bool)
        self.rows: Rows | None = None if mask.all() else np.flatnonzero(mask)
        self.n = int(mask.sum())
        self.documents = {
            name: number for number, name in enumerate(outline.documents) if live[number]
        }

    @property
    def ids(self) -> list[str]:
        """The passages' ids."""
        return self._only(self.segment.outline.ids)

    @property
    def sections(self) -> list[str]:
        """The passages' headings."""
        return self._only(self.segment.outline.sections)

    @property
    def categories(self) -> list[Category | None]:
        """The passages' categories."""
        return self._only(self.segment.outline.categories)

    def passage(self, number: int) -> Passage:
        """A passage, under the name that its file has now."""
        passage = self.segment.passage(self.row(number))
        name = self._names.get(passage.document_id)
        return renamed_passage(passage, name) if name else passage

    def terms(self, number: int) -> Terms:
        """The search terms of a passage."""
        return self.segment.terms(self.row(number))

    def document(self, name: str) -> Document:
        """A document, under the name that its file has now."""
        document = self.segment.document(self.documents[name])
        shown = self._names.get(name)
        return renamed_document(document, shown) if shown else document

    def of_document(self, number: int) -> list[int]:
        """The numbers of the passages of the same document."""
        documents = self._document if self.rows is None else self._document[self.rows]
        return [int(n) for n in np.flatnonzero(documents == documents[number])]

    def similarities(self, vector: NDArray[np.float32]) -> Similarities:
        """How near a question is to each passage."""
        every = self.segment.similarities(vector)
        return every if self.rows is None else Similarities(*(part[self.rows] for part in every))

    @property
    def counts(self) -> NDArray[np.float32]:
        """How many questions each passage has, the heading among them: float32, (n_passages,)."""
        counts = np.array(self.segment.outline.views, np.float32) - 1
        return counts if self.rows is None else counts[self.rows]

    def text_vector(self, number: int) -> NDArray[np.float32]:
        """The vector of a passage's text: float32, shape (dim,)."""
        return self.segment.text_vector(self.row(number))

    def question_vectors(self, number: int) -> NDArray[np.float32]:
        """The vectors of a passage's questions: float32, shape (n_questions, dim)."""
        return self.segment.question_vectors(self.row(number))

    def unit_vectors(self, number: int) -> NDArray[np.float32]:
        """The vectors of a passage's units: float32, shape (n_units, dim)."""
        return self.segment.unit_vectors(self.row(number))

    def words(self) -> Counter[str]:
        """How often the passages use each noun and compound."""
        return self.segment.words if self.rows is None else self.segment.words_in(self.rows)

    def row(self, number: int) -> int:
        """The segment's number of a passage."""
        return number if self.rows is None else int(self.rows[number])

    def _only(self, values: Sequence[T]) -> list[T]:
        return list(values) if self.rows is None else [values[row] for row in self.rows]


class Passages(Sequence[Passage]):
    """The passages of several segments as one sequence; each is parsed when it is asked for."""

    def __init__(self, shown: Sequence[Shown]) -> None:
        self._shown = shown
        self._start = np.cumsum([0, *(one.n for one in shown)])

    def __len__(self) -> int:
        return int(self._start[-1])

    @overload
    def __getitem__(self, number: int) -> Passage: ...
    @overload
    def __getitem__(self, number: slice) -> list[Passage]: ...
    def __getitem__(self, number: int | slice) -> Passage | list[Passage]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        place = range(len(self))[number]
        at = int(np.searchsorted(self._start, place, side="right")) - 1
        return self._shown[at].passage(place - int(self._start[at]))


class Documents(Mapping[str, Document]):
    """The documents of several segments by id; each is parsed when it is asked for."""

    def __init__(self, shown: Sequence[Shown]) -> None:
        self._where = {name: one for one in shown for name in one.documents}

    def __getitem__(self, name: str) -> Document:
        return self._where[name].document(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)


def renamed_passage(passage: Passage, name: str) -> Passage:
    """A passage of a file that is called ``name`` now; what was named after the file follows."""
    old, new = PurePath(passage.source).stem, PurePath(name).stem
    follow = {f: new for f in ("title", "section") if getattr(passage, f) == old}
    return passage.model_copy(update={**follow, "source": name})


def renamed_document(document: Document, name: str) -> Document:
    """A document whose file is called ``name`` now; what was named after the file follows."""
    old, new = PurePath(document.path).stem, PurePath(name).stem

    def follow(text: str) -> str:
        return new if text == old else text

    sections = [
        section.model_copy(
            update={"heading": follow(section.heading), "path": tuple(map(follow, section.path))}
        )
        for section in document.sections
    ]
    questions = {follow(heading): asked for heading, asked in document.questions.items()}
    named = {"title": follow(document.title), "path": name}
    return document.model_copy(
        update={**named, "sections": tuple(sections), "questions": questions}
    )
