"""What a training reads: folders that come back as written, dev sets that no training touches."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import corpus
from index.embedding import prepared, training_data
from index.embedding.dev_sets import EVALS
from index.embedding.prepare import article_items, sentence_spans
from index.embedding.training_data import (
    DEV_HASHES,
    HEADINGS,
    TITLES,
    articles,
    held_out,
    help_items,
    sections,
)


def same(text: str) -> str:
    """A text without spaces and signs, so that small changes do not hide a copy."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def test_a_prepared_folder_comes_back_as_written(folder: Path, tmp_path: Path) -> None:
    data = prepared.read(folder)
    prepared.write(tmp_path, data)
    assert prepared.read(tmp_path) == data
    assert prepared.fingerprints(tmp_path) == prepared.fingerprints(folder)


def test_fingerprints_follow_the_data(folder: Path, tmp_path: Path) -> None:
    data = prepared.read(folder)
    prepared.write(tmp_path, data)
    prepared.write_lines(tmp_path / prepared.PAIRS, [["가", "나", "가"]])
    changed = prepared.fingerprints(tmp_path)
    differing = {n for n, v in prepared.fingerprints(folder).items() if v != changed[n]}
    assert differing == {prepared.PAIRS}


def test_held_out_articles_and_questions_are_in_no_training_item() -> None:
    dev = articles(dev=True)
    assert len(dev) == 300
    trained = article_items()
    texts = {same(item.text) for item in trained}
    questions = {same(query) for item in trained for query in (*item.queries, *item.near)}
    for written in sections().values():
        questions |= {same(query) for query in (*written.questions, *written.near)}
    for document in corpus.load():
        questions |= {same(text) for asked in document.questions.values() for text in asked}
    for article in dev:
        assert same(article.text) not in texts
        asked = {same(question) for question in (*article.questions, *article.near)}
        assert not asked & questions


def test_no_question_of_the_evaluation_sets_is_in_a_training_file() -> None:
    evaluated = set()
    for name in ("dev", "test"):
        lines = (EVALS / "questions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        evaluated |= {same(json.loads(line)["question"]) for line in lines}
    assert len(evaluated) > 500
    trained = [query for item in article_items() for query in (*item.queries, *item.near)]
    trained += [q for one in sections().values() for q in (*one.questions, *one.near)]
    assert [query for query in trained if same(query) in evaluated] == []


def test_what_was_written_names_sections_that_exist() -> None:
    places = {
        (document.id, section.heading)
        for document in corpus.load()
        for section in document.sections
    }
    assert [place for place in sections() if place not in places] == []


def test_help_pages_are_split_by_their_path(tmp_path: Path) -> None:
    paths = [f"docs/page-{number}.md" for number in range(300)]
    rows = [{"query": p, "passage": p, "src": "s", "path": p} for p in paths]
    for name in (HEADINGS, TITLES):
        text = "\n".join(json.dumps(row) for row in rows)
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))
    dev = {item.query for item in help_items(tmp_path, dev=True)}
    rest = {item.query for item in help_items(tmp_path)}
    assert dev
    assert dev == {path for path in paths if held_out(path)}
    assert rest == {*paths} - dev
    assert [*DEV_HASHES] == [3, 4, 5]


def test_training_outside_the_repository_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(training_data, "ARTICLES", tmp_path)
    with pytest.raises(corpus.EncoderError, match="학습용 글이 없습니다"):
        articles()


def test_spans_are_whole_sentences_of_texts_with_several() -> None:
    assert sentence_spans("한 문장만 있는 글입니다.") == ()
    text = "첫 문장은 이만큼 길게 씁니다. 둘째 문장도 그만큼 깁니다. 셋째 문장은 끝에 있습니다."
    spans = sentence_spans(text)
    assert spans
    for start, end in spans:
        assert text[start:end].rstrip().endswith("니다.")
