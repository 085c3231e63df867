"""Compute the vectors that ship with the package, so that a first build takes seconds.

``python -m index.precompute`` says how many texts of the shipped corpus have their vector in the
package; ``--write`` computes them all and replaces the file. A text without one is embedded by the
build: an edited document need not wait for a new file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

import corpus
from corpus import Negative
from index.embedder import PRECOMPUTED, Embedder, Text, key_of
from index.embedding import Encoder
from index.encoders import encoder_of
from index.making import chunked, unit_texts, view_texts
from index.passages import Passage
from index.settings import IndexSettings
from index.storage.precomputed import read_precomputed, write_precomputed


def texts(passages: Sequence[Passage], negatives: Sequence[Negative]) -> list[Text]:
    """What a build embeds of these, each text once."""
    asked = [Text(negative.text, "query") for negative in negatives]
    return list(dict.fromkeys([*view_texts(passages), *unit_texts(passages), *asked]))


def covered(wanted: Sequence[Text], encoder: Encoder, path: Path = PRECOMPUTED) -> int:
    """How many of the texts have their vector at ``path``."""
    kept = read_precomputed(path, encoder.fingerprint)
    return len(kept.get([key_of(text, encoder.fingerprint) for text in wanted])) if kept else 0


def write(
    wanted: Sequence[Text], settings: IndexSettings, encoder: Encoder, path: Path = PRECOMPUTED
) -> None:
    """Compute the vectors of the texts and keep them at ``path``; no older vector is used."""
    fresh = settings.model_copy(update={"precomputed": False})
    with (
        tqdm(total=len(wanted), unit="text", file=sys.stderr) as bar,
        Embedder(fresh, encoder) as embedder,
    ):

        def show(done: int, _all: int) -> None:
            bar.update(done - bar.n)

        matrix = embedder.embed(list(wanted), show)
    keys = [key_of(text, encoder.fingerprint) for text in wanted]
    write_precomputed(path, encoder.fingerprint, dict(zip(keys, matrix, strict=True)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the coverage, after writing the file if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m index.precompute")
    parser.add_argument("--write", action="store_true", help="compute the vectors anew")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        settings = IndexSettings(data=Path(folder), encoder="builtin")
        encoder = encoder_of(settings)
        wanted = texts(chunked(corpus.load(), settings), corpus.negatives())
        if asked.write:
            write(wanted, settings, encoder)
    size = PRECOMPUTED.stat().st_size / 1e6 if PRECOMPUTED.exists() else 0.0
    kept = covered(wanted, encoder)
    sys.stdout.write(f"{kept} of {len(wanted)} texts have their vector in {size:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
