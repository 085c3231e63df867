"""Blocks: exact spans of a Markdown text, without list markers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_texts import markdown_texts

from corpus.markdown import blocks, cells


def told(text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in blocks(text)]


def test_every_kind_of_block_with_its_wording() -> None:
    text = (
        "# 제목 ##\n\n문장입니다.\n이어진 줄입니다.\n\n- 하나\n- 둘\n  이어짐\n\n"
        "3. 셋째\n4. 넷째\n\n| 가 | 나 |\n|---|---|\n| 1 | 2 |\n\n```\n코드\n```\n"
    )
    assert told(text) == [
        ("heading", "제목"),
        ("paragraph", "문장입니다.\n이어진 줄입니다."),
        ("item", "하나"),
        ("item", "둘\n  이어짐"),
        ("step", "셋째"),
        ("step", "넷째"),
        ("header", "| 가 | 나 |"),
        ("row", "| 1 | 2 |"),
        ("other", "```\n코드\n```"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. 1\n2. 2\n", [("step", "1"), ("step", "2")]),  # the marker looks like the wording
        ("- -1\n", [("item", "-1")]),
        ("## # ##\n", [("heading", "#")]),
        ("##\n", [("heading", "")]),
        ("제목 #\n---\n", [("heading", "제목 #")]),
        ("-\t탭\n", [("item", "탭")]),
        ("- ```\n  코드\n  ```\n", [("other", "```\n  코드\n  ```")]),
        ("- | 가 | 나 |\n  |---|---|\n", [("header", "| 가 | 나 |")]),
        ("> 인용\n", [("paragraph", "인용")]),
        ("* * *\n\n가\n", [("paragraph", "가")]),  # a rule says nothing
        ("<!-- 고칠 것 -->\n\n가\n", [("paragraph", "가")]),  # nor does a note to the author
        ("- 가\n  1. 나\n", [("item", "가"), ("step", "나")]),
        ("가  \n\n", [("paragraph", "가")]),
        ("", []),
    ],
)
def test_wording_starts_after_markers_and_ends_before_blanks(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert told(text) == expected


def test_lines_and_levels_count_from_one() -> None:
    found = [(b.kind, b.level, b.line) for b in blocks("\n# 가\n\n나\n\n### 다\n- 라\n")]
    assert found == [("heading", 1, 2), ("paragraph", 0, 4), ("heading", 3, 6), ("item", 0, 7)]


@given(markdown_texts())
def test_blocks_are_ordered_apart_and_free_of_markers(text: str) -> None:
    end = 0
    for block in blocks(text):
        wording = text[block.start : block.end]
        assert end <= block.start <= block.end <= len(text)
        assert wording == wording.strip()
        assert not re.match(r"([-*+]|\d+[.)])\s", wording), wording
        assert text.count("\n", 0, block.start) == block.line - 1
        end = block.end


@given(st.text(alphabet="#-*>|1.) \t\n가a`'~_[]<!\\=+", max_size=40))
def test_any_text_gives_blocks_inside_it_in_order(text: str) -> None:
    end = 0
    for block in blocks(text):
        assert end <= block.start <= block.end <= len(text)
        end = block.end


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| 가 | 나 |", ["가", "나"]),
        ("가 | 나", ["가", "나"]),
        ("|| 나 |", ["", "나"]),
        (r"| 가 \| 다 | 나 \|", ["가 | 다", "나 |"]),
    ],
)
def test_cells(row: str, expected: list[str]) -> None:
    assert cells(row) == expected
