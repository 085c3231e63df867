"""Figures in a document are renewed between their markers, and nothing else changes."""

from pathlib import Path

import pytest

from evals.tables import replace_table


def test_only_the_marked_part_changes(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("위\n<!-- t:start -->\n옛 값\n<!-- t:end -->\n아래\n", encoding="utf-8")
    replace_table(file, "t", "| 새 값 |")
    text = file.read_text(encoding="utf-8")
    assert text == "위\n<!-- t:start -->\n| 새 값 |\n<!-- t:end -->\n아래\n"


def test_missing_markers_are_an_error(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("표가 없습니다\n", encoding="utf-8")
    with pytest.raises(ValueError, match="markers"):
        replace_table(file, "t", "x")
