"""The cross-encoder learns which passage answers, and is exported as it was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from index.embedding.directory import PASSAGE_PROMPT, QUERY_PROMPT
from index.embedding.encoding import TrainedEncoder
from index.embedding.export import halves
from index.embedding.prepared import read
from index.embedding.tokens import TextTable, Tokens, token_ids
from index.reranking import PASSAGE_TOKENS, QUESTION_TOKENS
from index.reranking.export import export
from index.reranking.groups import gather, groups, rivals
from index.reranking.model import Reranker
from index.reranking.network import CrossEncoder, PairTokens
from index.reranking.train import Trainer

CPU = torch.device("cpu")


def numbered(base: Path, questions: list[str], passages: list[str]) -> tuple[PairTokens, list[int]]:
    table = TextTable()
    numbers = [*map(table.query, questions), *map(table.passage, passages)]
    return PairTokens(*token_ids([*table.texts], base / "tokenizer.json"), CPU), numbers


def test_a_pair_is_the_question_then_the_passage_without_a_second_start(base: Path) -> None:
    tokens, numbers = numbered(base, ["정산은 언제", "환불"], ["다음 날 됩니다.", "쉽니다."])
    ids, mask = tokens.joined(torch.tensor(numbers[:2]), torch.tensor(numbers[2:]))
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    for row, (question, passage) in enumerate(
        [("정산은 언제", "다음 날 됩니다."), ("환불", "쉽니다.")]
    ):
        asked = tokenizer.encode(QUERY_PROMPT + question).ids
        told = tokenizer.encode(PASSAGE_PROMPT + passage).ids
        assert ids[row][mask[row] > 0].tolist() == [*asked, *told[1:]]


def test_long_texts_are_cut_and_still_fit_the_encoder(base: Path) -> None:
    tokens, numbers = numbered(base, ["정산 " * 200], ["배송 " * 400])
    ids, _ = tokens.joined(torch.tensor(numbers[:1]), torch.tensor(numbers[1:]))
    assert ids.shape[1] == QUESTION_TOKENS + PASSAGE_TOKENS - 1


def test_a_near_miss_stands_beside_its_own_passage_and_none_answers_it(
    folder: Path, base: Path
) -> None:
    items = [item for item in read(folder).items if item.source != "help"]
    table = TextTable()
    questions, passages = gather(items, table)
    tokens = Tokens(*token_ids([*table.texts], base / "tokenizer.json"), CPU)
    hard = rivals(TrainedEncoder(base), tokens, questions, passages)
    texts = [*table.texts]
    misses = {QUERY_PROMPT + text for item in items for text in item.near}
    rows = np.arange(len(questions.items))
    asked, beside = groups(questions, hard, rows, np.random.default_rng(0))
    for row, text in enumerate(asked):
        item = items[beside[row][0]]
        plain = {QUERY_PROMPT + q for q in (*item.queries, *item.noisy, *item.near)}
        assert texts[text] in plain
        assert questions.answered[row] == (texts[questions.texts[row][0]] not in misses)
        assert beside[row][0] not in beside[row][1:]
    assert not questions.answered.all()


def test_training_lifts_the_passage_that_answers(folder: Path, base: Path) -> None:
    torch.manual_seed(0)
    trainer = Trainer(folder, base, ())
    rows = np.arange(len(trainer.questions.items))
    before = trainer.loss(rows, np.random.default_rng(1)).item()
    trainer.run(seconds=90, epochs=400)
    after = trainer.loss(rows, np.random.default_rng(1)).item()
    assert after < 0.95 * before


def test_the_exported_file_says_what_the_network_says(base: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = CrossEncoder(base).eval()
    torch.nn.init.normal_(network.out.weight)
    weights = {
        name: value
        for name, value in halves(network.state_dict()).items()
        if "word_emb" not in name
    }
    export(base, weights, tmp_path)
    questions, passages = ["정산은 언제 되나요"], ["정산은 다음 날 됩니다.", "쿠폰은 쉽니다."]
    tokens, numbers = numbered(base, questions, passages)
    pair = torch.tensor(numbers[:1]).repeat(2), torch.tensor(numbers[1:])
    with torch.no_grad():
        expected = network(*tokens.joined(*pair)).numpy()
    given = Reranker(tmp_path, base / "tokenizer.json").scores(questions[0], passages)
    assert given == pytest.approx(expected, abs=0.1)
    assert abs(expected[0] - expected[1]) > 0.2
