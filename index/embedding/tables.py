"""Opens a prepared folder for training: batches, dev sets and the token ids of all their texts.

    python -m index.embedding.tables --prepared DIR --base DIR

tokenizes beforehand (minutes), so that a machine that is lent for minutes need not.
"""

import argparse
import hashlib
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import torch

from index.embedding.batches import Batches
from index.embedding.figures import DevFigures
from index.embedding.files import write_bytes
from index.embedding.prepared import read
from index.embedding.recipe import Recipe, default_recipe
from index.embedding.tokens import Ids, TextTable, Tokens, token_ids

TOKENS = "tokens.npz"
"""Of the prepared folder: made when it is first opened, checked by a digest of the texts."""


@dataclass(frozen=True)
class Tables:
    """What a training works on."""

    batches: Batches
    dev: DevFigures
    tokens: Tokens


def open_tables(
    folder: Path, base: Path, recipe: Recipe, seed: int, device: torch.device
) -> Tables:
    """Read a prepared folder.

    Args:
        folder: what `prepare` wrote; `TOKENS` is added.
        base: encoder directory whose tokenizer is used.
        recipe: of the batches.
        seed: of the batches.
        device: where the token ids shall lie.
    """
    data, table = read(folder), TextTable()
    batches = Batches(data, recipe, table, seed)
    dev = DevFigures(data.dev, table)
    tokenizer = base / "tokenizer.json"
    digest = hashlib.sha256(tokenizer.read_bytes())
    for text in table.texts:
        digest.update(text.encode() + b"\0")
    ids, lengths = _stored(folder / TOKENS, digest.hexdigest(), [*table.texts], tokenizer)
    return Tables(batches, dev, Tokens(ids, lengths, device))


def _stored(path: Path, digest: str, texts: list[str], tokenizer: Path) -> tuple[Ids, Ids]:
    """The token ids in the file if it is of these texts; else they are made and written."""
    if path.exists():
        with np.load(path, allow_pickle=False) as arrays:
            if str(arrays["digest"]) == digest:
                return arrays["ids"], arrays["lengths"]
    ids, lengths = token_ids(texts, tokenizer)
    stream = BytesIO()
    np.savez_compressed(stream, ids=ids, lengths=lengths, digest=np.array(digest))
    write_bytes(path, stream.getvalue())
    return ids, lengths


def main() -> None:
    """Tokenize."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.tables")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that `prepare` wrote")
    parser.add_argument("--base", type=Path, required=True, help="encoder to start from")
    arguments = parser.parse_args()
    recipe, cpu = default_recipe(gpu=False), torch.device("cpu")
    tokens = open_tables(arguments.prepared, arguments.base, recipe, 0, cpu).tokens
    sys.stdout.write(f"{len(tokens.lengths)} texts, {tokens.lengths.sum()} tokens\n")


if __name__ == "__main__":
    main()
