"""``python -m evals.coverage``: documents, sections, facts and sources of the corpus by part.

``--write README.md`` puts the table between the markers of that file.
"""

from __future__ import annotations

from pathlib import Path

import click

from corpus import channels, load
from corpus.coverage import coverage, table
from corpus.loader import ROOT
from evals.gold import facts
from evals.tables import replace_table


def table_of(root: Path = ROOT) -> str:
    """The coverage of the corpus under ``root`` as a Markdown table.

    Raises:
        CorpusError: the corpus there has a problem.
    """
    places = [(fact.document, fact.section) for fact in facts().values()]
    return table(coverage(load(root), channels(root / "channels.yaml"), places))


@click.command()
@click.option("--write", type=click.Path(exists=True, path_type=Path), help="A README to update.")
def main(write: Path | None) -> None:
    """Print the table of coverage."""
    text = table_of()
    click.echo(text)
    if write:
        replace_table(write, "coverage", text)


if __name__ == "__main__":
    main()
