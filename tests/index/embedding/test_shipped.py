"""The shipped encoder: the int8 file agrees with the sentence-transformers directory."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

import corpus
from corpus.loader import ROOT
from index.embedding import BUILTIN, OnnxEncoder, TransformerEncoder
from index.embedding.measure import paragraphs

PASSAGES, QUESTIONS, TOP = 1000, 500, 10


@pytest.fixture(scope="module")
def texts() -> tuple[list[str], list[str]]:
    """Paragraphs of the corpus and questions to them."""
    questions = [
        question
        for document in corpus.load()
        for asked in document.questions.values()
        for question in asked
    ]
    step = len(questions) // QUESTIONS
    return paragraphs(ROOT, PASSAGES), questions[::step][:QUESTIONS]


def test_int8_vectors_agree_with_those_of_sentence_transformers(
    texts: tuple[list[str], list[str]],
) -> None:
    passages, questions = texts
    assert len(passages) == PASSAGES
    small = OnnxEncoder(BUILTIN, threads=2)
    whole = TransformerEncoder(str(BUILTIN), device="cpu")
    told = [encoder.encode_passages(passages) for encoder in (small, whole)]
    asked = [
        np.stack([encoder.encode_query(question) for question in questions])
        for encoder in (small, whole)
    ]
    for one, other in (told, asked):
        cosines = (one * other).sum(axis=1)
        assert cosines.mean() >= 0.99
        assert cosines.min() >= 0.98
    best = [np.argsort(-(q @ p.T), axis=1)[:, :TOP] for q, p in zip(asked, told, strict=True)]
    shared = [len({*one} & {*other}) / TOP for one, other in zip(*best, strict=True)]
    assert np.mean(shared) >= 0.95


def test_the_description_names_the_file_that_is_there() -> None:
    description = json.loads((BUILTIN / "onnx" / "encoder.json").read_text(encoding="utf-8"))
    data = (BUILTIN / "onnx" / description["model"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == description["sha256"]
    assert description["id"] == "e5-small-ko-seller"
    assert len(data) <= 35e6


def test_a_question_is_nearer_to_its_answer_than_to_another_passage() -> None:
    encoder = OnnxEncoder(BUILTIN)
    asked = encoder.encode_query("통장에 돈은 언제 꽂혀요?")
    right, wrong = encoder.encode_passages(
        ["정산대금은 구매확정 다음 영업일에 입금됩니다.", "반품 상품은 회수 뒤에 검수합니다."]
    )
    assert asked @ right > asked @ wrong + 0.1
