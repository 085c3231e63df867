"""Finds the items that share words with each item's query, for batches of hard negatives."""

from collections.abc import Sequence

import bm25s

FOUND = 8
"""Neighbours that are kept of each item."""


def bm25_neighbours(
    queries: Sequence[Sequence[int]], passages: Sequence[Sequence[int]]
) -> list[list[int]]:
    """For each query the passages, other than its own, that share its rarest tokens.

    Args:
        queries: token ids; query n belongs to passage n.
        passages: token ids.

    Returns:
        Passage numbers, best first, `FOUND` at most.
    """
    count = min(FOUND + 1, len(passages))
    if count == 0:
        return []
    retriever = bm25s.BM25(method="lucene")
    retriever.index(
        [[f"{token}" for token in row] or ["-"] for row in passages], show_progress=False
    )
    known = retriever.vocab_dict
    any_word = next(iter(known))
    asked = [[w for w in map(str, row) if w in known] or [any_word] for row in queries]
    places, _ = retriever.retrieve(asked, k=count, show_progress=False, n_threads=2)
    return [[int(p) for p in row if p != own][:FOUND] for own, row in enumerate(places.tolist())]
