"""Any sentence-transformers model as a setting, and the encoder as LangChain knows encoders."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from tiny import Tree

import corpus
import index
from assistant.settings import Settings
from corpus import EncoderError
from index.encoders import encoder_of

QUERY, PASSAGE = "정산은 언제 되나요", "정산은 구매확정 다음 영업일에 됩니다"
E5 = {"query_prompt": "query: ", "passage_prompt": "passage: "}
BGE = {
    "query_prompt": "Represent this sentence for searching relevant passages: ",
    "passage_prompt": "",
}


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other)


def test_prompts_of_e5_and_bge_go_before_the_texts(tiny_model: Path, tmp_path: Path) -> None:
    def encoder(**prompts: str) -> index.embedding.Encoder:  # type: ignore[name-defined]
        return encoder_of(Settings(data=tmp_path, encoder=str(tiny_model), **prompts))

    bare, e5, bge = (encoder(query_prompt="", passage_prompt=""), encoder(**E5), encoder(**BGE))
    for one, prompts in ((e5, E5), (bge, BGE)):
        asked, told = bare.encode_query, bare.encode_passages
        assert cosine(one.encode_query(QUERY), asked(prompts["query_prompt"] + QUERY)) > 0.9999
        passages = told([prompts["passage_prompt"] + PASSAGE])
        assert cosine(one.encode_passages([PASSAGE])[0], passages[0]) > 0.9999
        assert cosine(one.encode_query(QUERY), bare.encode_query(QUERY)) < 0.999
    assert len({bare.fingerprint, e5.fingerprint, bge.fingerprint}) == 3


def test_index_is_built_searched_and_refused_by_model_and_prompt(
    tiny_corpus: Tree, tiny_model: Path, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "data", encoder=str(tiny_model), **E5)
    documents = corpus.load(tiny_corpus())
    result = index.build(documents, settings, unanswered=[])
    assert result.manifest.dimension == 16
    assert result.manifest.encoder == str(tiny_model)
    hits = index.open(settings).search("고객센터 전화번호", 3)
    assert hits[0].document_id == "support-phone"  # found by its words: the weights are random
    other = Settings(data=tmp_path / "data", encoder=str(tiny_model), **BGE)
    with pytest.raises(EncoderError, match="모델로 만들었는데"):
        index.open(other)
    assert not index.up_to_date(documents, other)


@pytest.mark.parametrize("name", ["no-such/model-anywhere", "/no/such/folder"])
def test_unknown_model_is_named_quickly_without_a_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    started = time.monotonic()
    with pytest.raises(EncoderError, match=f"임베딩 모델 '{name}'") as caught:
        encoder_of(Settings(data=tmp_path, encoder=name))
    assert time.monotonic() - started < 60  # not a hang
    assert "builtin" in caught.value.hint


def test_embeddings_are_langchain_embeddings_of_unit_length(tmp_path: Path) -> None:
    made = index.embeddings(Settings(data=tmp_path))
    assert isinstance(made, Embeddings)
    query = made.embed_query(QUERY)
    passages = made.embed_documents([PASSAGE, "날씨가 맑습니다"])
    assert all(type(number) is float for number in query)
    for vector in (query, *passages):
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert np.dot(query, passages[0]) > np.dot(query, passages[1])
    assert made.embed_documents([]) == []


def test_embeddings_follow_the_environment_by_default(
    monkeypatch: pytest.MonkeyPatch, tiny_model: Path
) -> None:
    monkeypatch.setenv("ASSISTANT_ENCODER", str(tiny_model))
    assert len(index.embeddings().embed_query(QUERY)) == 16
