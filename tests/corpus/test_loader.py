"""Reading documents: the built-in corpus and the seller's own files."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from tiny import DELIVERY, PHONE, QUESTIONS, Tree

import corpus
from corpus.loader import sections

FILE = "manual/order/order-delivery.md"


def delivery(root: Path) -> corpus.Document:
    return next(document for document in corpus.load(root) if document.id == "order-delivery")


def test_document_carries_front_matter_sections_and_questions(tiny_corpus: Tree) -> None:
    document = delivery(tiny_corpus())
    assert document.title == "송장 등록"
    assert document.category == "order"
    assert document.path == FILE
    assert document.aliases == (("송장", "운송장"),)
    assert document.questions["송장번호 입력"] == ("택배 번호 어디에 적어요?",)
    assert [s.heading for s in document.sections] == ["송장번호 입력", "송장번호 수정"]
    [first, _] = document.sections
    assert document.text[first.start : first.end].startswith("발송처리를 하려면")
    assert document.text[first.start : first.end].endswith("발송처리를 누릅니다.")
    assert first.path == ("송장 등록", "송장번호 입력")
    assert first.line == DELIVERY[: DELIVERY.index("## 송장번호 입력")].count("\n") + 1


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda text: unicodedata.normalize("NFD", text).encode(), id="NFD"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(lambda text: text.replace("\n", "\r").encode(), id="CR"),
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), id="BOM"),
    ],
)
def test_the_way_a_file_was_saved_changes_nothing(tiny_corpus: Tree, rewrite: object) -> None:
    saved = {
        FILE: rewrite(DELIVERY),  # type: ignore[operator]
        "questions/order-delivery.yaml": rewrite(QUESTIONS),  # type: ignore[operator]
    }
    assert delivery(tiny_corpus(saved, "saved")) == delivery(tiny_corpus())
    assert corpus.check(tiny_corpus(saved, "saved")).clean


def test_dates_of_sources_stay_as_written(tiny_corpus: Tree) -> None:
    for written in ("2025", "2025-03", "2025-03-05", "미상"):
        text = DELIVERY.replace('"2025-03"', written)
        [source] = delivery(tiny_corpus({FILE: text}, written)).sources
        assert source.as_of == written


def test_a_title_with_text_of_its_own_is_a_section() -> None:
    text = "# 제목\n\n머리 문장.\n\n## 절\n\n절 문장.\n\n### 작은 절\n\n- 항목\n"
    found = [(s.path, text[s.start : s.end]) for s in sections(text)]
    assert found == [
        (("제목",), "머리 문장."),
        (("제목", "절"), "절 문장."),
        (("제목", "절", "작은 절"), "항목"),
    ]


def test_sources_of_a_section_come_official_and_newest_first() -> None:
    def source(name: str, as_of: str, *headings: str) -> corpus.Source:
        return corpus.Source(url=f"https://{name}", as_of=as_of, sections=headings)

    blog, old = source("blog.kr/a", "2026-05"), source("help.naver.com/a", "2024-03")
    new, undated = source("help.naver.com/b", "2025"), source("help.naver.com/c", "미상")
    elsewhere = source("law.go.kr/d", "2026", "다른 절")
    given = corpus.Source(file="seed.txt", as_of="2023")
    document = corpus.Document(
        id="d",
        title="t",
        category="order",
        text="",
        sections=(),
        sources=(blog, undated, old, elsewhere, new, given),
    )
    assert document.sources_of("절") == (new, old, given, undated, blog)


def test_load_stops_at_the_first_broken_document(tiny_corpus: Tree) -> None:
    root = tiny_corpus({"guide/support-phone.md": PHONE.replace("support-phone\n", "\n", 1)})
    with pytest.raises(corpus.CorpusError, match="id 항목이 없습니다") as caught:
        corpus.load(root)
    assert (caught.value.file, caught.value.line) == (root / "guide/support-phone.md", 2)
