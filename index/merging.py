"""Several segments as one: many small ones make a search slow, removed passages take space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.content import Content, Outline
from index.segment import Segment
from index.shown import Shown
from index.storage import SegmentEntry

MAX_SEGMENTS = 8  # of own documents; each costs a query about 0.05 ms
KEPT_SEGMENTS = 4  # left after merging the smallest, so that a document is rarely copied again


def to_merge(entries: Sequence[SegmentEntry]) -> list[SegmentEntry]:
    """Which segments of own documents to make one of.

    Those with more removed passages than shown ones, and the smallest where there are too many.
    """
    hollow = [entry for entry in entries if 2 * entry.passages < entry.rows]
    if len(entries) < MAX_SEGMENTS:
        return hollow
    smallest = sorted(entries, key=lambda entry: entry.passages)[: len(entries) - KEPT_SEGMENTS + 1]
    return [entry for entry in entries if entry in smallest or entry in hollow]


def merged(parts: Sequence[tuple[Segment, SegmentEntry]]) -> Content:
    """The shown passages of several segments as the content of one; nothing is read anew."""
    shown = [Shown(segment, entry) for segment, entry in parts]
    return Content(
        outline=_outline(shown),
        digests={n: one.digest for _, entry in parts for n, one in entry.documents.items()},
        rows={
            "documents": [s.segment.documents[n] for s in shown for n in s.documents.values()],
            "passages": [s.segment.passages[row] for s in shown for row in _rows(s)],
            "terms": [s.segment.terms_rows[row] for s in shown for row in _rows(s)],
            "words": [s.segment.word_rows[row] for s in shown for row in _rows(s)],
        },
        views=np.concatenate([s.segment.views[_of(s, s.segment.outline.views)] for s in shown]),
        units=np.concatenate([s.segment.units[_of(s, s.segment.outline.units)] for s in shown]),
        tokens=[row for s in shown for row in s.segment.lexical.token_lists(_rows(s))],
        asked=[row for s in shown for row in s.segment.asked.token_lists(_rows(s))],
    )


def _outline(shown: Sequence[Shown]) -> Outline:
    names = [name for s in shown for name in s.documents]
    number = {name: at for at, name in enumerate(names)}
    outlines = [s.segment.outline for s in shown]
    rows = [(o, row) for s, o in zip(shown, outlines, strict=True) for row in _rows(s)]
    return Outline(
        documents=tuple(names),
        ids=tuple(o.ids[row] for o, row in rows),
        sections=tuple(o.sections[row] for o, row in rows),
        categories=tuple(o.categories[row] for o, row in rows),
        document=tuple(number[o.documents[o.document[row]]] for o, row in rows),
        views=tuple(o.views[row] for o, row in rows),
        units=tuple(o.units[row] for o, row in rows),
    )


def _rows(shown: Shown) -> NDArray[np.int64]:
    return np.arange(shown.n) if shown.rows is None else shown.rows


def _of(shown: Shown, counts: Sequence[int]) -> NDArray[np.bool_]:
    """Which vectors belong to shown passages, from how many each passage has."""
    mask = np.zeros(shown.segment.n, dtype=bool)
    mask[_rows(shown)] = True
    return np.repeat(mask, counts)
