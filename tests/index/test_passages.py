"""Chunking: exact spans, whole units, nothing lost and nothing twice."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_texts import markdown_texts
from tiny import Tree

import corpus
from corpus.loader import sections
from corpus.markdown import blocks
from index.lexical import analyzer
from index.passages import Passage, chunk


def document(text: str, **fields: object) -> corpus.Document:
    return corpus.Document(
        id="d", title="제목", category="order", text=text, sections=tuple(sections(text)), **fields
    )


def chunked(text: str, limit: int = 700) -> list[Passage]:
    return chunk(document(text), analyzer().sentences, limit)


@given(markdown_texts(), st.integers(min_value=20, max_value=400))
@settings(max_examples=60, deadline=None)
def test_passages_are_exact_whole_and_complete(text: str, limit: int) -> None:
    passages = chunked(text, limit)
    units = [unit for passage in passages for unit in passage.units]
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert len(passage.text) <= limit or len(passage.units) == 1
        for unit in passage.units:
            assert passage.start <= unit.start < unit.end <= passage.end
            if unit.kind != "row":
                assert unit.text == " ".join(text[unit.start : unit.end].split())
    assert [unit.start for unit in units] == sorted(unit.start for unit in units)
    assert all(one.end <= two.start for one, two in itertools.pairwise(units))
    wordings = [text[b.start : b.end] for b in blocks(text) if b.kind not in ("heading", "header")]
    covered = "".join(text[unit.start : unit.end] for unit in units)
    assert "".join(covered.split()) == "".join("".join(wordings).split())
    ids = [passage.id for passage in passages]
    assert len(set(ids)) == len(ids)
    assert chunked(text, limit) == passages


def test_a_section_is_cut_between_sentences_and_keeps_its_name() -> None:
    text = "# 제목\n\n## 절\n\n첫 문장입니다. 둘째 문장입니다. 셋째 문장입니다.\n"
    found = [(p.id, p.section, p.text) for p in chunked(text, limit=20)]
    assert found == [
        ("d#0.0", "절", "첫 문장입니다. 둘째 문장입니다."),
        ("d#0.1", "절", "셋째 문장입니다."),
    ]


def test_a_unit_longer_than_the_limit_stays_whole() -> None:
    long = "아주 " * 60 + "긴 문장입니다."
    found = [p.text for p in chunked(f"# 제목\n\n## 절\n\n짧습니다. {long}\n", limit=100)]
    assert found == ["짧습니다.", long]


def test_kinds_of_units_and_how_they_are_shown() -> None:
    text = (
        "# 제목\n\n## 절\n\n문장입니다.\n이어지는 문장입니다.\n\n- 항목\n  이어짐\n\n1. 순서\n\n"
        "| 구분 | 시점 | 비고 |\n|---|---|---|\n| 일반 | 다음 날 | 영업일 |\n| 빠른 | 당일 |  |\n\n"
        "관련 문서: [다른 문서](a.md)\n"
    )
    [passage] = chunked(text)
    assert [(unit.kind, unit.text) for unit in passage.units] == [
        ("sentence", "문장입니다."),
        ("sentence", "이어지는 문장입니다."),
        ("item", "항목 이어짐"),
        ("step", "순서"),
        ("row", "일반 – 시점: 다음 날, 비고: 영업일"),
        ("row", "빠른 – 시점: 당일, 비고: "),
        ("pointer", "관련 문서: [다른 문서](a.md)"),
    ]


def test_source_questions_and_aliases_of_the_section_travel_with_the_passage(
    tiny_corpus: Tree,
) -> None:
    delivery = next(d for d in corpus.load(tiny_corpus()) if d.id == "order-delivery")
    first, second = chunk(delivery, analyzer().sentences, 700)
    assert (first.id, second.id) == ("order-delivery#0.0", "order-delivery#1.0")
    assert (first.source, first.as_of) == ("도움말", "2025-03")
    assert first.questions == ("택배 번호 어디에 적어요?",)
    assert second.questions == ("번호를 틀리게 넣었어요",)
    assert first.aliases == (("송장", "운송장"),)
    assert first.embedded_text == f"송장 등록 > 송장번호 입력\n{first.text}"


def test_document_without_sources_cites_its_path() -> None:
    own = document("# 제목\n\n문장입니다.\n", path="/집/memo.md", own=True)
    [passage] = chunk(own, analyzer().sentences, 700)
    assert (passage.source, passage.as_of, passage.own) == ("/집/memo.md", "미상", True)


def test_document_without_text_has_no_passage() -> None:
    assert chunked("# 제목\n\n| 머리 | 만 |\n|---|---|\n") == []
    assert chunked("") == []


def test_every_passage_of_the_shipped_corpus_is_cited_exactly() -> None:
    for one in corpus.load():
        for passage in chunk(one, analyzer().sentences, 700):
            assert one.text[passage.start : passage.end] == passage.text
            assert len(passage.text) <= 700 or len(passage.units) == 1
            for unit in passage.units:
                assert not unit.text.startswith(("- ", "| ", "#"))
