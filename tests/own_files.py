"""A folder of a seller's own files, for tests."""

from __future__ import annotations

from pathlib import Path

RETURNS = """\
# 우리 가게 반품 정책

## 반품 배송비

우리 가게의 반품 배송비는 편도 3,500원이고 제주와 도서 산간은 7,000원입니다.

## 반품 주소

반품은 경기도 파주시 문발로 77 우리물류 2층으로 보내 주세요.
"""
PACKING = """\
파손되기 쉬운 도자기는 에어캡을 세 겹 감고 상자 빈 곳을 종이로 채웁니다.
유리컵 포장에는 칸막이 상자를 씁니다. 칸막이 상자는 창고 B-12 선반에 있습니다.
"""


def write_files(folder: Path, **texts: str) -> Path:
    """``folder`` with Markdown files of these names and texts; by default two."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (texts or {"반품": RETURNS, "포장": PACKING}).items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def note(subject: str, fact: str) -> str:
    """A short Markdown file about one thing."""
    return f"# {subject} 안내\n\n## {subject}\n\n{fact}\n"
