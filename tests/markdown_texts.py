"""Generated Markdown documents whose sentences are known (hypothesis strategies)."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = """정산은 송장번호를 '톡톡 상담'에서 1588-3819로 3.3%를 상품을
(선택) 구매확정 A/S 1:1 2단계""".split()  # noqa: SIM905
ENDINGS = ("합니다.", "하나요?", "하세요!", "됩니다.")


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """One sentence on one line."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
    return " ".join([*words, draw(st.sampled_from(ENDINGS))])


@st.composite
def _block(draw: st.DrawFn) -> str:
    texts = draw(st.lists(sentences(), min_size=1, max_size=4))
    kind = draw(st.sampled_from(["paragraph", "lines", "items", "steps", "nested", "table"]))
    if kind == "paragraph":
        return " ".join(texts)
    if kind == "lines":
        return "\n".join(texts)
    if kind == "items":
        return "\n".join(f"- {text}" for text in texts)
    if kind == "steps":
        return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
    if kind == "nested":
        return "- " + "\n  1. ".join(texts)
    return "\n".join(["| 구분 | 설명 |", "|---|---|", *(f"| 값 | {text} |" for text in texts)])


@st.composite
def markdown_texts(draw: st.DrawFn) -> str:
    """A document with a title, sections of one or more levels, and blocks in each."""
    parts = ["# 제목"]
    count = draw(st.integers(min_value=1, max_value=4))
    for number in range(count):
        parts.append(f"{'#' * draw(st.integers(2, 3))} 절 {number}")
        parts += draw(st.lists(_block(), min_size=0, max_size=4))
    return ("\n" * draw(st.integers(1, 2)) + "\n").join(parts) + "\n"
