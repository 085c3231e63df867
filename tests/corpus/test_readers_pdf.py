"""PDF files by reportlab and Chromium: text, order, pages, headings and tables as they are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import CHROMIUM, FLAGS
from reader_files import drawn, locked, page_break, pdf, ruled, scan, space

import corpus
from corpus.markdown import blocks

LINES = (
    "구매자가 결제를 마치면 판매자는 주문을 확인하고 상품을 보내야 합니다. 발송기한을 넘기면 "
    "페널티를 받을 수 있으니 재고를 먼저 확인해 주세요. 구매확정이 되면 다음 영업일에 정산 "
    "대금이 들어옵니다."
)


def read(file: Path) -> corpus.Document:
    [document] = corpus.read(file)
    return document


def told(document: corpus.Document) -> list[tuple[str, str]]:
    text = document.text
    return [(b.kind, text[b.start : b.end]) for b in blocks(text)]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    story = [("title", "우리 가게 운영 안내")]
    for number in range(1, 9):
        story += [("heading", f"{number}장 주문 처리"), ("body", f"{number}번 글입니다. {LINES}")]
    document = read(pdf(tmp_path / "a.pdf", story, columns=2))
    assert document.title == "우리 가게 운영 안내"
    assert told(document) == [
        ("heading", "우리 가게 운영 안내"),
        *(
            piece
            for n in range(1, 9)
            for piece in [
                ("heading", f"{n}장 주문 처리"),
                ("paragraph", f"{n}번 글입니다. {LINES}"),
            ]
        ),
    ]


def test_columns_stand_between_text_over_the_whole_width(tmp_path: Path) -> None:
    left = [f"왼쪽 단의 {n}번째 줄이고 다음 줄로 이어지고" for n in range(1, 7)]
    right = [f"오른쪽 단의 {n}번째 줄이고 다음 줄로 가고" for n in range(1, 7)]
    wide = "이 줄은 두 단을 가로질러 쪽의 왼쪽에서 오른쪽까지 길게 놓여 있는 문장입니다."
    file = drawn(
        tmp_path / "a.pdf",
        [
            (60, 760, wide, 10),
            *((60, 700 - 16 * n, line, 10) for n, line in enumerate(left)),
            *((330, 693 - 16 * n, line, 10) for n, line in enumerate(right)),
            (60, 550, "맺음말", 14),
            (60, 520, wide, 10),
        ],
    )
    text = read(file).text
    order = [wide, *left, *right, "맺음말", wide]
    places = []
    for line in order:
        places.append(text.index(line, places[-1] + 1 if places else 0))
    assert places == sorted(places)


def test_running_head_foot_and_page_numbers_are_dropped(tmp_path: Path) -> None:
    story = [part for n in range(1, 4) for part in (("heading", f"{n}장"), page_break())][:-1]
    story[1:1] = [("body", "첫 쪽 글입니다.")]
    story += [("body", "끝 쪽 글입니다.")]
    file = pdf(tmp_path / "a.pdf", story, header="판매자 매뉴얼 2.1", footer="- {page} / 3 -")
    text = read(file).text
    assert "판매자 매뉴얼" not in text
    assert "/ 3" not in text
    assert told(read(file))[:2] == [("heading", "1장"), ("paragraph", "첫 쪽 글입니다.")]


def test_a_line_that_only_one_page_has_at_its_top_stays(tmp_path: Path) -> None:
    story = [("body", "첫 쪽 머리입니다."), page_break(), ("body", "둘째 쪽 다른 글입니다.")]
    text = read(pdf(tmp_path / "a.pdf", story)).text
    assert "첫 쪽 머리입니다." in text
    assert "둘째 쪽 다른 글입니다." in text


def test_every_offset_has_its_page(tmp_path: Path) -> None:
    story = []
    for number in range(1, 5):
        story += [("heading", f"{number}장"), ("body", f"{number}쪽 글입니다."), page_break()]
    document = read(pdf(tmp_path / "a.pdf", story[:-1]))
    assert len(document.pages) == 4
    for number in range(1, 5):
        assert document.page_of(document.text.index(f"{number}장")) == number
        assert document.page_of(document.text.index(f"{number}쪽 글")) == number


def test_a_paragraph_over_two_pages_is_one_and_each_part_has_its_page(tmp_path: Path) -> None:
    document = read(pdf(tmp_path / "a.pdf", [space(680), ("body", LINES * 2)]))
    assert f"{LINES}{LINES}" in document.text.replace("\n", "")
    assert document.page_of(document.text.index("구매자가")) == 1
    assert document.page_of(document.text.rindex("대금이")) == 2


def test_a_ruled_table_is_a_table_over_its_pages_with_merged_cells(tmp_path: Path) -> None:
    rows = [["구분", "요율"], *([f"항목 {n}", f"{n}.5%"] for n in range(60))]
    rows[3][0] = ""
    file = pdf(tmp_path / "a.pdf", [ruled(rows, [150, 150], ("SPAN", (0, 2), (0, 3)))])
    document = read(file)
    rows[3][0] = "항목 1"
    expected = [("header", "| 구분 | 요율 |")]
    expected += [("row", f"| {a} | {b} |") for a, b in rows[1:]]
    assert told(document) == expected
    assert document.page_of(document.text.index("항목 0 ")) == 1
    assert document.page_of(document.text.index("항목 59")) == len(document.pages) == 2


def test_an_unruled_table_is_found_by_its_columns(tmp_path: Path) -> None:
    rows = [("구분", "요율", "기준일"), ("일반", "3.63%", "2026-01"), ("영세", "1.98%", "2026-02")]
    rows += [("중소", "2.585%", "2026-03")]
    cells = [
        (x, 700 - 16 * n, text, 10)
        for n, row in enumerate(rows)
        for x, text in zip((60, 200, 320), row, strict=True)
    ]
    around = [(60, 780, "수수료 안내", 18), (60, 740, "아래 표를 봐 주세요.", 10)]
    file = drawn(tmp_path / "a.pdf", [*around, *cells, (60, 600, "표 아래 문장입니다.", 10)])
    assert told(read(file)) == [
        ("heading", "수수료 안내"),
        ("paragraph", "아래 표를 봐 주세요."),
        ("header", "| 구분 | 요율 | 기준일 |"),
        ("row", "| 일반 | 3.63% | 2026-01 |"),
        ("row", "| 영세 | 1.98% | 2026-02 |"),
        ("row", "| 중소 | 2.585% | 2026-03 |"),
        ("paragraph", "표 아래 문장입니다."),
    ]


def test_what_markdown_would_misread_stays_wording(tmp_path: Path) -> None:
    rows = [["구분", "값"], ["가|나", "# 다"]]
    story = [("body", "# 해시로 시작합니다."), space(), ruled(rows, [100, 100]), space()]
    story += [("body", "2) 둘째 단계입니다."), space(), ("body", "- 항목입니다.")]
    assert told(read(pdf(tmp_path / "a.pdf", story))) == [
        ("paragraph", "\\# 해시로 시작합니다."),
        ("header", "| 구분 | 값 |"),
        ("row", "| 가\\|나 | # 다 |"),
        ("step", "둘째 단계입니다."),
        ("item", "항목입니다."),
    ]


@pytest.mark.parametrize("style", ["body", "words"])
def test_words_that_a_line_end_split_are_whole_again(tmp_path: Path, style: str) -> None:
    """``body`` breaks lines inside words, ``words`` at blanks alone."""
    document = read(pdf(tmp_path / "a.pdf", [(style, f"{LINES} {LINES} {LINES}")], columns=2))
    assert told(document) == [("paragraph", f"{LINES} {LINES} {LINES}")]


def test_latin_words_lose_the_hyphen_of_their_line_end(tmp_path: Path) -> None:
    lines = ["The seller confirms the order before ship-", "ping it, and enters the number."]
    file = drawn(tmp_path / "a.pdf", [(60, 700 - 16 * n, t, 10) for n, t in enumerate(lines)])
    assert "before shipping it" in read(file).text


def test_lines_of_a_table_of_contents_are_left_out(tmp_path: Path) -> None:
    story = [("body", "1. 개설 .................... 3"), space(), ("body", "글입니다.")]
    assert "개설" not in read(pdf(tmp_path / "a.pdf", story)).text


def test_a_scan_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(corpus.UnreadableFileError, match="스캔한 이미지뿐이고 글자가 없는 PDF"):
        corpus.read(scan(tmp_path / "a.pdf", [None, None]))


def test_scanned_pages_among_others_are_told(tmp_path: Path) -> None:
    document = read(scan(tmp_path / "a.pdf", ["첫 쪽입니다.", None, "셋째 쪽입니다.", None]))
    assert document.notes == ("글자가 없는 쪽(스캔 이미지)은 읽지 못했습니다: 2, 4쪽",)
    assert document.page_of(document.text.index("셋째")) == 3
    assert len(document.pages) == 4


def test_a_password_is_asked_for_only_where_one_is_set(tmp_path: Path) -> None:
    file = pdf(tmp_path / "a.pdf", [("body", LINES)])
    with pytest.raises(corpus.UnreadableFileError, match="암호가 걸려 있어 읽을 수 없습니다"):
        corpus.read(locked(file, tmp_path / "b.pdf", user="secret"))
    assert LINES in read(locked(file, tmp_path / "c.pdf", user="")).text


def test_more_pages_than_allowed_are_refused(tmp_path: Path) -> None:
    file = scan(tmp_path / "a.pdf", ["가", "나", "다"])
    with pytest.raises(corpus.UnreadableFileError, match=r"쪽수가 너무 많습니다\(3쪽, 최대 2쪽\)"):
        corpus.read(file, limits=corpus.Limits(max_pages=2))


def test_a_damaged_pdf_is_refused(tmp_path: Path) -> None:
    file = pdf(tmp_path / "a.pdf", [("body", LINES)])
    file.write_bytes(file.read_bytes()[:300])
    with pytest.raises(corpus.UnreadableFileError, match="손상"):
        corpus.read(file)


PAGE = """<!doctype html><html lang="ko"><meta charset="utf-8"><style>
body { font: 10pt/1.6 'Noto Sans CJK KR'; text-align: justify } h1 { font-size: 20pt }
h2 { font-size: 14pt; break-after: avoid } .cols { column-count: 2; column-gap: 24pt }
table { border-collapse: collapse; width: 100%; break-inside: avoid }
td, th { border: 1px solid #888; padding: 3pt }
</style><h1>주문 배송 매뉴얼</h1><p>WIDE</p><div class="cols">SECTIONS</div></html>"""
SECTION = """<h2>N장 발송 처리</h2><p>N번 글입니다. LINES</p>
<ol><li>주문 관리 메뉴를 선택합니다.</li><li>발주확인할 주문을 고르고 발주확인 버튼을 누릅니다.
여러 건을 한꺼번에 고를 수도 있습니다.</li></ol>
<table><tr><th>구분<th>기한</tr><tr><td>발송지연<td>3영업일</tr>
<tr><td rowspan="2">반품<td>수거 완료일로부터 3영업일 이내에 처리해야 합니다</tr>
<tr><td>N일</tr></table><ul><li>오늘출발 상품은 정한 시각 전에 보냅니다.</li></ul>"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Korean page with columns and tables, printed to PDF by Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium")
    from playwright.sync_api import sync_playwright

    parts = "".join(SECTION.replace("LINES", LINES).replace("N", str(n)) for n in range(1, 9))
    file = tmp_path_factory.mktemp("printed") / "매뉴얼.pdf"
    edge = '<div style="font-size:8px;margin:auto">{}</div>'
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.set_content(PAGE.replace("WIDE", f"{LINES} {LINES}").replace("SECTIONS", parts))
        page.pdf(
            path=file,
            format="A4",
            display_header_footer=True,
            header_template=edge.format("판매자 매뉴얼 v2.1"),
            footer_template=edge.format('<span class="pageNumber"></span> / 9'),
            margin=dict.fromkeys(("top", "bottom", "left", "right"), "18mm"),
        )
        browser.close()
    return file


@pytest.mark.browser
def test_a_printed_page_is_read_as_it_was_written(printed: Path) -> None:
    document = read(printed)
    assert told(document)[:2] == [
        ("heading", "주문 배송 매뉴얼"),
        ("paragraph", f"{LINES} {LINES}"),
    ]
    sections = {
        section.heading: told_between(document, section.start, section.end)
        for section in document.sections[1:]
    }
    assert sections == {
        f"{n}장 발송 처리": [
            ("paragraph", f"{n}번 글입니다. {LINES}"),
            ("step", "주문 관리 메뉴를 선택합니다."),
            (
                "step",
                "발주확인할 주문을 고르고 발주확인 버튼을 누릅니다. "
                "여러 건을 한꺼번에 고를 수도 있습니다.",
            ),
            ("header", "| 구분 | 기한 |"),
            ("row", "| 발송지연 | 3영업일 |"),
            ("row", "| 반품 | 수거 완료일로부터 3영업일 이내에 처리해야 합니다 |"),
            ("row", f"| 반품 | {n}일 |"),
            ("item", "오늘출발 상품은 정한 시각 전에 보냅니다."),
        ]
        for n in range(1, 9)
    }
    pages = [document.page_of(section.end - 1) for section in document.sections]
    assert pages == sorted(pages)
    assert pages[-1] == len(document.pages) > 1


def told_between(document: corpus.Document, start: int, end: int) -> list[tuple[str, str]]:
    text = document.text
    inside = [b for b in blocks(text) if start <= b.start and b.end <= end]
    return [(b.kind, text[b.start : b.end]) for b in inside]
