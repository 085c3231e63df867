"""The coverage table counts each thing once, in the part that it belongs to."""

from __future__ import annotations

from tiny import CHANNELS, PHONE, Tree

import corpus
from corpus.coverage import coverage, table


def rows(root_of: Tree, facts: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    root = root_of()
    parts = coverage(corpus.load(root), corpus.channels(root / "channels.yaml"), facts)
    return {part.name: part.cells[1:] for part in parts}


def test_parts_of_the_tiny_corpus(tiny_corpus: Tree) -> None:
    facts = [
        ("support-phone", "전화번호"),
        ("support-phone", "전화번호"),
        ("order-delivery", "송장번호 수정"),
        ("order-delivery", "지워진 절"),
        ("gone", "전화번호"),
    ]
    assert rows(tiny_corpus, facts) == {
        "채널 phone": ("1", "2", "2", "1", "미상"),
        "주문/배송 관리": ("1", "2", "1", "1", "2025-03"),
        "정산": ("1", "2", "0", "1", "2025"),
        "합계": ("3", "6", "3", "2", "2025-03"),
    }


def test_support_document_belongs_to_the_channel_that_its_id_begins_with(
    tiny_corpus: Tree,
) -> None:
    more = PHONE.replace("id: support-phone", "id: support-phone-night")
    others = PHONE.replace("id: support-phone", "id: support-phonebook")
    files = {"guide/support-phone-night.md": more, "guide/support-phonebook.md": others}
    root = tiny_corpus({**files, "channels.yaml": CHANNELS})
    parts = coverage(corpus.load(root), corpus.channels(root / "channels.yaml"), [])
    found = {part.name: part.documents for part in parts}
    assert found["채널 phone"] == 2
    assert found["여러 채널 공통"] == 1


def test_the_table_is_markdown(tiny_corpus: Tree) -> None:
    root = tiny_corpus()
    parts = coverage(corpus.load(root), corpus.channels(root / "channels.yaml"), [])
    lines = table(parts).splitlines()
    assert lines[0] == "| 부분 | 문서 | 절 | 사실 | 출처 | 가장 새 출처 |"
    assert lines[-1] == "| 합계 | 3 | 6 | 0 | 2 | 2025-03 |"
    assert {line.count("|") for line in lines} == {7}
