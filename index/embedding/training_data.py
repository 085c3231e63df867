"""What the encoder is trained on: batches from one source at a time, drawn by step number.

The questions of our corpus, the Korean help pages and the sentence pairs that `MODEL_CARD.md`
names. A batch depends on the seed and the step alone, so an interrupted training goes on with
the batches that it would have had.
"""

import gzip
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import corpus
from index.embedding.directory import PASSAGE_PROMPT, QUERY_PROMPT
from index.embedding.noise import noisy
from index.lexical.analyzer import analyzer
from index.passages import Passage, chunk

Source = Literal["seller", "help", "pairs", "similarity"]
CYCLE: tuple[Source, ...] = ("seller",) * 10 + ("help",) * 8 + ("pairs", "similarity")
"""Shares of the sources in twenty steps."""
SIZES: dict[Source, int] = {"seller": 64, "help": 64, "pairs": 96, "similarity": 96}
"""Texts and their partners in a batch."""
LENGTHS: dict[Source, int] = {"seller": 128, "help": 96, "pairs": 64, "similarity": 64}
"""Tokens at which texts are cut."""
DEV_HASHES = range(3, 6)
"""Help pages whose path hashes into these of 100 are kept for `evaluate`."""
NOISE = 0.25
TITLED = 1 / 3
POOL = 4
"""Help passages drawn for each one used, so that a batch can be of similar lengths."""
CHUNK_CHARS = 700
"""As `index.settings` has it."""
FILES = ("heading_passage.jsonl.gz", "title_description.jsonl.gz", "pairs_nlu.jsonl.gz")
SIMILARITY = "korsts_{}.tsv"


@dataclass(frozen=True)
class Item:
    """Queries that one passage answers, both without prompt.

    `near` orders items so that neighbours are related; items of one `group` are never together
    in a batch.
    """

    queries: tuple[str, ...]
    passage: str
    title: str
    near: str
    group: str


@dataclass(frozen=True)
class Batch:
    """Prompted texts; `others`, if any, are further queries of the same items.

    `scores` (0 to 5) replaces the in-batch negatives: how similar each pair is.
    """

    source: Source
    queries: list[str]
    passages: list[str]
    others: list[str]
    scores: list[float]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def held_out(path: str) -> bool:
    """Whether a help page belongs to the dev split."""
    return int(hashlib.md5(path.encode()).hexdigest(), 16) % 100 in DEV_HASHES


def seller_passages() -> list[Passage]:
    """The passages of the corpus, related documents side by side."""
    documents = sorted(corpus.load(), key=lambda document: (document.category or "", document.id))
    sentences = analyzer().sentences
    return [
        passage for document in documents for passage in chunk(document, sentences, CHUNK_CHARS)
    ]


def seller_items() -> list[Item]:
    """The passages of the corpus with the questions written for their sections."""
    return [
        Item(
            queries=passage.questions,
            passage=passage.embedded_text,
            title="",
            near=passage.category or "",
            group=f"{passage.document_id} {passage.section}",
        )
        for passage in seller_passages()
        if passage.questions
    ]


def help_items(folder: Path, *, dev: bool = False) -> list[Item]:
    """The help pages: heading or title, and the text or description."""
    rows = [row for name in FILES[:2] for row in read_lines(folder / name)]
    return [
        Item((row["query"],), row["passage"], row.get("title", ""), row["src"], row["query"])
        for row in rows
        if held_out(row["path"]) is dev
    ]


def pair_items(folder: Path) -> list[Item]:
    """Paraphrases and entailments; sentences that are linked share a group."""
    wanted = {"paraphrase", "nli-entailment"}
    rows = [row for row in read_lines(folder / FILES[2]) if row["kind"] in wanted]
    parent: dict[str, str] = {}

    def root(text: str) -> str:
        while (above := parent.setdefault(text, text)) != text:
            parent[text] = parent[above]
            text = above
        return text

    for row in rows:
        parent[root(row["a"])] = root(row["b"])
    return [Item((row["a"],), row["b"], "", row["src"], root(row["a"])) for row in rows]


def similarity_pairs(folder: Path, part: str) -> list[tuple[str, str, float]]:
    """KorSTS: two sentences and their similarity, 0 to 5."""
    lines = (folder / SIMILARITY.format(part)).read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(row[5], row[6], float(row[4])) for row in rows if len(row) == 7]


def fingerprints(folder: Path) -> dict[str, str]:
    """SHA-256 of every training file, the corpus items as one."""
    files = [*FILES, SIMILARITY.format("train")]
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    ours = json.dumps([[i.passage, *i.queries] for i in seller_items()], ensure_ascii=False)
    return found | {"corpus passages and questions": hashlib.sha256(ours.encode()).hexdigest()}


class Batches:
    """Draws the batch of a step."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Read all sources."""
        self._seed = seed
        self._seller = seller_items()
        self._pairs = pair_items(folder)
        self._scored = similarity_pairs(folder, "train")
        self._help: dict[str, list[Item]] = defaultdict(list)
        for item in help_items(folder):
            self._help[item.near].append(item)
        self._help = {n: i for n, i in self._help.items() if len(i) >= POOL * SIZES["help"]}

    def draw(self, step: int) -> Batch:
        """The batch of a step, the same each time."""
        cycle, place = divmod(step, len(CYCLE))
        order = list(CYCLE)
        random.Random(f"{self._seed} cycle {cycle}").shuffle(order)
        rng = random.Random(f"{self._seed} step {step}")
        source = order[place]
        if source == "seller":
            return self._seller_batch(rng)
        if source == "help":
            return self._help_batch(rng)
        if source == "pairs":
            items = _distinct(rng.sample(self._pairs, 2 * SIZES["pairs"]))[: SIZES["pairs"]]
            texts = [QUERY_PROMPT + item.passage for item in items]
            return Batch(source, [_query(i.queries[0], rng) for i in items], texts, [], [])
        scored = rng.sample(self._scored, SIZES["similarity"])
        first = [QUERY_PROMPT + left for left, _, _ in scored]
        second = [QUERY_PROMPT + right for _, right, _ in scored]
        return Batch(source, first, second, [], [score for _, _, score in scored])

    def _seller_batch(self, rng: random.Random) -> Batch:
        """Two questions a passage; every other batch from neighbouring documents."""
        size = SIZES["seller"]
        if rng.random() < 0.5:
            start = rng.randrange(len(self._seller))
            around = self._seller[start:] + self._seller[:start]
            items = _distinct(around)[:size]
        else:
            items = _distinct(rng.sample(self._seller, len(self._seller)))[:size]
        asked = [rng.sample(i.queries, 2) if len(i.queries) > 1 else i.queries * 2 for i in items]
        queries, others = ([_query(pair[n], rng) for pair in asked] for n in (0, 1))
        return Batch("seller", queries, [PASSAGE_PROMPT + i.passage for i in items], others, [])

    def _help_batch(self, rng: random.Random) -> Batch:
        """One source of pages, drawn by the root of its size, of similar lengths."""
        names = sorted(self._help)
        weights = [len(self._help[name]) ** 0.5 for name in names]
        pages = self._help[rng.choices(names, weights)[0]]
        size = SIZES["help"]
        pool = sorted(_distinct(rng.sample(pages, POOL * size)), key=lambda i: len(i.passage))
        start = min(rng.randrange(POOL) * size, max(0, len(pool) - size))
        items = pool[start : start + size]
        queries = [_query(item.queries[0], rng) for item in items]
        passages = [PASSAGE_PROMPT + _titled(item, rng) for item in items]
        return Batch("help", queries, passages, [], [])


def _distinct(items: Sequence[Item]) -> list[Item]:
    """The first item of each group."""
    return list({item.group: item for item in reversed(items)}.values())[::-1]


def _query(text: str, rng: random.Random) -> str:
    return QUERY_PROMPT + (noisy(text, rng) if rng.random() < NOISE else text)


def _titled(item: Item, rng: random.Random) -> str:
    return f"{item.title}\n{item.passage}" if item.title and rng.random() < TITLED else item.passage
