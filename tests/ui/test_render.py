"""The page's HTML: everything escaped, every marker leads somewhere, every mark is exact."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_texts import markdown_texts
from pagetools import ATTACK, Reader, answer, channel, cite, document, hostile

from assistant import texts
from assistant.hours import KOREA
from corpus import Source, channels
from corpus.markdown import cells
from index.lexical import analyzer
from index.passages import chunk
from ui import labels
from ui.card import channel_card
from ui.document import render_document
from ui.labels import EXAMPLE_QUESTIONS
from ui.render import plain, render_answer, render_earlier, render_error, spoken
from ui.start import render_desk, render_examples

MONDAY = dt.datetime(2026, 11, 30, 9, 0, tzinfo=KOREA)


def rendered(given, *documents):
    found = {one.id: one for one in documents}
    return render_answer(given, found.__getitem__, 1)


# Escaping


def test_no_field_of_an_answer_can_bring_its_own_markup() -> None:
    made, source = hostile()
    read = Reader(rendered(made, source))
    assert {tag for tag, _ in read.tags}.isdisjoint({"script", "img", "iframe"})
    assert not [a for _, attrs in read.tags for a in attrs if a.startswith("on")]
    assert "<script" not in rendered(made, source)


@pytest.mark.parametrize(
    "fields",
    ["question", "quote", "title", "section", "source", "draft", "contact", "related"],
)
def test_what_looks_like_a_script_is_shown_as_text(fields: str) -> None:
    made, source = hostile()
    html = rendered(made, source)
    shown = {
        "question": '<h2 class="question"',
        "quote": '<mark data-quote="1">',
        "title": "data-title=",
        "section": '<span class="where">',
        "source": '<span class="meta">',
        "draft": "<pre>",
        "contact": f"<dt>{labels.CONTACT}</dt>",
        "related": 'class="chip"',
    }[fields]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html.split(shown, 1)[1][:400]


def test_a_script_in_an_unusable_question_is_shown_as_text() -> None:
    read = Reader(render_error(ATTACK, labels.CHECK_QUESTION, "너무 깁니다", 1))
    assert ATTACK in read.text
    assert "script" not in {tag for tag, _ in read.tags}


def test_a_script_in_an_earlier_question_is_shown_as_text() -> None:
    read = Reader(render_earlier([(1, ATTACK)]))
    assert read.text == labels.EARLIER + ATTACK


def test_html_in_a_document_is_text() -> None:
    read = Reader(
        render_document(document("## 절\n\n<b onclick=x>굵게</b>\n\n<div>상자</div>\n"), [])
    )
    assert {tag for tag, _ in read.tags} == {"article", "h2", "p"}
    assert "<b onclick=x>굵게</b>" in read.text


def test_only_web_addresses_become_links() -> None:
    source = document(
        "## 절\n\n[여기](javascript:alert(1)) 문장입니다.\n",
        sources=(Source(url="javascript:alert(1)", title="이름", as_of="2025"),),
    )
    html = render_document(source, [cite(1, source, "문장입니다.")])
    assert "href" not in html
    assert "이름" in html


# Markers


def test_markers_stand_only_where_a_citation_exists() -> None:
    source = document("## 절\n\n첫 문장입니다. 둘째 문장입니다.\n")
    given = answer(
        "첫 문장입니다. [1] 둘째입니다. [2] [0] [x]", (cite(1, source, "첫 문장입니다."),)
    )
    html = rendered(given, source)
    assert set(Reader(html).attribute("data-cite")) == {"1"}
    assert "둘째입니다. [2] [0] [x]" in Reader(html).text


def test_every_marker_of_a_list_leads_to_its_citation() -> None:
    source = document("## 절\n\n차례입니다.\n\n1. 하나\n2. 둘\n")
    given = answer(
        "차례입니다. [1]\n1. 하나 [2]\n2. 둘 [2]",
        (cite(1, source, "차례입니다."), cite(2, source, "하나\n2. 둘")),
    )
    read = Reader(rendered(given, source))
    assert read.attribute("data-cite") == ["1", "2", "2", "1", "2", "1"]  # text, then sources
    assert [tag for tag, _ in read.tags].count("ol") == 2  # the answer's and the document's


def test_each_cited_document_is_there_once_with_its_numbers() -> None:
    one, two = (document(f"## 절\n\n{x} 문장. 또 {x}.\n", id=x, title=f"제목 {x}") for x in "가나")
    given = answer(
        "가 [1] 나 [2] 또 [3]",
        (cite(1, one, "가 문장."), cite(2, two, "나 문장."), cite(3, one, "또 가.")),
    )
    read = Reader(rendered(given, one, two))
    templates = [attrs for tag, attrs in read.tags if tag == "template"]
    found = [(t["data-document"], t["data-title"], t["data-cites"]) for t in templates]
    assert found == [("가", "제목 가", "1 3"), ("나", "제목 나", "2")]


def test_each_turn_has_its_own_element_so_that_gradio_replaces_the_last_one_whole() -> None:
    source = document("## 절\n\n문장입니다.\n")
    given = answer("문장입니다. [1]", (cite(1, source, "문장입니다."),))
    roots = {
        Reader(html).tags[0][0]
        for html in (
            render_answer(given, {"d": source}.__getitem__, 1),
            render_error("질문", "제목", "말", 2),
            render_answer(given, {"d": source}.__getitem__, 3),
        )
    }
    assert roots == {"turn-1", "turn-2", "turn-3"}


# Marks in a document


def marked(text: str, *quotes: str) -> dict[int, list[str]]:
    source = document(text)
    found = [cite(n, source, quote) for n, quote in enumerate(quotes, 1)]
    return Reader(render_document(source, found)).quotes


def test_a_sentence_is_marked_exactly() -> None:
    text = "## 절\n\n앞 문장입니다. 3.3%를 'A/S'에 냅니다. 뒤 문장입니다.\n"
    assert marked(text, "3.3%를 'A/S'에 냅니다.") == {1: ["3.3%를 'A/S'에 냅니다."]}


def test_a_sentence_over_two_lines_is_marked_in_each() -> None:
    assert marked("## 절\n\n앞. 가나\n다라. 뒤.\n", "가나\n다라.") == {1: ["가나", "다라."]}


def test_steps_are_marked_without_their_numbers() -> None:
    text = "## 절\n\n1. 메뉴를 엽니다.\n2. 번호를\n   적습니다.\n3. 누릅니다.\n"
    quote = "메뉴를 엽니다.\n2. 번호를\n   적습니다."
    assert marked(text, quote) == {1: ["메뉴를 엽니다.", "번호를", "적습니다."]}


def test_a_table_row_is_marked_cell_by_cell() -> None:
    text = "## 절\n\n| 구분 | 시점 |\n|---|---|\n| 일반 \\| 빠른 | 다음 날 |\n| 넷 | 다섯 |\n"
    assert marked(text, "| 일반 \\| 빠른 | 다음 날 |") == {1: ["일반 | 빠른", "다음 날"]}


def test_a_table_without_outer_bars_is_marked_cell_by_cell() -> None:
    text = "## 절\n\n구분 | 시점\n---|---\n일반 | 다음 날\n"
    assert marked(text, "일반 | 다음 날") == {1: ["일반", "다음 날"]}


def test_code_and_quotations_keep_their_structure() -> None:
    text = "## 절\n\n> 인용\n> 둘째\n\n```\n코드 한 줄\n```\n"
    found = marked(text, "인용\n> 둘째", "```\n코드 한 줄\n```")
    assert found == {1: ["인용", "둘째"], 2: ["코드 한 줄"]}


def test_bold_words_stay_bold_inside_a_mark() -> None:
    source = document('## 절\n\n**"굵은"** 글은 **중요**\n')
    html = render_document(source, [cite(1, source, '**"굵은"** 글은 **중요**')])
    assert html.count("<strong>") == 2
    assert Reader(html).quotes == {1: ['"굵은" 글은 중요']}


def test_overlapping_quotes_are_both_exact() -> None:
    found = marked("## 절\n\n가 나 다 라.\n", "가 나 다", "나 다 라.")
    assert {n: "".join(parts) for n, parts in found.items()} == {1: "가 나 다", 2: "나 다 라."}


def test_private_characters_of_a_document_cannot_forge_marks() -> None:
    text = "## 절\n\n\ue000⸢가짜⸣\uf8ff 앞. 진짜 문장. 뒤.\n"
    assert marked(text, "진짜 문장.") == {1: ["진짜 문장."]}


@given(markdown_texts(), st.data())
@settings(max_examples=80, deadline=None)
def test_marks_hold_exactly_the_quoted_wording(text: str, data: st.DataObject) -> None:
    source = document(text)
    units = [u for p in chunk(source, analyzer().sentences, 400) for u in p.units]
    if not units:
        return
    chosen = data.draw(st.lists(st.sampled_from(units), min_size=1, max_size=5, unique=True))
    spans = [(unit.start, unit.end) for unit in chosen]
    found = [
        cite(n, source, "").model_copy(
            update={"start": start, "end": end, "quote": text[start:end]}
        )
        for n, (start, end) in enumerate(spans, 1)
    ]
    quotes = Reader(render_document(source, found)).quotes
    for n, unit in enumerate(chosen, 1):
        body = text[unit.start : unit.end]
        expected = cells(body) if unit.kind == "row" else [body]
        assert " ".join(quotes[n]).split() == " ".join(expected).split()


def test_marks_are_exact_for_every_unit_of_the_shipped_corpus(bot) -> None:
    for found in bot.index.documents.values():
        passages = chunk(found, analyzer().sentences, 700)
        units = [u for p in passages for u in p.units if u.kind != "pointer"]
        given = [
            cite(n, found, "").model_copy(update={"start": unit.start, "end": unit.end})
            for n, unit in enumerate(units, 1)
        ]
        quotes = Reader(render_document(found, given)).quotes
        for n, unit in enumerate(units, 1):
            body = found.text[unit.start : unit.end]
            expected = " ".join(cells(body)) if unit.kind == "row" else body
            assert " ".join(quotes[n]).split() == expected.split(), f"{found.id}: {body}"


# Words


def test_the_badge_and_the_next_opening_follow_the_channel() -> None:
    closed = Reader(channel_card(channel(open_now=False, next_open=MONDAY)))
    assert labels.BADGES["closed"] in closed.text
    assert "11월 30일(월) 09:00" in closed.text
    opened = Reader(channel_card(channel(open_now=True)))
    assert labels.BADGES["open"] in opened.text
    assert labels.NEXT_OPEN not in opened.text


def test_a_telephone_number_can_be_dialled() -> None:
    assert 'href="tel:15883819"' in channel_card(channel(contact="1588-3819"))


def test_the_copied_text_holds_question_answer_and_sources() -> None:
    source = document("## 절\n\n문장입니다.\n", title="문서")
    given = answer("문장입니다. [1]", (cite(1, source, "문장입니다."),), question=" 질문? ")
    assert plain(given) == (
        "질문?\n\n문장입니다. [1]\n\n출처\n[1] 문서 – 절 (도움말 · 2025-03 기준)"
    )


def test_the_spoken_answer_has_no_markers() -> None:
    source = document("## 절\n\n문장입니다.\n")
    assert spoken(answer("하나 [1]\n2. 둘 [1]", (cite(1, source, "문장입니다."),))) == "하나 2. 둘"


def test_nearest_topics_of_a_declined_question_stand_under_their_document() -> None:
    text = f"{texts.DECLINE['unknown']}\n{texts.DECLINE_NEAR}\n- 반품 – 반품 배송비\n- 이름만"
    html = rendered(answer(text))
    button = '<button type="button" class="topic" data-ask="반품 배송비">'
    named = f"<li>{button}<span>반품</span><b>반품 배송비</b></button></li>"
    assert f"{named}<li><b>이름만</b></li>" in html
    assert labels.DECLINED in html
    assert labels.COPY_ANSWER not in html


def test_the_desk_tells_who_answers_and_when() -> None:
    lunch = Reader(render_desk(channels(), dt.datetime(2026, 11, 25, 12, 20, tzinfo=KOREA)))
    assert lunch.text.count(labels.BADGES["closed"]) == 2
    assert lunch.text.count("오늘 13:00에 시작") == 2
    assert "1588-3819" in lunch.text
    morning = Reader(render_desk(channels(), dt.datetime(2026, 11, 25, 10, 0, tzinfo=KOREA)))
    assert morning.text.count(labels.BADGES["open"]) == 2
    assert morning.text.count("12:00까지 상담") == 2


def test_there_is_an_example_for_each_topic() -> None:
    asked = Reader(render_examples()).attribute("data-ask")
    assert asked == [example.question for example in EXAMPLE_QUESTIONS]
    assert len({example.category for example in EXAMPLE_QUESTIONS}) == 6


@pytest.mark.parametrize("example", EXAMPLE_QUESTIONS, ids=lambda example: example.category)
def test_every_example_is_answered_from_its_topic(bot, example) -> None:
    found = bot.answer(example.question)
    assert found.answered
    assert example.category in {citation.category for citation in found.citations}
