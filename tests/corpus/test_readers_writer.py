"""Blocks written as Markdown read back as the same blocks, whatever their wording."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from corpus.loader import sections
from corpus.markdown import blocks, cells
from corpus.readers.assemble import File, from_blocks
from corpus.readers.writer import PAGE, Heading, Item, Paragraph, Table, clean, write

WORDING = st.text(alphabet="#-*>|1.) \t\n가a`'~_[]:<!\\=+&;\u3000\u200b\x07나é", max_size=12)
FULL = WORDING.filter(lambda text: bool(clean(text)))


def told(text: str) -> list[tuple[str, str]]:
    return [(b.kind, text[b.start : b.end]) for b in blocks(text)]


def plain(text: str) -> str:
    """Wording without the backslashes that the writer may add, in one line."""
    return clean(text).replace("\\", "")


@given(FULL)
def test_a_paragraph_is_one_block_of_its_wording(text: str) -> None:
    [(kind, wording)] = told(write([Paragraph(text)]).text)
    assert kind == "paragraph"
    assert plain(wording) == plain(text)


@given(st.lists(st.tuples(FULL, st.integers(0, 3), st.booleans()), min_size=1, max_size=6))
def test_items_and_steps_stay_one_each(entries: list[tuple[str, int, bool]]) -> None:
    items = [
        Item(text, depth, number if is_step else None)
        for number, (text, depth, is_step) in enumerate(entries, 8)
    ]
    found = told(write(items).text)
    assert [kind for kind, _ in found] == ["step" if step else "item" for *_, step in entries]
    assert [plain(wording) for _, wording in found] == [plain(text) for text, *_ in entries]


@given(FULL, st.integers(1, 6))
def test_a_heading_keeps_its_level(text: str, level: int) -> None:
    written = write([Heading(text, level, questions=("왜?",)), Paragraph("글")])
    [section] = sections(written.text)
    assert plain(section.heading) == plain(text)
    assert blocks(written.text)[0].level == level
    assert written.questions == {section.heading: ("왜?",)}


@given(st.lists(st.lists(WORDING, min_size=2, max_size=2), min_size=2, max_size=5))
def test_rows_of_a_table_keep_their_cells(rows: list[list[str]]) -> None:
    kept = [row for row in rows if any(map(clean, row))]
    found = [cells(row) for _, row in told(write([Table(rows)]).text)]
    assert [[plain(c) for c in row] for row in found] == [[plain(c) for c in row] for row in kept]


BLOCKS = st.one_of(
    st.builds(Paragraph, FULL),
    st.builds(Heading, FULL, st.integers(1, 4)),
    st.builds(Item, FULL, st.integers(0, 2), st.one_of(st.none(), st.integers(1, 120))),
    st.builds(Table, st.lists(st.lists(FULL, min_size=2, max_size=2), min_size=1, max_size=3)),
)


@given(st.lists(BLOCKS, min_size=1, max_size=8))
def test_a_document_of_any_blocks_has_its_spans(found) -> None:  # type: ignore[no-untyped-def]
    found = [*found, Paragraph("끝")]
    document = from_blocks(FILE, found)
    text = document.text
    assert unicodedata.is_normalized("NFC", text)
    assert sum(b.kind == "heading" for b in blocks(text)) == sum(
        isinstance(block, Heading) for block in found
    )
    for section in document.sections:
        assert text[section.start : section.end].strip() == text[section.start : section.end] != ""
    ends = [0, *(section.end for section in document.sections)]
    starts = [*(section.start for section in document.sections), len(text)]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))


@given(st.lists(BLOCKS, min_size=1, max_size=6))
def test_page_marks_change_nothing_but_the_pages(found) -> None:  # type: ignore[no-untyped-def]
    marked = [_marked(block) for block in found]
    written = write(marked, paged=True)
    assert written.text == write(found).text
    assert len(written.pages) == len(found) + 1
    assert list(written.pages) == sorted(written.pages)
    assert all(0 <= page <= len(written.text) for page in written.pages)


def _marked(block):  # type: ignore[no-untyped-def]
    if isinstance(block, Table):
        first, *rest = block.rows
        return Table([[PAGE + first[0], *first[1:]], *rest])
    if isinstance(block, Heading):
        return Heading(PAGE + block.text, block.level)
    if isinstance(block, Item):
        return Item(PAGE + block.text, block.depth, block.number)
    return Paragraph(PAGE + block.text)


def test_a_page_mark_within_wording_is_where_that_page_starts() -> None:
    written = write([Paragraph(f"앞 쪽{PAGE} 뒤 쪽"), Paragraph(PAGE * 2 + "넷째")], paged=True)
    assert written.text == "앞 쪽 뒤 쪽\n\n넷째\n"
    assert written.pages == (0, 3, 9, 9)


FILE = File(Path("a.pdf"), "a.pdf", "a.pdf")
