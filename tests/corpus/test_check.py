"""Each rule of the corpus, broken once: the finding names the file and the line."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from tiny import CHANNELS, DELIVERY, PHONE, QUESTIONS, SETTLEMENT, Tree

import corpus
from corpus.loader import ROOT

FILE = "manual/order/order-delivery.md"
LINK = "[정산 주기](../settlement/settlement-cycle.md#정산-주기)"
SOURCE = '- {url: "https://example.naver.com/help", as_of: "2025-03", title: 도움말}'


def findings(root: object) -> list[tuple[str, int, str]]:
    report = corpus.check(root)  # type: ignore[arg-type]
    return [(p.file, p.line, p.message) for p in report.problems]


def line_of(text: str, part: str) -> int:
    """The 1-based line on which ``part`` stands."""
    return text[: text.index(part)].count("\n") + 1


def test_shipped_corpus_is_clean() -> None:
    report = corpus.check(ROOT)
    assert report.problems == ()
    assert report.clean
    assert report.documents == len(corpus.load())


def test_tiny_corpus_is_clean_and_counted(tiny_corpus: Tree) -> None:
    report = corpus.check(tiny_corpus(), dt.date(2026, 1, 2))
    assert report == corpus.Report(problems=(), documents=3, sections=6, questions=2)


def replaced(old: str, new: str, part: str, message: str, *, id: str) -> object:  # noqa: A002
    text = DELIVERY.replace(old, new, 1)
    assert text != DELIVERY
    return pytest.param(text, line_of(text, part), message, id=id)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        replaced(f"sources:\n{SOURCE}\n", "", "---", "sources 항목이 없습니다", id="no sources"),
        replaced(f"sources:\n{SOURCE}", "sources: []", "sources:", "sources 항목", id="empty"),
        replaced("updated:", "id: again\nupdated:", "id: again", "두 번.*id", id="key twice"),
        replaced("2026-01-02", "2026-02-30", "updated:", "updated: ", id="30 February"),
        replaced(
            SOURCE, '- {url: "https://a.kr/b"}', "sources:", "as_of: Field required", id="no as_of"
        ),
        replaced(
            SOURCE,
            '- {url: "https://a.kr/b", file: c.txt, as_of: 미상}',
            "sources:",
            "url과 file 가운데 하나만",
            id="url and file",
        ),
        replaced(
            SOURCE, '- {url: "없음", as_of: 미상}', "sources:", "주소가 올바르지 않", id="bad url"
        ),
        replaced('"2025-03"', "2025년", "sources:", "as_of는 YYYY.*2025년", id="as_of in words"),
        replaced('"2025-03"', '"2025-13"', "sources:", "as_of는.*2025-13", id="as_of month 13"),
        replaced('"2025-03"', "2025-02-30", "sources:", "as_of는.*2025-02-30", id="as_of day 30"),
        replaced('"2025-03"', '"20250301"', "sources:", "as_of는.*20250301", id="as_of no dashes"),
        replaced(
            "category: order", "category: gifts", "category:", "category: .*support", id="category"
        ),
        replaced(
            "category: order", "category: policy", "category:", r"폴더\(order\)", id="wrong folder"
        ),
        replaced("updated:", "colour: red\nupdated:", "colour:", "모르는 항목.*colour", id="key"),
        replaced("updated: 2026-01-02", "updated: 언젠가", "updated:", "updated: ", id="updated"),
        replaced("title: 송장 등록\n", "", "---", "title 항목이 없습니다", id="no title"),
        replaced("title: 송장", "title: [송장", "category:", "올바른 YAML이 아닙니다", id="YAML"),
        replaced("---\nid", "id", "id", "머리글.*없습니다", id="no front matter"),
        replaced("## 송장번호 수정", "##송장번호 수정", "##송장번호 수정", "'#' 뒤에", id="##제목"),
        replaced(
            "## 송장번호 수정", "#### 송장번호 수정", "#### 송장", "단계가 맞지 않", id="skipped"
        ),
        replaced("## 송장번호 수정", "# 송장번호 수정", "# 송장번호 수정", "단계", id="second #"),
        replaced(
            "## 송장번호 수정\n\n잘못",
            "## 송장번호 입력\n\n잘못",
            "## 송장번호 입력\n\n잘못",
            "되풀이됩니다.*송장번호 입력",
            id="duplicate heading",
        ),
        replaced("## 송장번호 수정", "##\n\n## 송장번호 수정", "##\n\n", "비었거나", id="no name"),
        replaced(
            "## 송장번호 수정",
            "## 빈 절\n\n## 송장번호 수정",
            "## 빈 절",
            "내용이 없는 제목입니다: 빈 절",
            id="empty section",
        ),
        replaced("# 송장 등록\n", "# 다른 제목\n", "\n# 다른", "'# 송장 등록' 제목", id="title"),
        replaced("settlement-cycle.md#", "gone.md#", LINK[:4], "끊어진 링크.*gone", id="link"),
        replaced("#정산-주기)", "#환급)", "관련 문서", "링크한 제목이 없.*환급", id="anchor"),
        replaced(LINK, "[여기](#없는-절)", "관련 문서", "링크한 제목.*없는-절", id="own anchor"),
        replaced(
            "title: 도움말}",
            "title: 도움말, sections: [송장번호 입력, 송장번호 수정, 사라진 절]}",
            "sources:",
            "가리키는 제목이 없습니다: 사라진 절",
            id="source of a missing section",
        ),
        replaced(
            "title: 도움말}",
            "title: 도움말, sections: [송장번호 수정]}",
            "## 송장번호 입력",
            "출처가 없는 제목입니다: 송장번호 입력",
            id="section without source",
        ),
    ],
)
def test_broken_document_is_named_by_file_and_line(
    tiny_corpus: Tree, text: str, line: int, message: str
) -> None:
    found = corpus.check(tiny_corpus({FILE: text})).problems
    assert [(p.file, p.line) for p in found if _told(p.message, message)] == [(FILE, line)], found


def _told(message: str, pattern: str) -> bool:
    return re.search(pattern, message) is not None


def test_duplicate_id_is_named_in_both_files(tiny_corpus: Tree) -> None:
    again = PHONE.replace("title: 고객센터 전화", "title: 또 전화").replace("# 고객", "# 또", 1)
    again = again.replace("id: support-phone\n", "").replace(
        "updated", "id: support-phone\nupdated"
    )
    root = tiny_corpus({"guide/second.md": again.replace("# 또센터 전화", "# 또 전화")})
    message = "같은 id를 쓰는 문서가 또 있습니다: support-phone"
    assert findings(root) == [
        ("guide/second.md", 4, message),
        ("guide/support-phone.md", 2, message),
    ]


def test_question_file_for_a_missing_heading(tiny_corpus: Tree) -> None:
    questions = QUESTIONS + '"지워진 절":\n  - "이건 어디에?"\n'
    file = "questions/order-delivery.yaml"
    root = tiny_corpus({file: questions})
    assert findings(root) == [(file, 5, "질문 파일이 가리키는 제목이 없습니다: 지워진 절")]


FOUND = {
    "gone": "이 id의 문서가 없습니다: gone",
    "order-delivery": "질문 파일이 가리키는 제목이 없습니다: 지워진 절",
}


def test_other_questions_of_a_missing_heading_or_document(tiny_corpus: Tree) -> None:
    gone = '"지워진 절":\n  - "이건 어디에?"\n'
    folders = ("near", "wordings")
    named = {f"{folder}/{name}.yaml": gone for folder in folders for name in FOUND}
    found = findings(tiny_corpus(named))
    told = [(f"{folder}/{name}.yaml", 1, FOUND[name]) for folder in folders for name in FOUND]
    assert found == told


def test_question_file_for_a_missing_document(tiny_corpus: Tree) -> None:
    root = tiny_corpus({"questions/gone.yaml": QUESTIONS})
    assert findings(root) == [("questions/gone.yaml", 1, "이 id의 문서가 없습니다: gone")]


@pytest.mark.parametrize(
    ("questions", "line", "message"),
    [
        ('"송장번호 입력":\n  - "열린 따옴표\n', 3, "올바른 YAML이 아닙니다"),
        ('- "제목 없는 목록"\n', 1, "꼴이어야"),
        ('"송장번호 수정":\n- 하나\n"송장번호 입력":\n', 3, "꼴이어야 합니다: 송장번호 입력"),
        ('"송장번호 입력": 목록이 아님\n', 1, "꼴이어야 합니다: 송장번호 입력"),
        ('"송장번호 입력":\n- 하나\n"송장번호 입력":\n- 둘\n', 3, "두 번 있습니다: 송장번호 입력"),
        ('"송장번호 입력":\n  - 2026\n', 1, "꼴이어야 합니다: 송장번호 입력"),
    ],
)
def test_broken_question_file(tiny_corpus: Tree, questions: str, line: int, message: str) -> None:
    file = "questions/order-delivery.yaml"
    [found] = findings(tiny_corpus({file: questions}))
    assert found[:2] == (file, line)
    assert message in found[2]


def test_file_that_is_not_utf8_is_named_by_line(tiny_corpus: Tree) -> None:
    latin = DELIVERY.encode().replace("카".encode(), b"") + b"\n\xb0\xa1\n"  # 가 in EUC-KR
    root = tiny_corpus({FILE: latin})
    assert findings(root) == [(FILE, DELIVERY.count("\n") + 2, "UTF-8 텍스트가 아닙니다")]


def test_channel_document_that_is_missing(tiny_corpus: Tree) -> None:
    channels = CHANNELS.replace("documents: [support-phone]", "documents: [support-gone]")
    message = "채널 phone의 문서가 없습니다: support-gone"
    assert findings(tiny_corpus({"channels.yaml": channels})) == [("channels.yaml", 1, message)]


def test_channel_file_that_is_missing(tiny_corpus: Tree) -> None:
    [found] = findings(tiny_corpus({"channels.yaml": None}))
    assert found[:2] == ("channels.yaml", 1)
    assert "읽을 수 없습니다" in found[2]


def test_several_findings_come_in_one_run_sorted_by_file(tiny_corpus: Tree) -> None:
    root = tiny_corpus(
        {
            FILE: DELIVERY.replace("order", "gifts", 2),
            "guide/support-phone.md": PHONE.replace("## 운영시간", "##운영시간"),
            "manual/settlement/settlement-cycle.md": SETTLEMENT.replace('"2025"', "어제").replace(
                "## 정산 계좌 변경", "#### 정산 계좌 변경"
            ),
        }
    )
    found = [(file, line) for file, line, _ in findings(root)]
    settlement = "manual/settlement/settlement-cycle.md"
    assert found == [
        ("guide/support-phone.md", 16),
        (FILE, 4),
        (settlement, 6),
        (settlement, 21),
    ]


def test_document_that_cannot_be_read_brings_no_second_finding(tiny_corpus: Tree) -> None:
    root = tiny_corpus({"guide/support-phone.md": PHONE.replace("updated:", "renewed:")})
    assert findings(root) == [("guide/support-phone.md", 5, "모르는 항목입니다: renewed")]


def test_problem_reads_like_a_compiler_message() -> None:
    problem = corpus.Problem("guide/a.md", 12, "끊어진 링크입니다: b.md")
    assert str(problem) == "guide/a.md:12: 끊어진 링크입니다: b.md"
