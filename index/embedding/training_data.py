"""Reads what the encoder is trained on: our corpus, our articles, help pages, sentence pairs.

`MODEL_CARD.md` names the sources; `prepare` puts them together.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corpus
from corpus.errors import EncoderError
from corpus.negatives import negatives
from index.embedding.prepared import read_lines
from index.lexical.analyzer import analyzer
from index.passages import Passage, chunk

ARTICLES = Path(__file__).with_name("training")
"""Articles of a fictional marketplace, their questions and near misses, written for this."""
HELD_OUT = "heldout"
"""Stem of the file that a training is steered by; never trained on."""
SECTIONS = "near"
"""Stem of the file about sections of our corpus: what they seem to answer and do not."""
DEV_HASHES = range(3, 6)
"""Help pages whose path hashes into these of 100 are kept for `evaluate`."""
CHUNK_CHARS = 700
"""As `index.settings` has it."""
HEADINGS, TITLES, SENTENCES = (
    f"{name}.jsonl.gz" for name in ("heading_passage", "title_description", "pairs_nlu")
)
SIMILARITY = "korsts_{}.tsv"


@dataclass(frozen=True)
class HelpItem:
    """A heading or title of a help page and the text under it."""

    query: str
    passage: str
    title: str
    path: str


@dataclass(frozen=True)
class Article:
    """A help article, questions that it answers, and near misses that it does not."""

    title: str
    text: str
    questions: tuple[str, ...]
    near: tuple[str, ...]


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


@dataclass(frozen=True)
class Written:
    """Further questions of a section of our corpus, and questions that nothing in it answers."""

    questions: tuple[str, ...]
    near: tuple[str, ...]


NOTHING = Written((), ())


def sections() -> dict[tuple[str, str], Written]:
    """What was written for the sections of our corpus, by document and heading.

    Questions of buyers and about other marketplaces count as near misses.
    """
    missed: dict[tuple[str, str], list[str]] = defaultdict(list)
    for negative in negatives():
        if negative.kind == "near":
            document, _, section = negative.topic.partition("/")
            missed[document, section].append(negative.text)
    found = {place: Written((), tuple(near)) for place, near in missed.items()}
    for file in written_files():
        if file.name.startswith(SECTIONS):
            for row in read_lines(file):
                place = row["document"], row["section"]
                near = (*missed[place], *row["near"], *row["buyer"], *row["outside"])
                found[place] = Written(tuple(row["questions"]), tuple(dict.fromkeys(near)))
    return found


def written_files() -> list[Path]:
    """The files that were written for the training, the held-out one last.

    Raises:
        EncoderError: they are not there.
    """
    files = [*ARTICLES.glob("*.jsonl"), *ARTICLES.glob("*.jsonl.gz")]
    if not files:
        raise EncoderError(
            f"학습용 글이 없습니다: {ARTICLES}",
            hint="설치된 패키지에는 학습용 글이 없습니다. 저장소에서 실행해 주세요.",
        )
    return sorted(files, key=lambda file: (file.name.startswith(HELD_OUT), file.name))


def articles(*, dev: bool = False) -> list[Article]:
    """Our articles, or those held out."""
    files = [file for file in written_files() if file.name.startswith(HELD_OUT) is dev]
    files = [file for file in files if not file.name.startswith(SECTIONS)]
    return [_article(row) for file in files for row in read_lines(file)]


def _article(row: dict[str, Any]) -> Article:
    return Article(row["title"], row["text"], tuple(row["questions"]), tuple(row["near"]))


def help_items(folder: Path, *, dev: bool = False) -> list[HelpItem]:
    """The help pages: heading or title, and the text or description."""
    rows = [row for name in (HEADINGS, TITLES) for row in read_lines(folder / name)]
    return [
        HelpItem(row["query"], row["passage"], row.get("title", ""), f"{row['src']}/{row['path']}")
        for row in rows
        if held_out(row["path"]) is dev
    ]


def paraphrases(folder: Path) -> list[tuple[str, str, str]]:
    """Paraphrases; the third is a sentence that stands for all that are linked."""
    rows = [row for row in read_lines(folder / SENTENCES) if row["kind"] == "paraphrase"]
    parent: dict[str, str] = {}

    def root(text: str) -> str:
        while (above := parent.setdefault(text, text)) != text:
            parent[text] = parent[above]
            text = above
        return text

    for row in rows:
        parent[root(row["a"])] = root(row["b"])
    return [(row["a"], row["b"], root(row["a"])) for row in rows]


def entailments(folder: Path) -> list[tuple[str, str, str]]:
    """Premise, a sentence that follows from it and one that contradicts it."""
    told: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in read_lines(folder / SENTENCES):
        told[row["a"]][row["kind"]].append(row["b"])
    return [
        (premise, follows, contradicts)
        for premise, kinds in told.items()
        for follows, contradicts in zip(
            kinds["nli-entailment"], kinds["nli-contradiction"], strict=False
        )
    ]


def similarity_pairs(folder: Path, part: str) -> list[tuple[str, str, float]]:
    """KorSTS: two sentences and their similarity, 0 to 5."""
    lines = (folder / SIMILARITY.format(part)).read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(row[5], row[6], float(row[4])) for row in rows if len(row) == 7]


def fingerprints(folder: Path) -> dict[str, str]:
    """SHA-256 of every training file; `prepared.fingerprints` has what became of them."""
    names = (HEADINGS, TITLES, SENTENCES, SIMILARITY.format("train"))
    files: Iterable[Path] = [*(folder / name for name in names), *written_files()]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
