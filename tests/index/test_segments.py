"""Segments: splitting changes no score but by average length; merging and removing lose nothing."""

from __future__ import annotations

import gc
import math
import weakref
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from own_files import note, write_files
from tiny import Tree

import corpus
from assistant.settings import Settings
from index import Index, add, build, remove, status, verify
from index import open as open_index
from index.lexical import Lexical, LexicalUnion
from index.lexical.bm25 import K1, B
from index.merging import MAX_SEGMENTS
from index.segment import is_open
from index.storage import read_manifest, segment_path

TOKENS = st.sampled_from(["정산", "송장", "톡톡", "반품", "api", "3"])
ROWS = st.lists(st.lists(TOKENS, max_size=6), min_size=1, max_size=6)
QUERIES = st.lists(st.one_of(TOKENS, st.just("처음보는말")), max_size=5)
FACTS = {
    "열쇠": "창고 열쇠는 총무팀 서랍에 있습니다. 여섯 시 뒤에는 경비실이 맡습니다.",
    "주차": "주차는 지하 2층 초록 구역에 합니다. 손님은 두 시간 무료입니다.",
    "택배": "택배 수거는 오후 네 시에 옵니다.",
    "커피": "커피 원두는 매주 화요일에 볶습니다.",
}


@given(ROWS, ROWS, QUERIES, st.data())
@hypothesis_settings(max_examples=80, deadline=None)
def test_union_scores_as_one_index_of_what_is_shown(
    one: list[list[str]], two: list[list[str]], query: list[str], data: st.DataObject
) -> None:
    """The slow way: frequencies over all shown rows, lengths against their segment's average."""
    shown = [
        np.array(sorted(data.draw(st.sets(st.integers(0, len(rows) - 1)))), np.int64)
        for rows in (one, two)
    ]
    union = LexicalUnion(
        [(Lexical.build(rows), kept) for rows, kept in zip((one, two), shown, strict=True)]
    )
    everything = [(rows, n) for rows, kept in zip((one, two), shown, strict=True) for n in kept]
    unique = list(dict.fromkeys(query))
    n = len(everything)
    df = {token: sum(token in rows[at] for rows, at in everything) for token in unique}
    idf = {token: math.log(1 + (n - df[token] + 0.5) / (df[token] + 0.5)) for token in unique}
    expected = []
    for rows, at in everything:
        average = sum(len(row or ["∅"]) for row in rows) / len(rows)
        norm = K1 * (1 - B + B * len(rows[at] or ["∅"]) / average)
        total = sum(idf[t] * rows[at].count(t) / (rows[at].count(t) + norm) for t in unique)
        expected.append(total / sum(idf.values()) if sum(idf.values()) else 0.0)
    np.testing.assert_allclose(union.scores(query), expected, atol=1e-5)
    assert [union.frequency(token) for token in unique] == [df[token] for token in unique]


@given(ROWS)
@hypothesis_settings(max_examples=30, deadline=None)
def test_token_lists_come_back_as_they_were(rows: list[list[str]]) -> None:
    assert Lexical.build(rows).token_lists(np.arange(len(rows))) == rows


@pytest.fixture
def settings(tiny_corpus: Tree, tiny_settings: Settings) -> Settings:
    build(corpus.load(tiny_corpus()), tiny_settings, unanswered=[])
    return tiny_settings


def found(index: Index) -> dict[str, tuple[str, float, list[float]]]:
    """For each fact: where it is found, how near, and the scores of its sentences."""
    result = {}
    for name, fact in FACTS.items():
        retrieval = index.retrieve(fact, 1)
        first = retrieval.found[0]
        units = index.unit_scores(first.passage, retrieval.vector)
        result[name] = (first.passage.text, round(first.text, 5), [float(u) for u in units])
    return result


def test_merged_segments_find_what_each_of_them_found(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_files(tmp_path / "files", **{n: note(n, f) for n, f in FACTS.items()})
    for name in FACTS:
        add([folder / f"{name}.md"], settings)
    before = found(open_index(settings))
    assert [text for text, _, _ in before.values()] == list(FACTS.values())
    assert len(status(settings).segments) == 1 + len(FACTS)
    monkeypatch.setattr("index.merging.MAX_SEGMENTS", 3)
    monkeypatch.setattr("index.merging.KEPT_SEGMENTS", 1)
    remove(["커피.md"], settings)
    monkeypatch.undo()
    assert len(status(settings).segments) == 2
    index = open_index(settings)
    after = found(index)
    del before["커피"], after["커피"]
    assert after == before
    assert index.lexical.knows("원두") is False
    assert {name for name, one in index.documents.items() if one.own} == {
        f"own:{name}.md" for name in FACTS if name != "커피"
    }
    for one in index.passages:
        assert index.documents[one.document_id].text[one.start : one.end] == one.text
    verify(settings)


def test_many_small_additions_stay_few_segments(settings: Settings, tmp_path: Path) -> None:
    for number in range(MAX_SEGMENTS + 3):
        text = note(f"물건 {number}", f"물건은 {number}번 선반에 있습니다.")
        folder = write_files(tmp_path, **{f"n{number}": text})
        add([folder / f"n{number}.md"], settings)
    assert len([e for e in status(settings).segments if e.own]) <= MAX_SEGMENTS
    index = open_index(settings)
    assert sum(one.own for one in index.documents.values()) == MAX_SEGMENTS + 3
    kept = [read_manifest(path) for path in settings.index_directory.glob("gen-*")]
    named = {entry.name for manifest in kept for entry in manifest.segments}
    assert {path.name for path in (settings.index_directory / "segments").iterdir()} == named


def test_mostly_removed_segment_is_written_anew(settings: Settings, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "files", **{n: note(n, f) for n, f in FACTS.items()})
    add([folder], settings)
    remove(["files/열쇠.md"], settings)
    [entry] = [entry for entry in status(settings).segments if entry.own]
    assert (entry.rows, entry.passages) == (4, 3)  # only no longer shown
    remove(["files/주차.md", "files/택배.md"], settings)
    [entry] = [entry for entry in status(settings).segments if entry.own]
    assert (entry.rows, entry.passages) == (1, 1)
    remove(["files/커피.md"], settings)
    assert not any(entry.own for entry in status(settings).segments)


def test_new_generation_shares_open_segments_and_frees_those_it_does_not_name(
    settings: Settings, tmp_path: Path
) -> None:
    folder = write_files(tmp_path / "files", **{n: note(n, f) for n, f in FACTS.items()})
    add([folder], settings)
    index = open_index(settings)
    segments = {shown.segment.path.name: shown.segment for shown in index._shown}
    own = next(entry for entry in status(settings).segments if entry.own)
    gone = weakref.ref(segments.pop(own.name))
    remove([folder], settings)
    newer = open_index(settings)
    assert [shown.segment for shown in newer._shown] == list(segments.values())
    del index
    gc.collect()
    assert gone() is None


def test_open_segment_whose_file_was_touched_is_not_trusted(
    settings: Settings, tmp_path: Path
) -> None:
    index = open_index(settings)
    [entry] = status(settings).segments
    path = segment_path(settings.index_directory, entry)
    assert is_open(path, entry)
    content = (path / "units.npy").read_bytes()
    (path / "units.npy").write_bytes(content)
    assert not is_open(path, entry)
    assert index.passages


def test_passages_are_parsed_only_when_they_are_asked_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.passages import Passage
    from index.reranking.second import MOST

    parsed: list[object] = []
    validate = Passage.model_validate_json

    def counted(row: bytes) -> Passage:
        parsed.append(row)
        return validate(row)

    monkeypatch.setattr(Passage, "model_validate_json", counted)
    index = open_index(settings)
    assert parsed == []
    index.search("고객센터 전화번호", 2)
    assert len(parsed) == MOST
