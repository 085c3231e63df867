"""Puts the training data together in a folder of plain files.

    python -m index.embedding.prepare --data DIR --base DIR --out DIR [--fraction F]

Kiwi and the corpus are needed here and nowhere later: `train` reads the folder alone. Queries get
variants with typing errors, texts the spans of their sentences (for inverse cloze), items the
items that they are easily confused with (sections of the same page or document, and what shares
words by BM25).
"""

import argparse
import random
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from tokenizers import Tokenizer

from index.embedding.confusable import bm25_neighbours
from index.embedding.dev_sets import dev_sets
from index.embedding.noise import noisy
from index.embedding.prepared import Item, Prepared, Source, write
from index.embedding.training_data import (
    NOTHING,
    articles,
    entailments,
    help_items,
    paraphrases,
    sections,
    seller_passages,
    similarity_pairs,
)

VARIANTS = 2
"""With typing errors, of each query."""
SENTENCES, SHORTEST = 3, 15
"""Sentences that a text must have for inverse cloze, and characters of the one taken out."""
SPANS = 2
SAME_PAGE = 4
"""Neighbours from the same page that are kept of each item."""
SENTENCE_END = re.compile(r"(?<=[.?!다요])[.?!]*\s+")


def prepare(data: Path, base: Path, fraction: float = 1.0) -> Prepared:
    """All training and dev data.

    Args:
        data: folder of the training files.
        base: encoder directory whose tokenizer counts words for BM25.
        fraction: of the help pages that is used, for a trial.
    """
    rng = random.Random(0)
    ours = seller_items() + article_items()
    pages, paths = help_pages(data, rng, fraction)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    nobody = ["" for _ in ours]
    first = with_neighbours(ours, nobody, tokenizer, 0, rng)
    second = with_neighbours(pages, paths, tokenizer, len(ours), rng)
    return Prepared(
        items=tuple(_with_noise(item, rng) for item in [*first, *second]),
        pairs=tuple(paraphrases(data)),
        nli=tuple(entailments(data)),
        similarity=tuple(similarity_pairs(data, "train")),
        dev=dev_sets(data),
    )


def seller_items() -> list[Item]:
    """The passages of the corpus with the questions and near misses written for their sections."""
    written = sections()
    items = []
    for passage in seller_passages():
        more = written.get((passage.document_id, passage.section), NOTHING)
        queries = (*passage.questions, *more.questions)
        if queries:
            group = f"{passage.document_id} {passage.section}"
            title = f"{passage.title} > {passage.section}"
            items.append(_item("seller", group, title, passage.text, queries, more.near))
    return items


def article_items() -> list[Item]:
    """Our articles; the title is one more query."""
    return [
        _item("article", a.title, a.title, a.text, (*a.questions, a.title), a.near)
        for a in articles()
    ]


def help_pages(data: Path, rng: random.Random, fraction: float) -> tuple[list[Item], list[str]]:
    """Help pages, and for each item the page on which it stands."""
    rows = help_items(data)
    if fraction < 1:
        rows = rng.sample(rows, int(fraction * len(rows)))
    items = [_item("help", row.query, row.title, row.passage, (row.query,)) for row in rows]
    return items, [row.path for row in rows]


def with_neighbours(
    items: Sequence[Item],
    pages: Sequence[str],
    tokenizer: Tokenizer,
    first: int,
    rng: random.Random,
) -> list[Item]:
    """The items with numbers of those they are easily confused with.

    Args:
        items: numbered from `first`.
        pages: where each stands; empty for nowhere.
        tokenizer: makes the words of BM25.
        first: number of the first item.
        rng: draws from the same page.
    """
    queries = _words([" ".join(item.queries) for item in items], tokenizer)
    texts = _words([item.titled for item in items], tokenizer)
    near = bm25_neighbours(queries, texts)
    together: dict[str, list[int]] = defaultdict(list)
    for number, page in enumerate(pages):
        if page:
            together[page].append(number)
    found = []
    for number, item in enumerate(items):
        others = [other for other in together.get(pages[number], ()) if other != number]
        same = rng.sample(others, min(SAME_PAGE, len(others)))
        numbers = dict.fromkeys([*same, *near[number]])
        kept = [first + n for n in numbers if items[n].group != item.group]
        found.append(replace(item, neighbours=tuple(kept)))
    return found


def _words(texts: Sequence[str], tokenizer: Tokenizer) -> list[list[int]]:
    found = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return [sorted(set(entry.ids)) for entry in found]


def _item(
    source: Source,
    group: str,
    title: str,
    text: str,
    queries: Sequence[str],
    near: Sequence[str] = (),
) -> Item:
    spans = sentence_spans(text)
    return Item(source, group, title, text, tuple(queries), near=tuple(near), spans=spans)


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """`SPANS` sentences, evenly spread, of a text with at least `SENTENCES`; else none."""
    cuts = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    whole = [(a, b) for a, b in pairwise(cuts) if b > a]
    if len(whole) < SENTENCES:
        return ()
    long = [(a, b) for a, b in whole if len(text[a:b].strip()) >= SHORTEST]
    return tuple(long[:: max(1, len(long) // SPANS)][:SPANS])


def _with_noise(item: Item, rng: random.Random) -> Item:
    spoiled = [noisy(query, rng) for query in item.queries for _ in range(VARIANTS)]
    return replace(item, noisy=tuple(spoiled))


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.prepare")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--base", type=Path, required=True, help="encoder to start from")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--fraction", type=float, default=1.0, help="of the help pages")
    arguments = parser.parse_args()
    prepared = prepare(arguments.data, arguments.base, arguments.fraction)
    write(arguments.out, prepared)
    counts: dict[str, int] = defaultdict(int)
    for item in prepared.items:
        counts[f"{item.source} passages"] += 1
        counts[f"{item.source} queries"] += len(item.queries)
        counts[f"{item.source} near misses"] += len(item.near)
        counts[f"{item.source} for cloze"] += bool(item.spans)
    rows = [*counts.items(), ("pairs", len(prepared.pairs)), ("nli", len(prepared.nli))]
    sys.stdout.writelines(f"{name}: {count}\n" for name, count in rows)


if __name__ == "__main__":
    main()
