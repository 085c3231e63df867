"""``python -m evals.findable``: is every fact of the corpus found when its topic is asked?

For each fact in ``evals/facts/facts.jsonl`` the topic is the question; it is found when a section
that tells the fact is among the first three, and told when its figures stand there.
"""

from __future__ import annotations

import json

import click

from assistant.settings import load_settings
from evals.gold import PATH, facts, flat
from index.opening import open_index

FIRST = 3


@click.command()
@click.option("--misses", is_flag=True, help="List the facts that are not found.")
def main(misses: bool) -> None:
    """Print the share of facts that are found, and of those whose figures stand there."""
    index = open_index(load_settings())
    topics = {
        row["fact"]: row["topic"]
        for row in map(json.loads, PATH.read_text(encoding="utf-8").splitlines())
    }
    found = told = 0
    for name, fact in facts().items():
        hits = index.search(topics[name], FIRST)
        telling = [hit for hit in hits if fact.tells(hit.document_id, hit.section)]
        found += bool(telling)
        text = flat(" ".join(hit.text for hit in telling))
        told += bool(telling) and all(flat(figure) in text for figure in fact.figures)
        if misses and not telling:
            click.echo(f"{name} {topics[name]} -> {fact.section}; found: {hits[0].section}")
    total = len(facts())
    click.echo(f"found among the first {FIRST}: {found / total:.3f} ({found}/{total})")
    click.echo(f"found with every figure: {told / total:.3f} ({told}/{total})")


if __name__ == "__main__":
    main()
