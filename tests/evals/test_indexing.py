"""The benchmark of indexing measures what it says."""

from __future__ import annotations

from pathlib import Path

from evals.indexing import BYTES, Timing, manual, measure, table


def test_files_are_of_five_kilobytes_all_different_and_the_same_each_time() -> None:
    texts = [manual(number) for number in range(20)]
    assert len({sentence for text in texts for sentence in text.split(". ")}) > 1000
    assert all(BYTES <= len(text.encode()) <= 1.3 * BYTES for text in texts)
    assert texts == [manual(number) for number in range(20)]


def test_every_passage_and_sentence_is_counted(tmp_path: Path) -> None:
    timing = measure(2, 1, tmp_path)
    assert (timing.files, timing.passages) == (2, 20)
    assert timing.texts > 3 * timing.passages  # a text, a heading and some sentences each
    assert min(timing.alone, timing.indexed, timing.one_more, timing.found) > 0


def test_speed_is_told_as_a_share_of_the_encoder() -> None:
    shown = table(Timing(1, 10, 100, alone=9.0, indexed=10.0, one_more=1.5, found=0.1))
    assert "| 색인 속도 ÷ 인코더만 | 0.900 (기준 0.85 이상) |" in shown
    assert "| 파일 하나 더 추가 | 1.50 초 (기준 2 초 미만) |" in shown
