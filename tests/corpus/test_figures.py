"""Figures are read with their units; what only looks like one is not."""

from __future__ import annotations

import pytest

from corpus.figures import figures, sentences


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("3영업일 안에 보냅니다.", {"영업일": {3}}),
        ("수수료는 2.73%입니다.", {"%": {2.73}}),
        ("예산은 10,000원부터입니다.", {"원": {10000}}),
        ("최대 5만원, 합계 2억원까지입니다.", {"원": {50000, 200000000}}),
        ("3~4시간 또는 1~2일 걸립니다.", {"시간": {3, 4}, "일": {1, 2}}),
        ("1,000원~500만원까지 충전합니다.", {"원": {1000, 5000000}}),
        ("2024년 3월 20일부터 28일째에 됩니다.", {"일": {28}}),
        ("11월 1일에 탈퇴하면 30일이 지나야 합니다.", {"일": {30}}),
        ("상담은 09:00~18:00에 합니다.", {}),
        ("전화번호는 1588-3819입니다.", {}),
        ("일별 내역이 0원으로 나옵니다.", {}),
        ("1차 심사와 2분기 자료", {}),
        ("크기는 20MB, 1300px까지입니다.", {"MB": {20}, "px": {1300}}),
    ],
)
def test_figures_by_unit(sentence: str, found: dict[str, set[float]]) -> None:
    assert {unit: set(values) for unit, values in figures(sentence).items()} == found


def test_sentences_keep_their_place() -> None:
    text = (
        "# 제목\n\n하나입니다. 둘인가요? 셋.\n\n- 넷입니다.\n\n| 가 | 나 |\n|---|---|\n| 1 | 2 |\n"
    )
    found = list(sentences(text))
    assert [s for _, s in found] == ["하나입니다.", "둘인가요?", "셋.", "넷입니다.", "| 1 | 2 |"]
    assert all(text[start : start + len(sentence)] == sentence for start, sentence in found)
