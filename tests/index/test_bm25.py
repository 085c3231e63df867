"""BM25 against a plain implementation of Lucene's formula, and its files."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import Lexical
from index.lexical.bm25 import K1, B

TOKENS = st.sampled_from(["정산", "송장", "톡톡", "반품", "api", "3"])
CORPORA = st.lists(st.lists(TOKENS, max_size=8), min_size=1, max_size=8)
QUERIES = st.lists(st.one_of(TOKENS, st.just("처음보는말")), max_size=6)


def reference(documents: list[list[str]], query: list[str]) -> list[float]:
    """Coverage by Lucene's BM25 (Kamphuis et al. 2020, table 1), one number at a time."""
    rows = [document or ["∅"] for document in documents]
    n, average = len(rows), sum(len(row) for row in rows) / len(rows)
    unique = list(dict.fromkeys(query))
    df = {token: sum(token in row for row in rows) for token in unique}
    idf = {token: math.log(1 + (n - df[token] + 0.5) / (df[token] + 0.5)) for token in unique}
    scores = []
    for row in rows:
        norm = K1 * (1 - B + B * len(row) / average)
        total = sum(idf[t] * row.count(t) / (row.count(t) + norm) for t in unique)
        scores.append(total / sum(idf.values()) if idf else 0.0)
    return scores


@given(CORPORA, QUERIES)
@settings(max_examples=150, deadline=None)
def test_scores_equal_the_plain_formula(documents: list[list[str]], query: list[str]) -> None:
    scores = Lexical.build(documents).scores(query)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, reference(documents, query), atol=1e-5)
    assert np.all((scores >= 0) & (scores <= 1))


def test_unknown_words_lower_the_coverage() -> None:
    lexical = Lexical.build([["정산", "주기"], ["송장"]])
    known = lexical.scores(["정산"])[0]
    assert lexical.scores(["정산", "우주선"])[0] < known
    assert lexical.covered(["정산"], {"정산"}) == 1.0
    assert 0.0 < lexical.covered(["정산", "우주선"], {"정산"}) < 1.0
    assert lexical.covered(["우주선"], {"정산"}) == 0.0
    assert lexical.covered([], {"정산"}) == 0.0
    assert lexical.knows("송장")
    assert not lexical.knows("우주선")


def test_a_word_asked_twice_counts_once() -> None:
    lexical = Lexical.build([["정산", "주기"], ["송장"]])
    assert lexical.scores(["정산", "정산"]).tolist() == lexical.scores(["정산"]).tolist()


@pytest.mark.parametrize("documents", [[], [[]], [[], ["정산"]], [["정산"], []]])
def test_empty_passages_and_corpora_score_nothing(
    documents: list[list[str]], tmp_path: Path
) -> None:
    lexical = Lexical.build(documents)
    lexical.save(tmp_path)
    for one in (lexical, Lexical.load(tmp_path)):
        scores = one.scores(["정산"])
        assert scores.shape == (len(documents),)
        assert [score > 0 for score in scores.tolist()] == ["정산" in row for row in documents]


def test_saved_index_gives_equal_scores_without_a_pickle(tmp_path: Path) -> None:
    documents = [["정산", "주기", "정산"], ["송장", "번호"], ["api", "3"]]
    built = Lexical.build(documents)
    built.save(tmp_path)
    loaded = Lexical.load(tmp_path)
    for query in (["정산"], ["번호", "없는말"], ["api", "3", "송장"]):
        assert loaded.scores(query).tolist() == built.scores(query).tolist()
        assert loaded.information(query) == built.information(query)
    suffixes = {file.suffix for file in tmp_path.iterdir()}
    assert suffixes <= {".npy", ".json", ".jsonl"}
    for file in tmp_path.glob("*.npy"):
        assert np.load(file, allow_pickle=False).dtype.kind in "iuf"
