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


def test_own_file_is_read_with_its_title_and_sections(tmp_path: Path) -> None:
    file = tmp_path / "반품 안내.md"
    file.write_text("# 우리 가게 반품\n\n## 기간\n\n7일 안에 받습니다.\n", encoding="utf-8")
    [document] = corpus.read(file)
    assert (document.id, document.title) == ("own:반품 안내.md", "우리 가게 반품")
    assert document.own
    assert document.category is None
    assert [(s.heading, s.line) for s in document.sections] == [("기간", 3)]


def test_text_before_the_first_heading_of_an_own_file_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "memo.md"
    file.write_text(
        "---\ntitle: 무시\n---\n머리말입니다.\n\n# 제목\n\n본문입니다.\n", encoding="utf-8"
    )
    [document] = corpus.read(file)
    found = [(s.heading, document.text[s.start : s.end], s.line) for s in document.sections]
    assert found == [("memo", "머리말입니다.", 4), ("제목", "본문입니다.", 6)]


def test_own_text_without_headings_is_one_section(tmp_path: Path) -> None:
    file = tmp_path / "memo.txt"
    file.write_text("\n첫 줄입니다.\n\n둘째 줄입니다.\n\n", encoding="utf-8")
    [document] = corpus.read(file)
    [section] = document.sections
    assert section.heading == "memo"
    assert document.text[section.start : section.end] == "첫 줄입니다.\n\n둘째 줄입니다."


def test_empty_own_file_has_no_section(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_text("\n", encoding="utf-8")
    [document] = corpus.read(file)
    assert document.sections == ()


def test_own_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(corpus.CorpusError, match="Markdown") as caught:
        corpus.read(tmp_path / "photo.png")
    assert caught.value.file == tmp_path / "photo.png"


def test_own_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "memo.txt"
    file.write_bytes("첫 줄\n".encode() + "둘째 줄".encode("cp949"))
    with pytest.raises(corpus.CorpusError, match=r"memo\.txt:2: UTF-8 텍스트가 아닙니다"):
        corpus.read(file)


def test_missing_own_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(corpus.CorpusError, match="읽을 수 없습니다"):
        corpus.read(tmp_path / "gone.md")


def test_load_stops_at_the_first_broken_document(tiny_corpus: Tree) -> None:
    root = tiny_corpus({"guide/support-phone.md": PHONE.replace("support-phone\n", "\n", 1)})
    with pytest.raises(corpus.CorpusError, match="id 항목이 없습니다") as caught:
        corpus.load(root)
    assert (caught.value.file, caught.value.line) == (root / "guide/support-phone.md", 2)
