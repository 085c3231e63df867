"""Warnings: each kind is brought about once in a tiny corpus or the shipped one, and cured once."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from tiny import DELIVERY, Tree

import corpus
from corpus.loader import ROOT

TODAY = dt.date(2026, 11, 26)
FILE = "manual/order/order-delivery.md"
SETTLEMENT_FILE = "manual/settlement/settlement-cycle.md"
SENTENCE = "송장번호는 발주확인 뒤에 입력할 수 있습니다."
LINE = 1 + DELIVERY[: DELIVERY.index("## 송장번호 입력")].count("\n")


def warnings(root: Path, today: dt.date = TODAY) -> list[str]:
    """The warnings about the delivery document."""
    report = corpus.check(root, today)
    assert report.clean
    return [str(w) for w in report.warnings if w.file == FILE]


def telling(sentence: str, as_of: str = "2025-03") -> str:
    """The delivery document, with ``sentence`` in a section that rests on a source of ``as_of``."""
    return DELIVERY.replace(SENTENCE, sentence).replace('"2025-03"', f'"{as_of}"')


def test_shipped_corpus_has_no_warnings() -> None:
    assert corpus.check(ROOT, TODAY).warnings == ()


def test_a_warning_does_not_fail_the_check(tiny_corpus: Tree) -> None:
    report = corpus.check(tiny_corpus({FILE: telling("송장은 3영업일 안에 넣습니다.")}), TODAY)
    assert report.clean
    assert report.problems == ()
    assert [w.file for w in report.warnings] == [FILE]


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (dt.date(2027, 1, 2), []),
        (dt.date(2027, 1, 3), ["고친 지 1년이 넘은 문서입니다: 2026-01-02"]),
    ],
)
def test_document_is_old_after_a_year(tiny_corpus: Tree, today: dt.date, told: list[str]) -> None:
    line = 1 + DELIVERY[: DELIVERY.index("updated:")].count("\n")
    assert warnings(tiny_corpus(), today) == [f"{FILE}:{line}: {message}" for message in told]


@pytest.mark.parametrize(
    ("sentence", "as_of", "doubted"),
    [
        ("송장은 3영업일 안에 넣습니다.", "2025-03", "2025-03 출처"),
        ("송장은 3영업일 안에 넣습니다.", "2025-11-25", "2025-11 출처"),
        ("송장은 3영업일 안에 넣습니다.", "2024", "2024-12 출처"),
        ("송장은 3영업일 안에 넣습니다.", "미상", "날짜 없는 출처"),
        ("송장은 3영업일 안에 넣습니다.", "2025-11-26", None),
        ("송장은 3영업일 안에 넣습니다.", "2025-11", None),
        ("송장은 3영업일 안에 넣습니다.", "2025", None),
        (
            "송장은 3영업일 안에 넣습니다. 2025년 3월 기준이므로 공지에서 확인하세요.",
            "2025-03",
            None,
        ),
        ("송장은 3영업일 안에 넣습니다. 2025년 3월 기준입니다.", "2025-03", "2025-03 출처"),
        ("송장은 3영업일 안에 넣습니다. 공지에서 확인하세요.", "2025-03", "2025-03 출처"),
        ("송장은 발주확인 뒤에 넣습니다.", "2025-03", None),
        ("금액이 0원으로 보일 수 있습니다.", "2025-03", None),
        ("상담은 09:00~18:00에 합니다.", "2025-03", None),
    ],
)
def test_figure_on_an_old_source_says_its_age_and_where_to_look(
    tiny_corpus: Tree, sentence: str, as_of: str, doubted: str | None
) -> None:
    found = warnings(tiny_corpus({FILE: telling(sentence, as_of)}))
    missing = "수치의 기준 시기나 확인할 곳을 말하지 않습니다"
    expected = f"{FILE}:{LINE}: {doubted}뿐인데 {missing}: 송장번호 입력"
    assert found == ([expected] if doubted else [])


@pytest.mark.parametrize(
    ("sentence", "doubted"),
    [
        ("송장 안내는 2024년 5월 도움말 기준입니다.", "'2024년 5월 도움말 기준'이라고 하지만"),
        ("송장 안내는 2025년 3월 도움말 기준입니다.", None),
        ("송장 안내는 2025년 자료 기준입니다.", None),
        ("송장 화면은 2025년 10월에 바뀌었습니다.", "2025년 10월의 일을 말하지만 출처가"),
        ("송장 화면은 2025년 9월에 바뀔 예정입니다.", None),
        ("송장 화면은 2019년 10월에 바뀌었습니다.", None),
        ("송장을 못 고친다는 예전 글도 있습니다.", "엇갈리는 안내를 말하지만 출처가 하나"),
    ],
)
def test_claim_that_no_source_can_have_made(
    tiny_corpus: Tree, sentence: str, doubted: str | None
) -> None:
    found = warnings(tiny_corpus({FILE: telling(sentence)}))
    assert len(found) == (doubted is not None)
    assert all(w.startswith(f"{FILE}:{LINE}: {doubted}") for w in found)


def test_disagreement_with_two_sources_is_backed(tiny_corpus: Tree) -> None:
    second = '- {url: "https://example.naver.com/help", as_of: "2025-03", title: 도움말}\n'
    text = telling("송장을 못 고친다는 예전 글도 있습니다.")
    both = text.replace(second, second + '- {url: "https://a.kr/b", as_of: "2022"}\n')
    assert both != text
    assert warnings(tiny_corpus({FILE: both})) == []


@pytest.fixture
def shipped_copy(tmp_path: Path) -> Path:
    """The shipped corpus in a folder where it may be changed."""
    return Path(shutil.copytree(ROOT, tmp_path / "corpus"))


def changed(root: Path, file: str, old: str, new: str) -> int:
    """Replace ``old`` in ``file``; its line."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return 1 + text[: text.index(old)].count("\n")


@pytest.mark.parametrize(
    ("file", "old", "new", "other", "unit"),
    [
        (
            "manual/policy/policy-penalty.md",
            "정기구독 주문을 품절로 취소하면 페널티는 3점입니다.",
            "정기구독 주문을 품절로 취소하면 페널티는 5점입니다.",
            "manual/order/order-penalty.md",
            "5점 (manual/order/order-penalty.md",
        ),
        (
            "manual/order/order-cancel.md",
            "취소요청은 4영업일 안에 승인이나 거부를 하지 않으면 자동으로 환불됩니다.",
            "취소요청은 6영업일 안에 승인이나 거부를 하지 않으면 자동으로 환불됩니다.",
            "manual/policy/policy-seller-duty.md",
            "6영업일 (manual/policy/policy-seller-duty.md",
        ),
        (
            "manual/opening/opening-login.md",
            "2단계 인증은 같은 IP에서 90일 동안 다시 묻지 않습니다.",
            "2단계 인증은 같은 IP에서 30일 동안 다시 묻지 않습니다.",
            "manual/policy/policy-privacy.md",
            "30일 (manual/policy/policy-privacy.md",
        ),
    ],
)
def test_figure_that_differs_between_two_documents_is_named_in_both(
    shipped_copy: Path, file: str, old: str, new: str, other: str, unit: str
) -> None:
    line = changed(shipped_copy, file, old, new)
    found = corpus.check(shipped_copy, TODAY).warnings
    assert {w.file for w in found} == {file, other}
    [here] = [w for w in found if w.file == file]
    assert here.line == line
    assert here.message.startswith(f"두 문서의 수치가 다릅니다: {unit}:")
    assert here.message.endswith(new)


def test_another_subject_may_have_another_figure(tiny_corpus: Tree) -> None:
    settlement = (ROOT.parent / "tests" / "tiny.py").read_text(encoding="utf-8")
    assert "구매확정 + 1영업일" in settlement  # the other document gives figures of the same unit
    found = corpus.check(tiny_corpus({FILE: telling("송장은 3영업일 안에 넣습니다.")}), TODAY)
    assert [w for w in found.warnings if "수치가 다릅니다" in w.message] == []
