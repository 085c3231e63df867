"""The seller's own documents are shown as such: by file and page."""

from __future__ import annotations

from assistant import Citation, terminal
from corpus import Document
from corpus.loader import sections
from ui import labels
from ui.document import render_document

TEXT = "# 운영 매뉴얼\n\n## 반품 주소\n\n반품은 파주로 보냅니다.\n"


def citation(**changes: object) -> Citation:
    start = TEXT.index("반품은")
    fields: dict[str, object] = {
        "n": 1,
        "document_id": "own:매뉴얼.pdf",
        "passage_id": "own:매뉴얼.pdf#0.0",
        "title": "운영 매뉴얼",
        "section": "반품 주소",
        "category": None,
        "quote": "반품은 파주로 보냅니다.",
        "start": start,
        "end": start + 13,
        "page": 12,
        "source": "매뉴얼.pdf",
        "as_of": "미상",
        "score": 0.9,
        "own": True,
    }
    return Citation.model_validate({**fields, **changes})


def test_citation_names_the_file_and_its_page_once() -> None:
    assert labels.place(citation()) == "운영 매뉴얼 – 반품 주소"
    assert labels.origin(citation()) == "내 문서 · 매뉴얼.pdf 12쪽"
    assert labels.origin(citation(page=None, source="규정/메모.txt")) == "내 문서 · 규정/메모.txt"


def test_file_without_headings_is_named_once() -> None:
    assert labels.place(citation(title="메모", section="메모")) == "메모"


def test_panel_says_that_the_document_is_the_sellers_own() -> None:
    document = Document(
        id="own:매뉴얼.pdf",
        title="운영 매뉴얼",
        category=None,
        text=TEXT,
        sections=tuple(sections(TEXT)),
        path="<b>매뉴얼</b>.pdf",
        own=True,
    )
    shown = render_document(document, [citation()])
    assert "<li>내 문서 · &lt;b&gt;매뉴얼&lt;/b&gt;.pdf</li>" in shown
    assert '<mark data-quote="1">반품은 파주로 보냅니다.</mark>' in shown


def test_terminal_names_the_file_and_its_page() -> None:
    assert (
        terminal._source(citation()) == "  [1] 운영 매뉴얼 > 반품 주소 (내 문서, 매뉴얼.pdf 12쪽)"
    )
