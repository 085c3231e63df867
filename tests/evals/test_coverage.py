"""README shows the coverage that the command prints."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from corpus.loader import ROOT
from evals.coverage import main, table_of

README = ROOT.parent / "README.md"


def test_readme_shows_the_coverage_of_the_shipped_corpus() -> None:
    shown = README.read_text(encoding="utf-8").split("<!-- coverage:start -->\n")[1]
    assert shown.split("\n<!-- coverage:end -->")[0] == table_of()


def test_every_fact_is_counted() -> None:
    facts = (ROOT.parent / "evals" / "facts" / "facts.jsonl").read_text(encoding="utf-8")
    total = table_of().splitlines()[-1].split(" | ")
    assert total[3] == f"{len(facts.splitlines()):,}"


def test_command_prints_and_writes_the_table(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("<!-- coverage:start -->\n<!-- coverage:end -->\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["--write", str(file)])
    assert done.exit_code == 0
    assert done.output == table_of() + "\n"
    written = f"<!-- coverage:start -->\n{table_of()}\n<!-- coverage:end -->\n"
    assert file.read_text(encoding="utf-8") == written
