"""Passages of a document with pages know the page on which they start."""

from __future__ import annotations

import corpus
from corpus.loader import sections
from index.passages import chunk


def test_a_passage_has_the_page_that_it_starts_on() -> None:
    text = "# 제목\n\n첫 쪽 글.\n\n## 둘째\n\n둘째 쪽 글.\n"
    document = corpus.Document(
        id="own:a.pdf",
        title="제목",
        category=None,
        text=text,
        sections=tuple(sections(text)),
        pages=(0, text.index("## 둘째")),
    )
    passages = chunk(document, lambda body: [(0, len(body))], 400)
    assert [passage.page for passage in passages] == [1, 2]
    unpaged = document.model_copy(update={"pages": ()})
    assert [p.page for p in chunk(unpaged, lambda body: [(0, len(body))], 400)] == [None, None]
