"""The prepared training folder: plain gzipped JSON lines, everything that needs Kiwi or the corpus.

`prepare` writes it; training reads nothing else, so it runs on a machine that has torch and
tokenizers alone.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from index.embedding.files import write_bytes

Source = Literal["seller", "article", "help"]
ITEMS, PAIRS, NLI, SIMILARITY, DEV = (
    f"{name}.jsonl.gz" for name in ("items", "pairs", "nli", "similarity", "dev")
)


@dataclass(frozen=True)
class Item:
    """A passage and the queries that it answers, all without prompt.

    Attributes:
        source: our corpus, the articles written for training, or help pages.
        group: items of one group are no negatives of each other.
        title: heading path or title; may be empty.
        text: the passage.
        queries: at least one.
        noisy: as many variants with typing errors of each query, query by query.
        near: questions that the passage seems to answer and does not.
        spans: `(start, end)` of the sentences of a text with several, for inverse cloze.
        neighbours: numbers of items that are easily confused with it.
    """

    source: Source
    group: str
    title: str
    text: str
    queries: tuple[str, ...]
    noisy: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    neighbours: tuple[int, ...] = ()

    @property
    def titled(self) -> str:
        """The text under its title, as an index embeds it."""
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True)
class Retrieval:
    """A dev set of questions and passages, without prompt; `right` are passage numbers."""

    name: str
    queries: tuple[str, ...]
    passages: tuple[str, ...]
    right: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class NearMisses:
    """Questions and near misses of the same passages, row by row."""

    queries: tuple[str, ...]
    near: tuple[str, ...]
    passages: tuple[str, ...]


@dataclass(frozen=True)
class Dev:
    """What a training is steered by."""

    retrieval: tuple[Retrieval, ...]
    near: NearMisses
    similarity: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Prepared:
    """All that a training reads."""

    items: tuple[Item, ...]
    pairs: tuple[tuple[str, str, str], ...]
    """Two sentences of one meaning, and the group within which pairs are no negatives."""
    nli: tuple[tuple[str, str, str], ...]
    """Premise, entailed sentence, contradicting sentence."""
    similarity: tuple[tuple[str, str, float], ...]
    """Two sentences and their similarity, 0 to 5."""
    dev: Dev


def write_lines(path: Path, rows: Iterable[Any]) -> None:
    """Write gzipped JSON lines; the same rows give the same bytes."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    write_bytes(path, gzip.compress(text.encode("utf-8"), mtime=0))


def read_lines(path: Path) -> Iterator[Any]:
    """The values of a file of JSON lines, gzipped or plain."""
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return (json.loads(line) for line in text.decode("utf-8").splitlines() if line.strip())


def write(folder: Path, prepared: Prepared) -> None:
    """Write the folder."""
    write_lines(folder / ITEMS, (asdict(item) for item in prepared.items))
    write_lines(folder / PAIRS, prepared.pairs)
    write_lines(folder / NLI, prepared.nli)
    write_lines(folder / SIMILARITY, prepared.similarity)
    write_lines(folder / DEV, [asdict(prepared.dev)])


def read(folder: Path) -> Prepared:
    """Read what `write` wrote."""
    return Prepared(
        items=tuple(_item(row) for row in read_lines(folder / ITEMS)),
        pairs=_triples(read_lines(folder / PAIRS)),
        nli=_triples(read_lines(folder / NLI)),
        similarity=_triples(read_lines(folder / SIMILARITY)),
        dev=_dev(next(read_lines(folder / DEV))),
    )


def fingerprints(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of the folder."""
    names = (ITEMS, PAIRS, NLI, SIMILARITY, DEV)
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def _item(row: Mapping[str, Any]) -> Item:
    spans = tuple((int(start), int(end)) for start, end in row["spans"])
    values: dict[str, Any] = dict(row)
    for name in ("queries", "noisy", "near", "neighbours"):
        values[name] = tuple(values[name])
    return Item(**{**values, "spans": spans})


def _dev(row: Mapping[str, Any]) -> Dev:
    sets = tuple(
        Retrieval(
            one["name"],
            tuple(one["queries"]),
            tuple(one["passages"]),
            tuple(tuple(right) for right in one["right"]),
        )
        for one in row["retrieval"]
    )
    near = NearMisses(**{name: tuple(texts) for name, texts in row["near"].items()})
    return Dev(sets, near, _triples(row["similarity"]))


def _triples(rows: Iterable[Sequence[Any]]) -> tuple[tuple[Any, Any, Any], ...]:
    return tuple((first, second, third) for first, second, third in rows)
