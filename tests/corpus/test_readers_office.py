"""DOCX by python-docx, XLSX by openpyxl, CSV: headings, steps, tables, questions and answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from reader_files import rewritten

import corpus
from corpus.markdown import blocks
from corpus.readers import sheets
from corpus.readers.assemble import File


def read(file: Path) -> corpus.Document:
    [document] = corpus.read(file)
    return document


def told(document: corpus.Document) -> list[tuple[str, str]]:
    text = document.text
    return [(b.kind, text[b.start : b.end]) for b in blocks(text)]


def bodies(document: corpus.Document) -> dict[str, str]:
    return {s.heading: document.text[s.start : s.end] for s in document.sections}


def test_a_word_document_keeps_headings_lists_and_tables(tmp_path: Path) -> None:
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "머리글은 빠집니다"
    made.add_heading("운영 안내", 0)
    made.add_paragraph("머리 문단입니다.")
    made.add_heading("발송", 2)
    for text in ("주문을 확인합니다", "송장을 입력합니다"):
        made.add_paragraph(text, style="List Number")
    made.add_paragraph("바깥 항목", style="List Bullet")
    made.add_paragraph("안쪽 항목", style="List Bullet 2")
    table = made.add_table(rows=3, cols=2)
    for row, texts in zip(
        table.rows, [("구분", "기한"), ("발송", "3|5일"), ("", "즉시")], strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    made.add_paragraph("# 해시로 시작\n1) 손으로 쓴 단계")
    made.save(tmp_path / "a.docx")
    document = read(tmp_path / "a.docx")
    assert document.title == "운영 안내"
    assert told(document) == [
        ("heading", "운영 안내"),
        ("paragraph", "머리 문단입니다."),
        ("heading", "발송"),
        ("step", "주문을 확인합니다"),
        ("step", "송장을 입력합니다"),
        ("item", "바깥 항목"),
        ("item", "안쪽 항목"),
        ("header", "| 구분 | 기한 |"),
        ("row", "| 발송 | 3\\|5일 |"),
        ("row", "| 발송 | 즉시 |"),
        ("paragraph", "\\# 해시로 시작"),
        ("step", "손으로 쓴 단계"),
    ]


def test_headings_are_known_by_korean_style_names_and_outline_levels(tmp_path: Path) -> None:
    made = docx.Document()
    made.styles.add_style("개요 2", WD_STYLE_TYPE.PARAGRAPH)
    made.add_paragraph("한글에서 온 제목", style="개요 2")
    made.add_paragraph("글입니다.")
    levelled = made.add_paragraph("단계만 있는 제목")
    levelled._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="2"/>'))
    made.add_paragraph("다른 글입니다.")
    contents = made.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    made.add_paragraph("차례 줄 3", style=contents)
    made.save(tmp_path / "a.docx")
    levels = [(b.level, b.kind) for b in blocks(read(tmp_path / "a.docx").text)]
    assert levels == [(2, "heading"), (0, "paragraph"), (3, "heading"), (0, "paragraph")]


def test_text_boxes_content_controls_and_frames_are_read_once(tmp_path: Path) -> None:
    made = docx.Document()
    anchor = made.add_paragraph("상자가 달린 문단")
    spaces = {
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }
    declared = " ".join(f'xmlns:{name}="{uri}"' for name, uri in spaces.items())
    inside = "<w:txbxContent><w:p><w:r><w:t>상자 글</w:t></w:r></w:p></w:txbxContent>"
    box = (
        f"<w:r {nsdecls('w')} {declared}><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><wps:txbx>{inside}</wps:txbx></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    anchor._p.append(parse_xml(box))
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>컨트롤 글</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    anchor._p.addnext(control)
    made.add_table(rows=1, cols=1).cell(0, 0).text = "틀 안의 글"
    made.save(tmp_path / "a.docx")
    texts = [text for _, text in told(read(tmp_path / "a.docx"))]
    assert texts == ["상자가 달린 문단", "상자 글", "컨트롤 글", "틀 안의 글"]


def test_deleted_text_is_gone_and_inserted_text_is_there(tmp_path: Path) -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("남은 글")
    for tag, inner in (("ins", "t"), ("del", "delText")):
        paragraph._p.append(
            parse_xml(
                f'<w:{tag} {nsdecls("w")} w:id="1" w:author="a"><w:r><w:{inner}>{tag}</w:{inner}>'
                f"</w:r></w:{tag}>"
            )
        )
    made.save(tmp_path / "a.docx")
    assert told(read(tmp_path / "a.docx")) == [("paragraph", "남은 글ins")]


def test_numbered_lists_restart_below_each_step_of_the_outer_one(tmp_path: Path) -> None:
    made = docx.Document()
    outer = made.styles["List Number"].element.find(qn("w:pPr")).find(qn("w:numPr"))
    number = outer.find(qn("w:numId")).get(qn("w:val"))
    numbering = made.part.numbering_part.element
    abstract = next(n for n in numbering.findall(qn("w:num")) if n.get(qn("w:numId")) == number)
    wanted = abstract.find(qn("w:abstractNumId")).get(qn("w:val"))
    for one in numbering.findall(qn("w:abstractNum")):
        if one.get(qn("w:abstractNumId")) == wanted:
            one.append(
                parse_xml(
                    f'<w:lvl {nsdecls("w")} w:ilvl="1"><w:start w:val="1"/>'
                    '<w:numFmt w:val="decimal"/></w:lvl>'
                )
            )
    for text, depth in [("하나", 0), ("하나-1", 1), ("하나-2", 1), ("둘", 0), ("둘-1", 1)]:
        entry = made.add_paragraph(text, style="List Number")
        entry._p.get_or_add_pPr().append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/>'
                "</w:numPr>"
            )
        )
    made.save(tmp_path / "a.docx")
    assert read(tmp_path / "a.docx").text == (
        "1. 하나\n   1. 하나-1\n   2. 하나-2\n2. 둘\n   1. 둘-1\n"
    )


def workbook(file: Path, sheets: dict[str, list[list[object]]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(file)
    return made


QUESTIONS: list[list[object]] = [
    ["자주 묻는 질문 모음"],
    ["분류", "질문", "답변", "비고"],
    [
        "정산",
        "정산은 언제 되나요?",
        "구매확정 다음\n영업일입니다.\n\n- 빠른정산은 집화 다음 날",
        "갱신",
    ],
    [None, "수수료는 몇 %예요?", "3.3% | 네이버", None],
    ["배송", "정산은 언제 되나요?", "1) 봅니다\n2) 누릅니다", None],
]


def test_rows_of_a_question_table_are_sections_with_their_question(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", {"FAQ": QUESTIONS})
    document = read(tmp_path / "a.xlsx")
    assert document.title == "a"
    assert bodies(document) == {
        "FAQ": "자주 묻는 질문 모음",
        "정산은 언제 되나요?": (
            "구매확정 다음\n영업일입니다.\n\n- 빠른정산은 집화 다음 날\n\n비고: 갱신"
        ),
        "수수료는 몇 %예요?": "3.3% | 네이버",
        "정산은 언제 되나요? (2)": "봅니다\n2. 누릅니다",
    }
    assert document.questions == {
        "정산은 언제 되나요?": ("정산은 언제 되나요?",),
        "수수료는 몇 %예요?": ("수수료는 몇 %예요?",),
        "정산은 언제 되나요? (2)": ("정산은 언제 되나요?",),
    }
    paths = {s.heading: s.path for s in document.sections}
    assert paths["수수료는 몇 %예요?"] == ("a", "FAQ", "정산", "수수료는 몇 %예요?")


@pytest.mark.parametrize(
    ("question", "answer"),
    [("질문", "답변"), ("Q", "A"), ("문의 내용", "답"), ("Question", "Answer")],
)
@pytest.mark.parametrize("suffix", ["csv", "tsv"])
def test_headers_of_question_tables(
    tmp_path: Path, question: str, answer: str, suffix: str
) -> None:
    sign = "," if suffix == "csv" else "\t"
    file = tmp_path / f"a.{suffix}"
    file.write_text(f'{question}{sign}{answer}\n"어디서{sign} 봐요? #"{sign}여기입니다.\n', "utf-8")
    document = read(file)
    [section] = document.sections
    assert document.text[section.start : section.end] == "여기입니다."
    [asked] = document.questions[section.heading]
    assert asked == f"어디서{',' if sign == ',' else ''} 봐요? #"


def test_other_sheets_are_tables_as_excel_shows_their_values(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["2026년 요금표"],
        ["구분", "요율", "금액", "기준일", "적용"],
        ["카드", 0.033, 12000, dt.date(2026, 1, 2), True],
        [],
        ["다른 표", "값"],
        ["가|나", 3.0],
    ]
    made = workbook(tmp_path / "a.xlsx", {"요금": rows, "빈 시트": []})
    made["요금"]["B3"].number_format = "0.0%"
    made["요금"]["C3"].number_format = '#,##0"원"'
    made.create_sheet("숨김").append(["보이지 않음"])
    made["숨김"].sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx")
    assert told(document) == [
        ("heading", "a"),
        ("heading", "요금"),
        ("paragraph", "2026년 요금표"),
        ("header", "| 구분 | 요율 | 금액 | 기준일 | 적용 |"),
        ("row", "| 카드 | 3.3% | 12,000원 | 2026-01-02 | TRUE |"),
        ("header", "| 다른 표 | 값 |"),
        ("row", "| 가\\|나 | 3 |"),
        ("heading", "빈 시트"),
    ]
    assert document.notes == ("숨긴 시트는 읽지 않았습니다: 숨김",)


def test_a_merged_cell_stands_in_each_of_its_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [["구분", "값"], ["카드", 1], [None, 2], ["계좌", 3]]
    made = workbook(tmp_path / "a.xlsx", {"표": rows})
    made["표"].merge_cells("A2:A3")
    made.save(tmp_path / "a.xlsx")
    found = [text for kind, text in told(read(tmp_path / "a.xlsx")) if kind == "row"]
    assert found == ["| 카드 | 1 |", "| 카드 | 2 |", "| 계좌 | 3 |"]


def test_a_long_table_has_its_header_in_each_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["구분,값", *(f"항목 {n},{n}" for n in range(250))]
    (tmp_path / "a.csv").write_text("\n".join(lines), "utf-8")
    document = read(tmp_path / "a.csv")
    assert [s.heading for s in document.sections] == [
        "1~100번째 줄",
        "101~200번째 줄",
        "201~250번째 줄",
    ]
    assert document.text.count("| 구분 | 값 |") == 3
    assert all(f"| 항목 {n} | {n} |" in document.text for n in range(250))


def test_a_streamed_workbook_reads_as_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook(tmp_path / "a.xlsx", {"FAQ": QUESTIONS, "표": [["구분", "값"], ["카드", 1]]})
    data = (tmp_path / "a.xlsx").read_bytes()
    file = File(tmp_path / "a.xlsx", "a.xlsx", "a.xlsx")
    whole = sheets.read_workbook(data, file, corpus.Limits())
    monkeypatch.setattr(sheets, "_WHOLE", 0)
    assert sheets.read_workbook(data, file, corpus.Limits()) == whole


def test_a_stray_cell_in_the_last_row_costs_no_million_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workbook(tmp_path / "a.xlsx", {"표": [["구분", "값"], ["카드", 1]]})
    made["표"].cell(1_048_576, 200, "외딴 칸")
    made.save(tmp_path / "a.xlsx")
    assert ("row", "| 카드 | 1 |") in told(read(tmp_path / "a.xlsx"))


def test_a_csv_that_semicolons_part_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("구분;값\n카드;3,3%\n", "utf-8")
    assert told(read(tmp_path / "a.csv"))[-1] == ("row", "| 카드 | 3,3% |")


def test_a_document_with_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    docx.Document().save(file)
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    for encoding in ("utf-8", "utf-16"):
        file.write_bytes(rewritten(file.read_bytes(), {"word/document.xml": bomb.encode(encoding)}))
        with pytest.raises(corpus.UnreadableFileError, match="DOCTYPE"):
            corpus.read(file)
