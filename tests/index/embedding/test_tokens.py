"""Texts as numbered token ids: the same as the tokenizer's, cut and padded."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

import corpus
from index.embedding import BUILTIN
from index.embedding.tokens import LONGEST, TextTable, Tokens, token_ids

TOKENIZER = BUILTIN / "tokenizer.json"
ODD = (
    "",
    "  앞뒤  빈칸 ",
    "줄\n바꿈\t탭",
    "한글",  # letters apart, as in file names from macOS
    "전각　빈칸",
    "\uff21\uff22 \uff11\uff12 ㈜",  # full-width letters and digits
    "1588-3819 3,000원 😀",
    "​보이지 않는",
    "query: ▁밑줄",
    "가" * 2000,
)


def test_ids_are_those_of_the_tokenizer() -> None:
    documents = [document.text for document in corpus.load()][::6]
    texts = ["query: " + text for text in (*ODD, *documents)]
    ids, lengths = token_ids(texts, TOKENIZER)
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.enable_truncation(LONGEST)
    at = 0
    for text, length in zip(texts, lengths.tolist(), strict=True):
        assert ids[at : at + length].tolist() == tokenizer.encode(text).ids, text[:80]
        at += length
    assert at == len(ids)


def test_padded_rows_are_cut_at_the_limit_with_their_end_mark() -> None:
    texts = ["짧은 글", "조금 더 긴 글입니다 " * 20]
    ids, lengths = token_ids(texts, TOKENIZER)
    tokens = Tokens(ids, lengths, torch.device("cpu"))
    found, mask = tokens.padded(np.array([1, 0]), 16)
    assert found.shape == (2, 16)
    assert mask.sum(dim=1).tolist() == [16, lengths[0]]
    assert found[0, :15].tolist() == ids[lengths[0] : lengths[0] + 15].tolist()
    assert found[0, 15] == found[1, lengths[0] - 1] == 2
    assert set(found[1, lengths[0] :].tolist()) == {1}
    whole, _ = tokens.padded(np.array([0]), 256)
    assert whole.shape[1] == 8


def test_a_text_has_one_number_and_its_prompt() -> None:
    table = TextTable()
    assert [table.query("가"), table.passage("가"), table.query("나"), table.query("가")] == [
        0,
        1,
        2,
        0,
    ]
    assert [*table.texts] == ["query: 가", "passage: 가", "query: 나"]


@pytest.mark.parametrize("seed", range(3))
def test_ids_of_chance_characters_are_those_of_the_tokenizer(seed: int) -> None:
    rng = random.Random(seed)
    letters = "가나다 abc12ㅋㅠ,.!?-/()\n\t　·…“”㎏①한é"
    texts = ["".join(rng.choices(letters, k=40)) for _ in range(200)]
    ids, lengths = token_ids(texts, TOKENIZER)
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    expected = [number for text in texts for number in tokenizer.encode(text).ids]
    assert ids.tolist() == expected
    assert lengths.sum() == len(expected)
