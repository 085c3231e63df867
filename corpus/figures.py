"""Figures in running text: amounts, rates, deadlines and counts with their units; and dates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from corpus.markdown import blocks

Figures = Mapping[str, frozenset[float]]
"""The numbers of a sentence by unit; 만원 and 억원 are counted in 원."""

DATE = re.compile(
    r"(?:19|20)\d\d년(?:\s?\d{1,2}월)?(?:\s?\d{1,2}일)?|\d{1,2}월\s?\d{1,2}일|(?<![\d.])\d{1,2}월"
)
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?<![\d.,:\-])(?:({_NUMBER})\s?~\s?)?({_NUMBER})\s?"
    r"(%|억\s?원|만\s?원|원|점|영업일|일|개월|시간|분|회|건|개|자|세|명|년|주|배|MB|GB|KB|px)"
    r"(?!차|기|문)"  # 1차, 2분기 and 3주문 count nothing
)
_SCALE = {"만원": 1e4, "억원": 1e8}
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


def figures(sentence: str) -> Figures:
    """The figures of ``sentence`` by unit: both ends of a range; no dates, clock times, zeros."""
    found: defaultdict[str, set[float]] = defaultdict(set)
    for low, high, unit in _FIGURE.findall(DATE.sub(" ", sentence)):
        unit = "".join(unit.split())
        scale = _SCALE.get(unit, 1.0)
        name = "원" if unit in _SCALE else unit
        found[name].update(float(n.replace(",", "")) * scale for n in (low, high) if n)
    # "0원으로 보일 때" speaks of nothing, not of a rule that may change
    rules = {unit: frozenset(values - {0.0}) for unit, values in found.items()}
    return {unit: values for unit, values in rules.items() if values}


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """``(start, sentence)`` of each sentence, list entry's sentence and table row in ``text``."""
    for block in blocks(text):
        if block.kind == "row":
            yield block.start, text[block.start : block.end]
        elif block.kind in ("paragraph", "item", "step"):
            yield from _split(text, block.start, block.end)


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for gap in _SENTENCE_END.finditer(text, start, end):
        yield start, text[start : gap.start()]
        start = gap.end()
    yield start, text[start:end]
