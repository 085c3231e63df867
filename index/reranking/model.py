"""The cross-encoder as the product runs it: onnxruntime over an int8 file, without torch."""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load
from tokenizers import Tokenizer

from corpus.errors import EncoderError
from index.embedding import BUILTIN
from index.embedding.directory import PASSAGE_PROMPT, QUERY_PROMPT
from index.embedding.onnx import open_session, read_file
from index.reranking import PASSAGE_TOKENS, QUESTION_TOKENS

SHIPPED = Path(__file__).with_name("model")
DESCRIPTION, HEAD = "reranker.json", "head.safetensors"
TOKENIZER = BUILTIN / "tokenizer.json"
"""The reranker was trained from the built-in encoder and reads the same tokens."""
THREADS = min(4, os.cpu_count() or 1)
"""Cores that a pair is read on: a seller waits for it."""


class Reranker:
    """Reads a question together with a passage; calls from several threads are safe."""

    def __init__(self, directory: Path = SHIPPED, tokenizer: Path = TOKENIZER) -> None:
        """Load the model.

        Args:
            directory: what `export` wrote.
            tokenizer: of the encoder that it was trained from.

        Raises:
            EncoderError: a file is missing or damaged.
        """
        description = _description(directory)
        data, head = (read_file(directory, name) for name in (description["model"], HEAD))
        for content, told in ((data, "sha256"), (head, "head")):
            if hashlib.sha256(content).hexdigest() != description[told]:
                raise _damaged(directory)
        self.id = str(description["id"])
        self._session = open_session(directory, data, THREADS)
        weights = load(head)
        self._dense, self._dense_bias = weights["dense.weight"], weights["dense.bias"]
        self._out, self._out_bias = weights["out.weight"][0], float(weights["out.bias"][0])
        self._tokenizer = Tokenizer.from_buffer(read_file(tokenizer.parent, tokenizer.name))

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Log odds that each passage answers the question: float32, shape (len(passages),).

        Args:
            question: without prompt.
            passages: each under its title, as an index embeds it, without prompt.
        """
        asked = _cut(self._tokenizer.encode(QUERY_PROMPT + question).ids, QUESTION_TOKENS)
        told = (
            _cut(self._tokenizer.encode(PASSAGE_PROMPT + text).ids, PASSAGE_TOKENS)
            for text in passages
        )
        return np.array([self._score([*asked, *ids[1:]]) for ids in told], dtype=np.float32)

    def _score(self, tokens: list[int]) -> float:
        ids = np.array([tokens], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        states: NDArray[np.float32] = self._session.run(["token_embeddings"], feed)[0][0]
        pooled = np.tanh(self._dense @ states.mean(axis=0) + self._dense_bias)
        return float(self._out @ pooled) + self._out_bias


def _cut(ids: list[int], limit: int) -> list[int]:
    """At most ``limit`` tokens; the end mark stays."""
    return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]


def _description(directory: Path) -> dict[str, Any]:
    try:
        content = json.loads(read_file(directory, DESCRIPTION))
    except ValueError as error:
        raise _damaged(directory) from error
    if not isinstance(content, dict) or not {"id", "model", "sha256", "head"} <= content.keys():
        raise _damaged(directory)
    return content


def _damaged(directory: Path) -> EncoderError:
    return EncoderError(
        f"재순위 모델이 손상되었습니다: {directory}",
        hint="패키지를 다시 설치하거나, 설정 reranker 를 none 으로 두면 이 모델 없이 답합니다.",
    )
