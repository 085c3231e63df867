"""The opened index: which passages are near this text?"""

from __future__ import annotations

import json
import mmap
import re
from functools import cached_property
from pathlib import Path
from time import perf_counter

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus import (
    Category,
    Document,
    EncoderError,
    Negative,
    QuestionError,
)
from corpus.loader import nfc
from corpus.negatives import KINDS
from index.builder import QUESTION_VIEW, TEXT_VIEW
from index.embedding import Encoder
from index.encoders import encoder_of
from index.fusion import Parts, Weights, fuse, tuned
from index.lexical import Lexical, analyzer
from index.lexical.spelling import Speller
from index.passages import Passage, Terms
from index.results import Found, Hit, Retrieval, as_hit
from index.settings import IndexSettings
from index.storage import Manifest, pointed, sound
from index.storage.files import lines_of

# What used to hold is told for those who ask about it; others must not get it for today's rule.
PAST_COST = 0.1
_PAST = re.compile(r"옛|예전|이전의|개편 전|과거|전에는")


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
        rows = lines_of((path / "passages.jsonl").read_bytes())
        self.passages = [Passage.model_validate_json(row) for row in rows]
        rows = lines_of((path / "terms.jsonl").read_bytes())
        self._terms = [Terms.model_validate_json(row) for row in rows]
        # Parsed when first asked for, held now: two builds later the folder is gone.
        self._documents = _mapped(path / "documents.jsonl")
        self._words = _mapped(path / "words.json")
        # Views are searched exactly: a matrix product over a few thousand vectors takes less
        # time than the question's embedding, and every passage gets all parts of its score.
        self._views = faiss.read_index(str(path / "views.faiss"))
        owners = np.load(path / "owners.npy", allow_pickle=False)
        self._view_owner, self._view_kind = owners[:, 0], owners[:, 1]
        self._units = np.load(path / "units.npy", mmap_mode="r", allow_pickle=False)
        sizes = [len(passage.units) for passage in self.passages]
        self._unit_start = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
        self._against = np.load(path / "negatives.npy", allow_pickle=False)
        lines = lines_of((path / "negatives.jsonl").read_bytes())
        known = [Negative.model_validate_json(line).kind for line in lines]
        self._of_kind = {str(kind): np.flatnonzero([kind == of for of in known]) for kind in KINDS}
        self._lexical = Lexical.load(path / "bm25")
        self._asked = Lexical.load(path / "bm25-questions")
        self._gaps = Lexical.load(path / "bm25-gaps")
        self._past = np.array([bool(_PAST.search(p.section)) for p in self.passages], np.float32)
        self._of_document: dict[str, list[Passage]] = {}
        for passage in self.passages:
            self._of_document.setdefault(passage.document_id, []).append(passage)
        self._by_id = {passage.id: number for number, passage in enumerate(self.passages)}

    @cached_property
    def documents(self) -> dict[str, Document]:
        """The documents of this generation by id, as they were when it was built."""
        found = (Document.model_validate_json(row) for row in lines_of(self._documents[:]))
        return {document.id: document for document in found}

    @cached_property
    def speller(self) -> Speller:
        """Corrects words against this generation's vocabulary."""
        return Speller(json.loads(self._words[:]), analyzer().nouns)

    @property
    def lexical(self) -> Lexical:
        """The BM25 index over passages."""
        return self._lexical

    def passage(self, passage_id: str) -> Passage:
        """The passage called ``passage_id``; `KeyError` when there is none."""
        return self.passages[self._by_id[passage_id]]

    def terms(self, passage: Passage) -> Terms:
        """The search terms of ``passage``."""
        return self._terms[self._by_id[passage.id]]

    def neighbours(self, passage: Passage) -> list[Passage]:
        """The other passages of the same document, in reading order."""
        return [p for p in self._of_document[passage.document_id] if p is not passage]

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
        """Search with all parts of every score (see `index.fusion`).

        Raises:
            QuestionError: ``k`` is below 1.
        """
        if k < 1:
            raise QuestionError(f"찾을 구절 수는 1 이상이어야 합니다: {k}")
        query = nfc(query)
        started = perf_counter()
        tokens = analyzer().tokens(query)
        analysed = perf_counter()
        vector = self.encoder.encode_query(query)
        encoded = perf_counter()
        parts = self.parts(vector, tokens)
        information = self._lexical.information(tokens)
        _, fused = fuse(*parts, weights or tuned(), information)
        if not _PAST.search(query):
            fused = fused - PAST_COST * self._past
        allowed = self._allowed(category)
        order = allowed[np.argsort(-fused[allowed], kind="stable")][:k]
        found = tuple(
            Found(
                passage=self.passages[n],
                score=float(fused[n]),
                text=float(parts.text[n]),
                question=float(parts.question[n]),
                lexical=float(parts.lexical[n]),
                asked=float(parts.asked[n]),
                heading=self._lexical.covered(tokens, self._terms[n].heading),
            )
            for n in order
        )
        against = self._nearest_negatives(vector)
        ended = perf_counter()
        return Retrieval(
            query=query,
            vector=vector,
            tokens=tuple(tokens),
            found=found,
            unknown=self._lexical.unknown_share(tokens),
            gap=against.pop("gap"),
            gap_asked=float(self._gaps.scores(tokens).max(initial=0.0)),
            outside=against,
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

    def parts(self, vector: NDArray[np.float32], tokens: list[str]) -> Parts:
        """What each leg of the search says of every passage."""
        n = len(self.passages)
        # FAISS refuses to look for nothing, which is all that an empty index has.
        nothing = np.empty((1, 0), np.float32), np.empty((1, 0), np.int64)
        views = self._views
        near, at = views.search(vector.reshape(1, -1), views.ntotal) if n else nothing
        owner, kind = self._view_owner[at[0]], self._view_kind[at[0]]

        def best(wanted: int) -> NDArray[np.float32]:
            result = np.full(n, -1.0, dtype=np.float32)
            mask = kind == wanted
            np.maximum.at(result, owner[mask], near[0][mask])
            return result

        return Parts(
            text=best(TEXT_VIEW),
            question=best(QUESTION_VIEW),
            lexical=self._lexical.scores(tokens),
            asked=self._asked.scores(tokens),
        )

    def _nearest_negatives(self, vector: NDArray[np.float32]) -> dict[str, float]:
        """Best cosine with each kind of question that is not answered here; -1 without any."""
        cosines = self._against @ vector
        return {
            kind: float(cosines[rows].max(initial=-1.0)) for kind, rows in self._of_kind.items()
        }

    def _allowed(self, category: Category | None) -> NDArray[np.int64]:
        if category is None:
            return np.arange(len(self.passages))
        return np.array([n for n, p in enumerate(self.passages) if p.category == category], int)


def open_index(settings: IndexSettings | None = None) -> Index:
    """Open the current generation; every checksum is verified first.

    A damaged generation is named in a warning and the newest sound one before it is used.

    Raises:
        IndexMissingError: nothing has been built.
        IndexDamagedError: the current generation is damaged and no other one is sound.
        EncoderError: the embedding model cannot be loaded, or is not the one of the index.
    """
    settings = settings or IndexSettings()
    while True:
        found = sound(settings.index_directory)
        encoder = encoder_of(settings)
        _require_same(encoder, found.manifest)
        try:
            return Index(found.path, found.manifest, encoder, found.pointer)
        except FileNotFoundError:
            if pointed(settings.index_directory) == found.pointer:
                raise
            # Two builds ended since it was verified and pruned it: open the newest one.


def _require_same(encoder: Encoder, manifest: Manifest) -> None:
    if encoder.fingerprint != manifest.encoder_fingerprint:
        raise EncoderError(
            f"색인은 {manifest.encoder} 모델로 만들었는데 지금 설정은 {encoder.id} 모델입니다.",
            hint="`smartstore-assistant index build`로 색인을 다시 만들어 주세요.",
        )


def _mapped(path: Path) -> mmap.mmap | bytes:
    """A file's content, read when it is looked at, even after the file has been deleted."""
    with path.open("rb") as handle:
        return (
            mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
        )
