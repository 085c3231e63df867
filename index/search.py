"""The opened index: which passages are near this text?"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from corpus import Category, Document, EncoderError, IndexDamagedError, IndexMissingError
from index.builder import QUESTION_VIEW, TEXT_VIEW
from index.embedding import Encoder, load_encoder
from index.fusion import Weights, fuse, tuned
from index.lexical import Lexical, analyzer
from index.lexical.spelling import Speller
from index.passages import Passage
from index.settings import IndexSettings
from index.storage import Manifest, current, newest_sound, verify


class Hit(BaseModel):
    """A passage that is near a question; ``document.text[start:end] == text``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passage_id: str
    document_id: str
    title: str
    section: str
    category: Category | None
    text: str
    start: int
    end: int
    page: int | None
    source: str
    as_of: str
    score: float


@dataclass(frozen=True)
class Found:
    """A passage with the parts of its score."""

    passage: Passage
    number: int
    score: float
    dense: float
    text: float
    question: float
    lexical: float
    asked: float


@dataclass(frozen=True)
class Retrieval:
    """Everything that a search learned, best passage first.

    ``vector`` is the question's, float32, shape (dim,). ``unknown`` is the share of the
    question's information that no passage holds. ``timings`` are milliseconds by stage.
    """

    query: str
    vector: NDArray[np.float32]
    tokens: tuple[str, ...]
    found: tuple[Found, ...]
    unknown: float
    timings: dict[str, float]


class Index:
    """One opened generation. Searching is safe from several threads."""

    def __init__(
        self, path: Path, manifest: Manifest, encoder: Encoder, pointer: Path | None = None
    ) -> None:
        self.path = path
        # What the pointer file named when this was opened: another one if that was damaged.
        self.pointer = pointer or path
        self.manifest = manifest
        self.encoder = encoder
        rows = (path / "passages.jsonl").read_text(encoding="utf-8").splitlines()
        self.passages = [Passage.model_validate_json(row) for row in rows]
        # Views are searched exactly: a matrix product over a few thousand vectors takes less
        # time than the question's embedding, and every passage gets all parts of its score.
        self._views = faiss.read_index(str(path / "views.faiss"))
        owners = np.load(path / "owners.npy", allow_pickle=False)
        self._view_owner, self._view_kind = owners[:, 0], owners[:, 1]
        self._units = np.load(path / "units.npy", mmap_mode="r", allow_pickle=False)
        sizes = [len(passage.units) for passage in self.passages]
        self._unit_start = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
        self._lexical = Lexical.load(path / "bm25")
        self._asked = Lexical.load(path / "bm25-questions")
        self._by_id = {passage.id: number for number, passage in enumerate(self.passages)}

    @cached_property
    def documents(self) -> dict[str, Document]:
        """The documents of this generation by id, as they were when it was built."""
        rows = (self.path / "documents.jsonl").read_text(encoding="utf-8").splitlines()
        found = (Document.model_validate_json(row) for row in rows)
        return {document.id: document for document in found}

    @cached_property
    def speller(self) -> Speller:
        """Corrects words against this generation's vocabulary."""
        return Speller(json.loads((self.path / "words.json").read_text(encoding="utf-8")))

    @property
    def lexical(self) -> Lexical:
        """The BM25 index over passages."""
        return self._lexical

    def passage(self, passage_id: str) -> Passage:
        """The passage called ``passage_id``; `KeyError` when there is none."""
        return self.passages[self._by_id[passage_id]]

    def neighbours(self, passage: Passage) -> list[Passage]:
        """The other passages of the same document, in reading order."""
        return [p for p in self.passages if p.document_id == passage.document_id and p != passage]

    def search(self, query: str, k: int = 5, category: Category | None = None) -> list[Hit]:
        """The ``k`` passages nearest to ``query``, best first, at most one hit a passage."""
        return [as_hit(found) for found in self.retrieve(query, k, category).found]

    def retrieve(
        self,
        query: str,
        k: int = 5,
        category: Category | None = None,
        weights: Weights | None = None,
    ) -> Retrieval:
        """Search with all parts of every score (see `index.fusion`)."""
        started = perf_counter()
        tokens = analyzer().tokens(query)
        analysed = perf_counter()
        vector = self.encoder.encode_query(query)
        encoded = perf_counter()
        parts = self.parts(vector, tokens)
        dense, fused = fuse(*parts, weights or tuned())
        allowed = self._allowed(category)
        order = allowed[np.argsort(-fused[allowed], kind="stable")][:k]
        found = tuple(
            Found(
                self.passages[n], int(n), float(fused[n]), float(dense[n]),
                *(float(part[n]) for part in parts),
            )
            for n in order
        )
        ended = perf_counter()
        return Retrieval(
            query=query,
            vector=vector,
            tokens=tuple(tokens),
            found=found,
            unknown=self._lexical.unknown_share(tokens),
            timings={
                "morphemes": (analysed - started) * 1000,
                "encode": (encoded - analysed) * 1000,
                "search": (ended - encoded) * 1000,
            },
        )

    def unit_scores(self, passage: Passage, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine of a question's vector with each unit of a passage: float32, (n_units,)."""
        number = self._by_id[passage.id]
        rows = self._units[self._unit_start[number] : self._unit_start[number + 1]]
        return np.asarray(rows @ vector, dtype=np.float32)

    def parts(
        self, vector: NDArray[np.float32], tokens: list[str]
    ) -> tuple[NDArray[np.float32], ...]:
        """Text cosine, question cosine, coverage and asked coverage of every passage.

        Four float32 arrays of shape (n_passages,), in the order that `index.fusion.fuse` takes.
        """
        n = len(self.passages)
        near, at = self._views.search(vector.reshape(1, -1), self._views.ntotal)
        owner, kind = self._view_owner[at[0]], self._view_kind[at[0]]
        by_kind = []
        for wanted in (TEXT_VIEW, QUESTION_VIEW):
            best = np.full(n, -1.0, dtype=np.float32)
            mask = kind == wanted
            np.maximum.at(best, owner[mask], near[0][mask])
            by_kind.append(best)
        return (*by_kind, self._lexical.scores(tokens), self._asked.scores(tokens))

    def _allowed(self, category: Category | None) -> NDArray[np.int64]:
        if category is None:
            return np.arange(len(self.passages))
        return np.array([n for n, p in enumerate(self.passages) if p.category == category], int)


def as_hit(found: Found) -> Hit:
    """The public face of a found passage."""
    passage = found.passage
    fields = {name: getattr(passage, name) for name in Hit.model_fields if hasattr(passage, name)}
    return Hit(**fields, passage_id=passage.id, score=round(found.score, 6))


def open_index(settings: IndexSettings | None = None) -> Index:
    """Open the current generation; every checksum is verified first.

    A damaged generation is named in a warning and the newest sound one before it is used.

    Raises:
        IndexMissingError: nothing has been built.
        IndexDamagedError: the current generation is damaged and no other one is sound.
        EncoderError: the embedding model cannot be loaded, or is not the one of the index.
    """
    settings = settings or IndexSettings()
    directory = settings.index_directory
    path = pointer = current(directory)
    try:
        manifest = verify(path)
    except IndexDamagedError as error:
        other = newest_sound(directory, besides=path)
        if other is None:
            raise
        warnings.warn(f"{error.message}. 이전 색인을 씁니다.", RuntimeWarning, stacklevel=2)
        path, manifest = other
    encoder = load_encoder(settings)
    if encoder.fingerprint != manifest.encoder_fingerprint:
        raise EncoderError(
            f"색인은 {manifest.encoder} 모델로 만들었는데 지금 설정은 {encoder.id} 모델입니다.",
            hint="`smartstore-assistant index build`로 색인을 다시 만들어 주세요.",
        )
    return Index(path, manifest, encoder, pointer)


__all__ = ["Found", "Hit", "Index", "IndexMissingError", "Retrieval", "as_hit", "open_index"]
