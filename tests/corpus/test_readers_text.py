"""Markdown, plain text and HTML of the seller's own, and the encodings that they come in."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

import corpus
from corpus.markdown import blocks


def read(file: Path, data: str | bytes) -> corpus.Document:
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    [document] = corpus.read(file)
    return document


def told(document: corpus.Document) -> list[tuple[str, str]]:
    text = document.text
    return [(b.kind, text[b.start : b.end]) for b in blocks(text)]


def test_own_file_is_read_with_its_title_and_sections(tmp_path: Path) -> None:
    file = tmp_path / "반품 안내.md"
    document = read(file, "# 우리 가게 반품\n\n## 기간\n\n7일 안에 받습니다.\n")
    assert (document.id, document.title) == ("own:반품 안내.md", "우리 가게 반품")
    assert document.own
    assert document.category is None
    assert document.pages == ()
    assert document.page_of(3) is None
    assert [(s.heading, s.line) for s in document.sections] == [("기간", 3)]


def test_a_name_makes_the_id_and_the_shown_path(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("글입니다.\n", encoding="utf-8")
    decomposed = unicodedata.normalize("NFD", "정산/매뉴얼.md")
    [document] = corpus.read(file, name=decomposed)
    assert (document.id, document.path) == ("own:정산/매뉴얼.md", "정산/매뉴얼.md")


def test_text_before_the_first_heading_of_an_own_file_is_kept(tmp_path: Path) -> None:
    text = "---\ntitle: 무시\n---\n머리말입니다.\n\n# 제목\n\n본문입니다.\n"
    document = read(tmp_path / "memo.md", text)
    found = [(s.heading, document.text[s.start : s.end], s.line) for s in document.sections]
    assert found == [("memo", "머리말입니다.", 4), ("제목", "본문입니다.", 6)]


def test_own_text_without_headings_is_one_section(tmp_path: Path) -> None:
    document = read(tmp_path / "memo.txt", "\n첫 줄입니다.\n\n둘째 줄입니다.\n\n")
    [section] = document.sections
    assert section.heading == "memo"
    assert document.text[section.start : section.end] == "첫 줄입니다.\n\n둘째 줄입니다."


def test_numbered_titles_of_a_plain_text_are_headings_and_its_lists_are_not(
    tmp_path: Path,
) -> None:
    text = (
        "1. 배송 안내\n배송은 3일 걸립니다.\n\n1.1 제주\n하루 더 걸립니다.\n\n"
        "1. 주문을 고릅니다\n2. 버튼을 누릅니다\n\n[문의]\n\n톡톡으로 물어보세요.\n"
    )
    assert told(read(tmp_path / "a.txt", text)) == [
        ("heading", "1. 배송 안내"),
        ("paragraph", "배송은 3일 걸립니다."),
        ("heading", "1.1 제주"),
        ("paragraph", "하루 더 걸립니다."),
        ("step", "주문을 고릅니다"),
        ("step", "버튼을 누릅니다"),
        ("heading", "[문의]"),
        ("paragraph", "톡톡으로 물어보세요."),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("suffix", ["md", "txt", "csv", "html"])
def test_korean_encodings_are_recognised(tmp_path: Path, encoding: str, suffix: str) -> None:
    words = "똠방각하의 햏 상품은 펲시 가격"  # beyond EUC-KR, within CP949
    document = read(tmp_path / f"a.{suffix}", f"{words}\r\n".encode(encoding))
    assert words in document.text
    assert "\r" not in document.text


def test_decomposed_hangul_is_composed(tmp_path: Path) -> None:
    document = read(tmp_path / "a.txt", unicodedata.normalize("NFD", "반품 안내입니다."))
    assert document.text == "반품 안내입니다."


def test_text_in_no_known_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(corpus.UnreadableFileError, match="2번째 줄이 깨져") as caught:
        read(tmp_path / "memo.txt", "첫 줄\n".encode() + "둘째 줄".encode("cp949"))
    assert caught.value.hint == "파일을 UTF-8로 다시 저장해 주세요."


@pytest.mark.parametrize(
    "data",
    ["日本語の説明書です。".encode("shift-jis"), "Déjà vu à côté".encode("latin-1"), b"a\0b"],
)
def test_text_of_another_code_page_is_not_taken_for_korean(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(corpus.UnreadableFileError, match="글자를 알아볼 수 없습니다"):
        read(tmp_path / "memo.txt", data)


PAGE = """<html><head><meta charset="euc-kr"><title>도움말</title><style>p {}</style></head><body>
<div id="gnb">홈 상품 주문</div><header>로고</header><div class="cookie-banner">쿠키 동의</div>
<main><header><h1>반품 안내</h1></header>
<p>반품은 <b>7일</b> 안에<br>신청&nbsp;합니다. 1 &lt; 2</p>
<h3>순서</h3><ol start="2"><li>주문을 찾습니다<ul><li>번호로<p>검색</p></li></ul></li>
<li><a href="x">누릅니다</a></li></ol>
<table><thead><tr><th>구분</th><th colspan="2">비용</th></tr></thead>
<tr><td rowspan="2">왕|복</td><td>가</td><td>6,000원</td></tr><tr><td>나</td><td>5,000원</td></tr>
</table><table><tr><th>기한</th><td>7일</td></tr><tr><th>비용</th><td>무료</td></tr></table>
<table role="presentation"><tr><td>틀 안의 글</td><td>옆의 글</td></tr></table>
<details><summary>언제 되나요?</summary><div style="display:none">바로 됩니다.</div></details>
<p># 해시</p><script>alert(1)</script><button>누르기</button></main>
<footer>회사 소개</footer></body></html>"""


def test_a_page_is_its_main_text_without_what_stands_around_it(tmp_path: Path) -> None:
    document = read(tmp_path / "a.html", PAGE.encode("cp949"))
    assert document.title == "반품 안내"
    assert told(document) == [
        ("heading", "반품 안내"),
        ("paragraph", "반품은 7일 안에\n신청 합니다. 1 < 2"),
        ("heading", "순서"),
        ("step", "주문을 찾습니다"),
        ("item", "번호로"),
        ("paragraph", "검색"),
        ("step", "누릅니다"),
        ("header", "| 구분 | 비용 | 비용 |"),
        ("row", "| 왕\\|복 | 가 | 6,000원 |"),
        ("row", "| 왕\\|복 | 나 | 5,000원 |"),
        ("header", "|  |  |"),
        ("row", "| 기한 | 7일 |"),
        ("row", "| 비용 | 무료 |"),
        ("paragraph", "틀 안의 글"),
        ("paragraph", "옆의 글"),
        ("heading", "언제 되나요?"),
        ("paragraph", "바로 됩니다."),
        ("paragraph", "\\# 해시"),
    ]


def test_a_page_without_a_main_element_loses_its_ornaments_alone(tmp_path: Path) -> None:
    page = (
        "<title>안내 &amp; 도움</title><nav>메뉴</nav><div class='with-sidebar'>본문이 여기 길게 "
        "있습니다. 이것이 페이지의 글입니다.</div><div class='popup'>광고</div>"
    )
    document = read(tmp_path / "a.htm", page)
    assert document.title == "안내 & 도움"
    assert told(document) == [("paragraph", "본문이 여기 길게 있습니다. 이것이 페이지의 글입니다.")]


def test_a_page_in_the_encoding_that_it_falsely_declares_is_still_read(tmp_path: Path) -> None:
    document = read(tmp_path / "a.html", "<meta charset='euc-kr'><p>펲시입니다</p>".encode())
    assert "펲시입니다" in document.text
    document = read(tmp_path / "a.html", "<meta charset='no-such'><p>가나</p>".encode())
    assert "가나" in document.text
