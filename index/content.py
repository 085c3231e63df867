"""What a segment holds, as it is made and as it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from corpus import Category, Document, Negative
from index.border import border
from index.lexical import Lexical
from index.passages import Passage
from index.storage import DocumentEntry, SegmentEntry
from index.storage.files import dump_json, dump_lines, json_lines

TEXT_VIEW, QUESTION_VIEW = 0, 1


class Outline(BaseModel):
    """What a search must know of every passage at once: one list item a passage, or a document.

    ``document`` is the number of a passage's document, ``views`` and ``units`` how many it has.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: tuple[str, ...]
    ids: tuple[str, ...]
    sections: tuple[str, ...]
    categories: tuple[Category | None, ...]
    document: tuple[int, ...]
    views: tuple[int, ...]
    units: tuple[int, ...]

    @classmethod
    def of(cls, documents: Sequence[Document], passages: Sequence[Passage]) -> Outline:
        """The outline of freshly chunked documents."""
        number = {document.id: n for n, document in enumerate(documents)}
        return cls(
            documents=tuple(number),
            ids=tuple(passage.id for passage in passages),
            sections=tuple(passage.section for passage in passages),
            categories=tuple(passage.category for passage in passages),
            document=tuple(number[passage.document_id] for passage in passages),
            views=tuple(1 + len(asked(passage)) for passage in passages),
            units=tuple(len(passage.units) for passage in passages),
        )


@dataclass(frozen=True)
class Content:
    """Rows and arrays of one segment.

    ``rows`` are JSON lines by file: one a passage, or a document. ``views``: float32, shape
    (n_views, dim), passage by passage, the text first, then its questions; ``units``: float32,
    shape (n_units, dim); both of unit length. ``tokens`` and ``asked``: the index tokens of each
    passage and of its questions. ``against``: vectors of the ``negatives``.
    """

    outline: Outline
    digests: dict[str, str]
    rows: dict[str, list[bytes]]
    views: NDArray[np.float32]
    units: NDArray[np.float32]
    tokens: list[list[str]]
    asked: list[list[str]]
    negatives: Sequence[Negative] = ()
    against: NDArray[np.float32] | None = None
    gaps: Sequence[list[str]] = ()

    def entry(
        self, fingerprint: str, *, own: bool, known: Sequence[SegmentEntry] = ()
    ) -> SegmentEntry:
        """The segment as a manifest lists it; it has a name when it is written.

        Args:
            fingerprint: see `SegmentEntry`.
            own: whether these are sellers' own documents.
            known: the segments that it was merged from; their documents are listed as they were.
        """
        before = {name: one for entry in known for name, one in entry.documents.items()}
        counts = {name: Counter[str]() for name in self.outline.documents}
        each = zip(self.outline.document, self.outline.views, self.outline.units, strict=True)
        for number, views, units in each:
            counts[self.outline.documents[number]].update(passages=1, views=views, units=units)
        documents = {
            name: before.get(name)
            or DocumentEntry(
                digest=self.digests[name],
                passages=count["passages"],
                views=count["views"],
                units=count["units"],
            )
            for name, count in counts.items()
        }
        return SegmentEntry(
            name="",
            own=own,
            fingerprint=fingerprint,
            rows=len(self.outline.ids),
            documents=documents,
        )

    def write(self, path: Path) -> None:
        """Put everything into the folder ``path``."""
        dump_json(path / "outline.json", self.outline.model_dump())
        for name, rows in self.rows.items():
            dump_lines(path / f"{name}.jsonl", rows)
        flat = faiss.IndexFlatIP(self.views.shape[1])
        flat.add(np.ascontiguousarray(self.views))
        # Written by us: FAISS itself would not say why a write failed.
        (path / "views.faiss").write_bytes(faiss.serialize_index(flat).tobytes())
        np.save(path / "units.npy", self.units, allow_pickle=False)
        lexical = {"bm25": self.tokens, "bm25-questions": self.asked}
        if self.against is not None:
            json_lines(path / "negatives.jsonl", self.negatives)
            np.save(path / "negatives.npy", self.against, allow_pickle=False)
            drawn = border(self._asked_views(), self.negatives, self.against)
            np.save(path / "border.npy", drawn, allow_pickle=False)
            lexical["bm25-gaps"] = list(self.gaps)
        for name, tokens in lexical.items():
            (path / name).mkdir()
            Lexical.build(tokens).save(path / name)

    def _asked_views(self) -> NDArray[np.float32]:
        """The vectors of the questions, without texts and headings."""
        kept = np.ones(len(self.views), dtype=bool)
        first = np.cumsum([0, *self.outline.views])[:-1]
        kept[first] = kept[first + 1] = False
        return self.views[kept]


def asked(passage: Passage) -> tuple[str, ...]:
    """The questions that sellers would ask a passage, its heading path before them.

    A heading path is what a short question in official terms looks like.
    """
    return (f"{passage.title} {passage.section}", *passage.questions)
