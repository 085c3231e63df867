"""Fixtures that every package's tests share: the built index, a tiny corpus, a tiny model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tiny import FILES, MODEL_WORDS, Tree

import corpus
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index import build


@pytest.fixture(autouse=True)
def _clean_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads the settings of the machine that it runs on."""
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ASSISTANT_SETTINGS", str(tmp_path / "no-such-settings.toml"))


@pytest.fixture(scope="session")
def built_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose data folder holds an index of the shipped corpus, by the shipped encoder."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
            patch.delenv(name)
        data = tmp_path_factory.mktemp("data")
        patch.setenv("ASSISTANT_SETTINGS", str(data / "no-such-settings.toml"))
        settings = Settings(data=data)
        build(corpus.load(), settings)
    return settings


@pytest.fixture(scope="session")
def bot(built_settings: Settings) -> Assistant:
    """An assistant over the shipped corpus. Shared: it keeps no conversation."""
    return Assistant(built_settings)


@pytest.fixture
def tiny_corpus(tmp_path: Path) -> Tree:
    """Writes a small valid corpus; ``files`` by path replace or (None) remove its files."""

    def write(files: dict[str, str | bytes | None] | None = None, name: str = "corpus") -> Path:
        root = tmp_path / name
        content: dict[str, str | bytes | None] = {
            **FILES,
            **(files or {}),
        }
        for path, text in content.items():
            if text is None:
                continue
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return write


@pytest.fixture
def tiny_settings(tmp_path: Path) -> Settings:
    """The shipped encoder over an empty data folder; what a tiny corpus is built with."""
    return Settings(data=tmp_path / "data", build_threads=1)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of 16 dimensions with random weights, made on the spot."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny-model")
    letters = sorted({letter for letter in MODEL_WORDS if letter.strip()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ":", *MODEL_WORDS.split()]
    pieces += [*letters, *(f"##{letter}" for letter in letters)]
    known = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(WordPiece(known, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=64,
    )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(known),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).eval().save_pretrained(folder / "bert")
    fast.save_pretrained(folder / "bert")
    words = Transformer(str(folder / "bert"))
    model = SentenceTransformer(modules=[words, Pooling(16, "mean"), Normalize()], device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"
