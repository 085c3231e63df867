"""The second stage reads level passages together with the question, and leaves the rest alone."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant import Assistant
from corpus import EncoderError
from index import Retrieval
from index.reranking.model import SHIPPED, Reranker
from index.reranking.second import LEVEL, read_again, read_first

WRONG_NUMBER = "송장번호를 잘못 입력했을 때 고치기"


@pytest.fixture(scope="module")
def reranker() -> Reranker:
    return Reranker()


@pytest.mark.parametrize(
    ("question", "section", "other"),
    [
        ("송장 번호를 틀리게 적었는데 고칠 수 있나요", WRONG_NUMBER, "발송지연 처리하는 방법"),
        ("악플 지울 수 있나요", "나쁜 리뷰를 지울 수 있나", WRONG_NUMBER),
    ],
)
def test_the_passage_that_answers_is_read_as_such(
    bot: Assistant, reranker: Reranker, question: str, section: str, other: str
) -> None:
    texts = [
        next(p.embedded_text for p in bot.index.passages if name in f"{p.title} {p.section}")
        for name in (section, other)
    ]
    right, wrong = reranker.scores(question, texts)
    assert right > wrong


def leveled(bot: Assistant, sections: list[str], apart: float) -> Retrieval:
    """A search that found these sections, each so much below the one before."""
    plain = bot.index.retrieve(
        "송장 번호를 틀리게 적었는데 고칠 수 있나요", len(bot.index.passages)
    )
    by_section = {one.passage.section: one for one in plain.found}
    found = [by_section[name] for name in sections]
    at = [0.9 - apart * place for place in range(len(found))]
    level = (dataclasses.replace(f, score=s) for f, s in zip(found, at, strict=True))
    return dataclasses.replace(plain, found=tuple(level))


def test_level_passages_are_put_in_the_order_of_what_was_read(
    bot: Assistant, reranker: Reranker
) -> None:
    sections = ["발송지연 처리하는 방법", WRONG_NUMBER, "나쁜 리뷰를 지울 수 있나"]
    before = leveled(bot, sections, LEVEL / 4)
    after = read_again(reranker, before)
    assert after.found[0].passage.section == WRONG_NUMBER
    assert {one.passage.id for one in after.found} == {one.passage.id for one in before.found}
    scores = [one.score for one in after.found]
    assert scores == sorted(scores, reverse=True)
    assert after.reads.keys() == {one.passage.id for one in after.found}
    assert read_first(reranker, after).read == after.reads[after.found[0].passage.id]


def test_a_clear_first_passage_stays_and_nothing_is_read(
    bot: Assistant, reranker: Reranker
) -> None:
    before = leveled(bot, ["발송지연 처리하는 방법", WRONG_NUMBER], 2 * LEVEL)
    assert read_again(reranker, before) is before


def test_own_passages_and_those_of_the_corpus_do_not_change_places(
    bot: Assistant, reranker: Reranker
) -> None:
    before = leveled(bot, ["발송지연 처리하는 방법", WRONG_NUMBER], LEVEL / 4)
    own = before.found[0]
    passage = own.passage.model_copy(update={"own": True})
    mixed = dataclasses.replace(
        before, found=(dataclasses.replace(own, passage=passage), *before.found[1:])
    )
    assert read_again(reranker, mixed) is mixed


def test_a_search_without_a_passage_is_left_as_it_is(bot: Assistant, reranker: Reranker) -> None:
    empty = dataclasses.replace(leveled(bot, [WRONG_NUMBER], 0.0), found=())
    assert read_again(reranker, empty) is empty
    assert read_first(reranker, empty) is empty


def test_a_text_longer_than_the_model_reads_is_cut(reranker: Reranker) -> None:
    [score] = reranker.scores("정산 " * 500, ["배송 " * 2000])
    assert np.isfinite(score)


def test_a_setting_leaves_it_out(bot: Assistant) -> None:
    plain = Assistant(bot.settings.model_copy(update={"reranker": "none"}))
    assert bot.index.reranker is not None
    assert plain.index.reranker is None
    assert plain.answer("정산은 언제 되나요?").answered


@pytest.mark.parametrize("damaged", ["model_qint8.onnx", "head.safetensors", "reranker.json"])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path, damaged: str) -> None:
    folder = shutil.copytree(SHIPPED, tmp_path / "model")
    (folder / damaged).write_bytes((folder / damaged).read_bytes()[:-2])
    with pytest.raises(EncoderError, match="재순위 모델") as told:
        Reranker(folder)
    assert "reranker" in str(told.value.hint)
    (folder / damaged).unlink()
    with pytest.raises(EncoderError, match=damaged):
        Reranker(folder)
