"""Searching the shipped corpus and tiny ones: the right section first, whoever asks and how."""

from __future__ import annotations

import math
import shutil
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tiny import Tree

import corpus
from assistant import Assistant
from assistant.settings import Settings
from corpus import EncoderError, IndexDamagedError, IndexMissingError, QuestionError
from index import Context, Hit, Index, build
from index import open as open_index
from index.embedder import Embedder, Role, Text
from index.encoders import encoder_of
from index.segment import soft_maxima, soft_maximum
from index.storage import current, read_manifest, segment_path

Vectors = Callable[..., NDArray[np.float32]]
QUESTIONS = [
    "정산은 언제 되나요?",
    "송장번호를 잘못 입력했어요",
    "톡톡상담은어디서하는거예요",
    "스토어 이름 바꾸기",
    "반품 배송비는 누가 내요",
    "페널티 점수는 언제 없어지나요",
    "원격지원 받으려면 뭐가 필요해요",
    "부가세 신고 자료는 어디서 받아요",
]


@pytest.fixture(scope="module")
def index(bot: Assistant) -> Index:
    return bot.index


@pytest.fixture(scope="module")
def vectors(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Vectors:
    """The vectors that a build gives texts: those that ship, else made anew."""
    settings = Settings(data=tmp_path_factory.mktemp("vectors"))

    def made(role: Role, *texts: str) -> NDArray[np.float32]:
        with Embedder(settings, index.encoder) as embedder:
            return embedder.embed([Text(text, role) for text in texts], lambda *_: None)

    return made


def first(hits: list[Hit]) -> list[str]:
    return [hit.document_id for hit in hits]


@pytest.mark.parametrize(
    ("question", "document", "section"),
    [
        ("톡톡상담은어디서하는거예요", "support-talktalk", "톡톡"),
        ("고객센터 전화번호", "support-phone", "전화번호"),
        ("원격지원 메뉴가 어디 있어요?", "support-remote", "메뉴 위치"),
        ("1:1 문의 답변은 언제 오나요", "support-inquiry", "답변"),
        ("정산은 언제 되나요?", "settlement-cycle", ""),
        ("점심시간에도 전화 받나요", "support-phone", ""),
    ],
)
def test_question_of_a_seller_finds_its_section_among_the_first(
    index: Index, question: str, document: str, section: str
) -> None:
    hits = index.search(question, 3)
    assert any(h.document_id == document and section in h.section for h in hits), [
        (h.document_id, h.section) for h in hits
    ]


def test_mistyped_question_finds_the_same_after_correction(index: Index) -> None:
    mended = index.speller.correct("고객쎈터 저놔번호")
    assert index.search(mended, 1)[0].document_id == "support-phone"


@pytest.mark.parametrize(
    ("question", "category"),
    [
        ("정산 주기", "settlement"),
        ("빠른정산 신청", "settlement"),
        ("반품 접수된 건 어떻게 처리해요", "order"),
        ("상품 옵션 추가하는 법", "product"),
        ("알림받기 고객에게 메시지 보내기", "marketing"),
        ("톡톡 상담 시간", "support"),
    ],
)
def test_first_hits_are_of_the_topic_asked_about(
    index: Index, question: str, category: str
) -> None:
    """Precision: what shares a word with the question must not come before its topic."""
    first, second = index.search(question, 2)
    assert first.category == category
    # The guide's section on the manual of that very category is on its topic as well.
    manual = second.document_id == "support-manual" and question.split()[0] in second.section
    assert second.category == category or manual


def test_hits_are_cited_exactly_and_ordered(index: Index) -> None:
    for question in QUESTIONS:
        hits = index.search(question, 10)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert len({hit.passage_id for hit in hits}) == 10
        for hit in hits:
            assert index.documents[hit.document_id].text[hit.start : hit.end] == hit.text
            assert index.passage(hit.passage_id).section == hit.section
            assert hit.source


def test_category_keeps_the_order_and_drops_the_rest(index: Index) -> None:
    whole = index.search("배송비", len(index.passages))
    filtered = index.search("배송비", len(index.passages), category="policy")
    assert filtered == [hit for hit in whole if hit.category == "policy"]
    assert filtered


def test_more_hits_than_passages_are_all_passages(index: Index) -> None:
    hits = index.search("정산", 10**6)
    assert {hit.passage_id for hit in hits} == {passage.id for passage in index.passages}
    assert len(hits) == len(index.passages)


@pytest.mark.parametrize("k", [0, -1])
def test_no_hits_cannot_be_asked_for(index: Index, k: int) -> None:
    with pytest.raises(QuestionError, match="1 이상"):
        index.search("정산", k)


@pytest.mark.parametrize("query", ["", " ", "?!", "ㅋㅋㅋ", "\U0001f600", "a" * 5000, "\x00"])
def test_query_without_words_still_gets_an_order(index: Index, query: str) -> None:
    hits = index.search(query, 3)
    assert len(hits) == 3
    assert all(np.isfinite(hit.score) for hit in hits)


def test_spacing_and_form_of_a_query_hardly_matter(index: Index) -> None:
    question = "구매확정은 언제 되나요"
    hits = index.search(question, 5)
    spaced = index.search("구매 확정은 언제 되나요", 5)
    assert len({hit.passage_id for hit in hits} & {hit.passage_id for hit in spaced}) >= 4
    assert index.search(unicodedata.normalize("NFD", question), 5) == hits


def test_eight_threads_find_what_one_finds(index: Index) -> None:
    alone = [index.search(question, 5) for question in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: index.search(q, 5), QUESTIONS * 8))
    assert together == alone * 8


def test_scores_are_made_of_their_parts(index: Index, vectors: Vectors) -> None:
    """Each part against the slow way: one cosine, one passage at a time."""
    retrieval = index.retrieve("송장번호 수정", 5)
    for found in retrieval.found:
        vector = vectors("passage", found.passage.embedded_text)[0]
        assert float(vector @ retrieval.vector) == pytest.approx(found.text, abs=1e-4)
        asked = vectors("query", *found.passage.questions)
        best = max(float(one @ retrieval.vector) for one in asked)
        assert found.question >= best - 1e-4
        units = vectors("passage", *(unit.text for unit in found.passage.units))
        scores = index.unit_scores(found.passage, retrieval.vector)
        np.testing.assert_allclose(scores, units @ retrieval.vector, atol=1e-4)


def test_what_was_said_before_moves_the_search_by_its_weight(index: Index) -> None:
    def first(weight: float) -> str:
        context = Context("쿠폰은 어디서 만들어요?", weight)
        return index.retrieve("고객센터 전화번호", 1, context=context).found[0].passage.document_id

    alone = index.retrieve("고객센터 전화번호", 1).found[0].passage.document_id
    assert first(0.0) == alone
    together = index.retrieve("쿠폰은 어디서 만들어요? 고객센터 전화번호", 5)
    leaning = index.retrieve(
        "고객센터 전화번호", 5, context=Context("쿠폰은 어디서 만들어요?", 1.0)
    )
    np.testing.assert_allclose(leaning.vector, together.vector, atol=1e-5)
    assert [one.passage.id for one in leaning.found] == [one.passage.id for one in together.found]


def test_a_soft_maximum_is_a_little_above_the_greatest() -> None:
    assert soft_maximum(np.array([0.5], np.float32)) == pytest.approx(0.5)
    crowd = soft_maximum(np.array([0.5, 0.5, 0.1], np.float32))
    assert crowd == pytest.approx(0.5 + math.log(2 + math.exp(-8)) / 20, abs=1e-6)
    assert soft_maximum(np.empty(0, np.float32)) == -1.0


def test_a_near_miss_is_nearer_to_what_is_not_answered(index: Index) -> None:
    negative = next(one for one in corpus.negatives() if one.kind == "near")
    found = index.retrieve(negative.text, 1)
    assert found.outside["near"] == pytest.approx(1.0, abs=1e-4)
    assert found.crowd_gap > found.crowd
    assert found.topic_gap > found.near
    answered = index.retrieve("고객센터 전화번호가 뭐예요?", 1)
    assert answered.near > answered.topic_gap


def test_the_soft_maxima_of_runs_are_those_of_each_run_alone() -> None:
    cosines = np.array([0.5, 0.2, 0.9, 0.9, 0.1, -1.0], np.float32)
    starts = np.array([0, 2, 5])
    greatest = np.maximum.reduceat(cosines, starts)
    runs = (cosines[:2], cosines[2:5], cosines[5:])
    expected = [soft_maximum(run) for run in runs]
    np.testing.assert_allclose(soft_maxima(cosines, starts, greatest), expected, atol=1e-6)


def test_every_part_of_a_score_is_what_its_vectors_say(index: Index, vectors: Vectors) -> None:
    vector = index.encoder.encode_query("송장 번호를 잘못 넣었어요")
    parts = index.parts(vector, [])
    for number in (0, 100, len(index.passages) - 1):
        passage = index.passages[number]
        text = vectors("passage", passage.embedded_text)[0]
        assert parts.text[number] == pytest.approx(float(text @ vector), abs=1e-4)
        assert parts.unit[number] == pytest.approx(
            float(index.unit_scores(passage, vector).max()), abs=1e-5
        )
        asked = index.question_scores(passage, vector)
        assert parts.views[number] == len(asked) + 1
        assert parts.near[number] >= parts.question[number] >= asked.max(initial=-1.0) - 1e-6


def test_neighbours_are_the_rest_of_the_document(index: Index) -> None:
    passage = index.search("고객센터 전화번호", 1)[0]
    found = index.neighbours(index.passage(passage.passage_id))
    assert {one.document_id for one in found} == {passage.document_id}
    assert passage.passage_id not in {one.id for one in found}


# Opening


def segments_of(generation: Path) -> list[Path]:
    entries = read_manifest(generation).segments
    return [segment_path(generation.parent, entry) for entry in entries]


def make(tiny_corpus: Tree, settings: Settings, *, new: bool = False) -> Path:
    documents = corpus.load(tiny_corpus(name="made"))
    if new:
        documents = [
            d.model_copy(update={"text": d.text.replace("1588-3819", "1588-0000")})
            for d in documents
        ]
    return build(documents, settings, unanswered=[]).path


def test_nothing_built_is_said(tiny_settings: Settings) -> None:
    with pytest.raises(IndexMissingError, match="index build"):
        open_index(tiny_settings)


def test_damaged_index_is_named_and_the_one_before_it_answers(
    tiny_corpus: Tree, tiny_settings: Settings
) -> None:
    old = make(tiny_corpus, tiny_settings)
    new = make(tiny_corpus, tiny_settings, new=True)
    (segments_of(new)[0] / "views.faiss").write_bytes(b"\x00" * 100)
    with pytest.warns(RuntimeWarning, match=r"views\.faiss"):
        index = open_index(tiny_settings)
    assert (index.path, index.pointer) == (old, new)
    assert "1588-3819" in index.search("고객센터 전화번호", 1)[0].text
    shutil.rmtree(old)
    with pytest.raises(IndexDamagedError, match=r"views\.faiss"):
        open_index(tiny_settings)


def test_no_native_reader_sees_a_damaged_file(
    tiny_corpus: Tree, tiny_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import faiss

    path = make(tiny_corpus, tiny_settings)
    monkeypatch.setattr(faiss, "read_index", lambda _: pytest.fail("faiss read it"))
    folders = [path, *segments_of(path)]
    for file in sorted(file for folder in folders for file in folder.rglob("*") if file.is_file()):
        good = file.read_bytes()
        file.write_bytes(good[:-1] if good else b"?")
        with pytest.raises(IndexDamagedError) as caught:
            open_index(tiny_settings)
        assert caught.value.file == file
        file.write_bytes(good)


def test_open_reader_goes_on_across_builds_and_a_new_query_sees_the_new_one(
    tiny_corpus: Tree, tiny_settings: Settings
) -> None:
    first_path = make(tiny_corpus, tiny_settings)
    bot = Assistant(tiny_settings)
    reader = open_index(tiny_settings)
    assert "1588-3819" in bot.search("고객센터 전화번호", 1)[0].text
    make(tiny_corpus, tiny_settings, new=True)
    make(tiny_corpus, Settings(data=tiny_settings.data, chunk_chars=100))
    make(tiny_corpus, tiny_settings, new=True)
    assert not first_path.exists()
    assert "1588-0000" in bot.search("고객센터 전화번호", 1)[0].text
    [hit] = reader.search("고객센터 전화번호", 1)
    assert "1588-3819" in hit.text
    assert "1588-3819" in reader.documents["support-phone"].text  # read only now
    assert reader.speller.correct("고객센터") == "고객센터"
    assert reader.unit_scores(reader.passage(hit.passage_id), np.ones(384, np.float32)).any()


def test_index_pruned_while_it_is_opened_is_opened_anew(
    tiny_corpus: Tree, tiny_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index import opening

    make(tiny_corpus, tiny_settings)
    checked = opening.require_same

    def overtaken(*args: object) -> None:
        monkeypatch.setattr(opening, "require_same", checked)
        old = current(tiny_settings.index_directory)
        make(tiny_corpus, tiny_settings, new=True)
        for folder in [*segments_of(old), old]:
            shutil.rmtree(folder)

    monkeypatch.setattr(opening, "require_same", overtaken)
    assert "1588-0000" in open_index(tiny_settings).search("고객센터 전화번호", 1)[0].text


def test_opening_twice_shares_one_encoder(tiny_corpus: Tree, tiny_settings: Settings) -> None:
    make(tiny_corpus, tiny_settings)
    elsewhere = Settings(data=tiny_settings.data / "elsewhere")
    assert open_index(tiny_settings).encoder is open_index(tiny_settings).encoder
    assert encoder_of(elsewhere) is encoder_of(tiny_settings)


def test_index_of_another_model_is_not_searched(
    tiny_corpus: Tree, tiny_settings: Settings, tiny_model: Path
) -> None:
    make(tiny_corpus, tiny_settings)
    other = Settings(data=tiny_settings.data, encoder=str(tiny_model))
    with pytest.raises(EncoderError, match="모델로 만들었는데 지금 설정은") as caught:
        open_index(other)
    assert str(tiny_model) in str(caught.value)
    assert "다시 만들어" in caught.value.hint
