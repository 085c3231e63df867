"""The opened index: which passages are near this text?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus import Category, QuestionError
from corpus.loader import nfc
from corpus.negatives import KINDS
from index.border import NO_STRANGER
from index.embedding import Encoder
from index.fusion import Parts, Weights, between, fuse, plain, tuned
from index.lexical import LexicalUnion, analyzer
from index.lexical.spelling import Speller, ranked
from index.negatives import Negatives
from index.passages import Passage, Terms
from index.preference import PAST_COST, of_past, own_first
from index.reranking.second import MOST, read_again
from index.results import Context, Found, Hit, Retrieval, as_hit
from index.segment import open_segment, soft_maximum
from index.shown import Documents, Passages, Shown
from index.storage import Manifest, segment_path

if TYPE_CHECKING:
    from index.reranking.model import Reranker

DENSE = ("text", "unit", "question", "near")  # legs of a search that are cosines
TOLD = ("text", "question", "lexical", "asked")  # legs that a found passage tells of


class Index:
    """One opened generation. Searching is safe from several threads.

    Passages are numbered through the shown ones of all segments, in the manifest's order.
    """

    def __init__(
        self,
        path: Path,
        manifest: Manifest,
        encoder: Encoder,
        pointer: Path | None = None,
        *,
        prefer_own: bool = True,
        reranker: Reranker | None = None,
    ) -> None:
        self.path = path
        # What the pointer file named when this was opened: another one if that was damaged.
        self.pointer = pointer or path
        self.manifest = manifest
        self.encoder = encoder
        self.reranker = reranker
        self.prefer_own = prefer_own
        folders = [segment_path(path.parent, entry) for entry in manifest.segments]
        self._shown = [
            Shown(open_segment(folder, entry), entry)
            for folder, entry in zip(folders, manifest.segments, strict=True)
        ]
        self._start = np.cumsum([0, *(shown.n for shown in self._shown)])
        self.passages: Sequence[Passage] = Passages(self._shown)
        self.documents = Documents(self._shown)
        built_in = (folder for folder, s in zip(folders, self._shown, strict=True) if not s.own)
        self._negatives = next((Negatives(folder) for folder in built_in), None)
        self._lexical = LexicalUnion([(s.segment.lexical, s.rows) for s in self._shown])
        self._asked = LexicalUnion([(s.segment.asked, s.rows) for s in self._shown])
        sections = (section for shown in self._shown for section in shown.sections)
        self._past = np.array([of_past(section) for section in sections], np.float32)
        counts = (shown.counts for shown in self._shown)
        self._views = np.concatenate([*counts, np.empty(0, np.float32)])
        self._own = np.array([s.own for s in self._shown for _ in range(s.n)], dtype=bool)
        names = (name for shown in self._shown for name in shown.ids)
        self._by_id = {name: number for number, name in enumerate(names)}

    @cached_property
    def speller(self) -> Speller:
        """Corrects words against this generation's vocabulary."""
        counts: Counter[str] = Counter()
        for shown in self._shown:
            counts.update(shown.words())
        return Speller(ranked(counts, analyzer().parts), analyzer().words)

    @property
    def has_corpus(self) -> bool:
        """Whether any passage is of the built-in corpus."""
        return not self._own.all()

    @property
    def has_own(self) -> bool:
        """Whether any passage is the seller's own."""
        return bool(self._own.any())

    @property
    def lexical(self) -> LexicalUnion:
        """The BM25 index over passages."""
        return self._lexical

    def passage(self, passage_id: str) -> Passage:
        """The passage called ``passage_id``; `KeyError` when there is none."""
        return self.passages[self._by_id[passage_id]]

    def terms(self, passage: Passage) -> Terms:
        """The search terms of ``passage``."""
        shown, number = self._place(self._by_id[passage.id])
        return shown.terms(number)

    def neighbours(self, passage: Passage) -> list[Passage]:
        """The other passages of the same document, in reading order."""
        shown, number = self._place(self._by_id[passage.id])
        return [shown.passage(n) for n in shown.of_document(number) if n != number]

    def search(self, query: str, k: int = 5, category: Category | None = None) -> list[Hit]:
        """The ``k`` passages nearest to ``query``, best first, at most one hit a passage."""
        found = self.retrieve(query, max(k, MOST) if k > 0 else k, category)
        if self.reranker:
            found = read_again(self.reranker, found)
        return [as_hit(one) for one in found.found[:k]]

    def retrieve(
        self,
        query: str,
        k: int = 5,
        category: Category | None = None,
        weights: Weights | None = None,
        *,
        own: bool = False,
        context: Context | None = None,
    ) -> Retrieval:
        """Search with all parts of every score (see `index.fusion`).

        Args:
            query: a question or words.
            k: how many passages.
            category: only passages of it; sellers' own documents belong to none.
            weights: of the fusion; default: those that ship with the product.
            own: only sellers' own documents.
            context: what was said before; the vector and the words of both texts together count
                for its weight, those of ``query`` alone for the rest.

        Raises:
            QuestionError: ``k`` is below 1.
        """
        if k < 1:
            raise QuestionError(f"찾을 구절 수는 1 이상이어야 합니다: {k}")
        query = nfc(query)
        started = perf_counter()
        tokens = analyzer().tokens(query)
        together = nfc(f"{context.text} {query}") if context else ""
        words = analyzer().tokens(together) if context else []
        analysed = perf_counter()
        vector = self.encoder.encode_query(query)
        if context:
            vector = between(vector, self.encoder.encode_query(together), context.weight)
        encoded = perf_counter()
        parts = self.parts(vector, tokens)
        information = self._lexical.information(tokens)
        if context:
            share = np.float32(context.weight)
            parts = parts._replace(
                lexical=(1 - share) * parts.lexical + share * self._lexical.scores(words),
                asked=(1 - share) * parts.asked + share * self._asked.scores(words),
            )
            information += context.weight * (self._lexical.information(words) - information)
        fused = fuse(parts, weights or tuned(), information)
        if not of_past(query):
            fused = fused - PAST_COST * self._past
        allowed = np.flatnonzero(self._own) if own else self._allowed(category)
        order = self._order(fused, plain(parts, weights or tuned(), information), allowed)
        found = tuple(self._found(int(n), float(fused[n]), parts) for n in order[:k])
        negatives = self._negatives
        against = negatives.nearest(vector) if negatives else dict.fromkeys(map(str, KINDS), -1.0)
        crowd_gap, topic_gap = (against.pop(name, -1.0) for name in ("crowd", "topic"))
        ended = perf_counter()
        return Retrieval(
            query=query,
            vector=vector,
            tokens=tuple(tokens),
            found=found,
            gap=against.pop("gap"),
            gap_asked=negatives.gap_asked(tokens) if negatives else 0.0,
            outside=against,
            crowd=soft_maximum(parts.question),
            crowd_gap=crowd_gap,
            near=float(parts.near.max(initial=-1.0)),
            topic_gap=topic_gap,
            stranger=negatives.stranger(vector) if negatives else NO_STRANGER,
            timings={
                "morphemes": (analysed - started) * 1000,
                "encode": (encoded - analysed) * 1000,
                "search": (ended - encoded) * 1000,
            },
            context=context,
        )

    def unit_scores(self, passage: Passage, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine of a question's vector with each unit of a passage: float32, (n_units,)."""
        shown, number = self._place(self._by_id[passage.id])
        return np.asarray(shown.unit_vectors(number) @ vector, dtype=np.float32)

    def question_scores(self, passage: Passage, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine of a vector with each question of a passage: float32, shape (n_questions,)."""
        shown, number = self._place(self._by_id[passage.id])
        return np.asarray(shown.question_vectors(number) @ vector, dtype=np.float32)

    def parts(self, vector: NDArray[np.float32], tokens: list[str]) -> Parts:
        """What each leg of the search says of every passage."""
        near = [shown.similarities(vector) for shown in self._shown]
        nothing = np.empty(0, np.float32)
        return Parts(
            **{leg: np.concatenate([*(getattr(n, leg) for n in near), nothing]) for leg in DENSE},
            lexical=self._lexical.scores(tokens),
            asked=self._asked.scores(tokens),
            views=self._views,
        )

    def _found(self, number: int, score: float, parts: Parts) -> Found:
        told = {leg: float(getattr(parts, leg)[number]) for leg in TOLD}
        return Found(passage=self.passages[number], score=score, **told)

    def _order(
        self, fused: NDArray[np.float32], by_text: NDArray[np.float32], allowed: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Numbers of the allowed passages, best first."""
        order = allowed[np.argsort(-fused[allowed], kind="stable")]
        if not self.prefer_own or not self.has_own:
            return order
        return own_first(order, self._own, by_text, self._text_vector)

    def _text_vector(self, number: int) -> NDArray[np.float32]:
        shown, at = self._place(number)
        return shown.text_vector(at)

    def _allowed(self, category: Category | None) -> NDArray[np.int64]:
        if category is None:
            return np.arange(len(self.passages))
        found = (c for shown in self._shown for c in shown.categories)
        return np.array([n for n, of in enumerate(found) if of == category], int)

    def _place(self, number: int) -> tuple[Shown, int]:
        """The segment that holds a passage, and its number among those shown of it."""
        at = int(np.searchsorted(self._start, number, side="right")) - 1
        return self._shown[at], number - int(self._start[at])
