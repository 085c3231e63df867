"""How well questions find passages that have no questions written for them: own documents.

``python -m evals.own_retrieval --data DIR`` adds the passages of the encoder's dev sets as files
of a seller to an empty data folder and asks the questions of the sets: the hard paraphrases of
`heldout.jsonl` among its articles and passages of help pages, and headings of help pages among
others. DIR is the folder of the encoder's training data. It prints MRR@10 and recall@10 of the text
vectors alone, of the whole retrieval without the second stage, and of all of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from index import Index, IndexSettings, add
from index import open as open_index
from index.embedding.dev_sets import dev_sets
from index.embedding.prepared import Retrieval
from index.reranking.second import read_again

SETS = ("heldout titled", "help")
CUT = 10
Ranking = Callable[[Index, str], Sequence[str]]


def write_files(one: Retrieval, folder: Path) -> None:
    """A Markdown file for each passage; a title of its own stands in the first line."""
    for number, passage in enumerate(one.passages):
        title, _, text = passage.partition("\n")
        told = f"# {title}\n\n{text}\n" if text else f"{passage}\n"
        (folder / f"{number}.md").write_text(told, encoding="utf-8")


def by_text(index: Index, question: str) -> Sequence[str]:
    """The files nearest by the vectors of their texts, best first."""
    vector = index.encoder.encode_query(question)
    cosines = index.parts(vector, []).text
    return _files(index, np.argsort(-cosines, kind="stable")[: 3 * CUT])


def retrieved(index: Index, question: str) -> Sequence[str]:
    """The files that the product finds, best first."""
    found = index.retrieve(question, 3 * CUT)
    if index.reranker:
        found = read_again(index.reranker, found)
    return [*dict.fromkeys(Path(one.passage.source).name for one in found.found)]


def _files(index: Index, numbers: NDArray[np.int64]) -> Sequence[str]:
    return [*dict.fromkeys(Path(index.passages[int(n)].source).name for n in numbers)]


def measured(index: Index, one: Retrieval, ranking: Ranking) -> tuple[float, float]:
    """MRR and recall at `CUT` of the files."""
    ranks = []
    for question, right in zip(one.queries, one.right, strict=True):
        names = {f"{number}.md" for number in right}
        found = [n for n, name in enumerate(ranking(index, question)[:CUT], 1) if name in names]
        ranks.append(1 / found[0] if found else 0.0)
    return float(np.mean(ranks)), float(np.mean(np.array(ranks) > 0))


def evaluate(one: Retrieval) -> dict[str, tuple[float, float]]:
    """MRR@10 and recall@10 by what is left of the retrieval."""
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name) / "files", Path(name) / "data"
        folder.mkdir()
        write_files(one, folder)
        settings = IndexSettings(data=data, builtin_corpus=False)
        add([folder], settings)
        whole = open_index(settings)
        without = open_index(settings.model_copy(update={"reranker": "none"}))
        return {
            "vectors of the texts alone": measured(without, one, by_text),
            "without the second stage": measured(without, one, retrieved),
            "all of it": measured(whole, one, retrieved),
        }


@click.command()
@click.option("--data", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--questions", default=600, show_default=True, help="Of a set, at most.")
def main(data: Path, questions: int) -> None:
    """Print the table."""
    click.echo("| set | files | questions | retrieval | MRR@10 | recall@10 |")
    click.echo("|---|---|---|---|---|---|")
    for one in dev_sets(data).retrieval:
        if one.name in SETS:
            some = Retrieval(one.name, one.queries[:questions], one.passages, one.right[:questions])
            for name, (mrr, recall) in evaluate(some).items():
                row = (one.name, len(one.passages), len(some.queries), name)
                click.echo(f"| {' | '.join(map(str, row))} | {mrr:.3f} | {recall:.3f} |")


if __name__ == "__main__":
    main()
