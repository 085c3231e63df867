"""Writes the reranker that the product runs: an int8 ONNX file, the head, and what they are.

    python -m index.reranking.export --base DIR --weights DIR [--out DIR]

`base` is the encoder from which the training started: its word table was not trained, so the
weights of the training are without it.
"""

import argparse
import hashlib
import json
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save
from tokenizers import Tokenizer

from index.embedding.directory import PASSAGE_PROMPT, QUERY_PROMPT
from index.embedding.export import Arrays, read_parts
from index.embedding.files import write_bytes, write_text
from index.embedding.onnx_graph import build
from index.embedding.quantize import (
    BLOCKED,
    CALIBRATION,
    channel_peaks,
    quantized_linear,
    read_shape,
)
from index.reranking.model import DESCRIPTION, HEAD, SHIPPED

MODEL = "model_qint8.onnx"
WORDS = "embeddings.word_embeddings.weight"
RERANKER_ID = "e5-small-ko-seller-reranker"


def whole(base: Path, trained: Arrays) -> dict[str, NDArray[np.float32]]:
    """The weights of BERT, the word table of the base among them."""
    table = load_file(base / "model.safetensors")[WORDS]
    ours = {name: value for name, value in trained.items() if not name.startswith(("dense", "out"))}
    return {name: value.astype(np.float32) for name, value in (ours | {WORDS: table}).items()}


def calibration_pairs(tokenizer: Tokenizer) -> list[list[int]]:
    """Token ids of the calibration sentences, each as a question before the next as a passage."""
    lines = CALIBRATION.read_text(encoding="utf-8").splitlines()
    return [
        [
            *tokenizer.encode(QUERY_PROMPT + first).ids,
            *tokenizer.encode(PASSAGE_PROMPT + second).ids[1:],
        ]
        for first, second in pairwise(lines)
    ]


def export(base: Path, trained: Arrays, out: Path) -> Path:
    """Write the files; returns the path of the ONNX file."""
    weights, shape = whole(base, trained), read_shape(base)
    pairs = calibration_pairs(Tokenizer.from_file(str(base / "tokenizer.json")))
    peaks = channel_peaks(weights, shape, pairs)
    model = build(weights, shape, partial(quantized_linear, peaks=peaks, blocked=BLOCKED))
    data = model.SerializeToString(deterministic=True)
    head = {name: value for name, value in trained.items() if name.startswith(("dense", "out"))}
    stored = save({name: value.astype(np.float32) for name, value in head.items()})
    write_bytes(out / MODEL, data)
    write_bytes(out / HEAD, stored)
    description = {
        "id": RERANKER_ID,
        "model": MODEL,
        "sha256": hashlib.sha256(data).hexdigest(),
        "head": hashlib.sha256(stored).hexdigest(),
    }
    write_text(out / DESCRIPTION, json.dumps(description, indent=2) + "\n")
    return out / MODEL


def main() -> None:
    """Write the shipped files."""
    parser = argparse.ArgumentParser(prog="python -m index.reranking.export")
    parser.add_argument("--base", type=Path, required=True, help="encoder the training began with")
    parser.add_argument("--weights", type=Path, required=True, help="folder of the parts")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="folder to write")
    arguments = parser.parse_args()
    path = export(arguments.base, read_parts(arguments.weights), arguments.out)
    sys.stdout.write(f"{path} {path.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
