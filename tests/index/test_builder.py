"""Building: only what changed is embedded, a cut-off build goes on, nothing half is published."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tiny import Tree

import corpus
from assistant.settings import Settings
from corpus import CorpusError, Document, StorageError
from corpus.loader import ROOT
from index import build, up_to_date
from index import open as open_index
from index.storage import current, segment_path, verify


@pytest.fixture
def documents(tiny_corpus: Tree) -> list[Document]:
    return corpus.load(tiny_corpus())


def built(documents: list[Document], settings: Settings, **more: Any) -> Any:
    return build(documents, settings, unanswered=[], **more)


def changed(document: Document) -> Document:
    """The document with another phone number; nothing moves."""
    return document.model_copy(update={"text": document.text.replace("1588-3819", "1588-0000")})


def test_manifest_tells_what_was_built(documents: list[Document], tiny_settings: Settings) -> None:
    result = built(documents, tiny_settings)
    manifest = verify(result.path)
    index = open_index(tiny_settings)
    assert result.changed
    assert result.path == current(tiny_settings.index_directory)
    assert set(manifest.documents) == {"support-phone", "order-delivery", "settlement-cycle"}
    assert manifest.passages == len(index.passages) == 6
    assert manifest.views == 6 + 6 + 2  # of each passage, its heading, and each question
    assert manifest.units == sum(len(passage.units) for passage in index.passages)
    assert manifest.dimension == index.encoder.dimension
    assert index.documents == {document.id: document for document in documents}


def test_second_build_does_nothing(documents: list[Document], tiny_settings: Settings) -> None:
    first = built(documents, tiny_settings)
    again = built(documents, tiny_settings)
    assert (again.changed, again.embedded, again.path) == (False, 0, first.path)


def test_only_changed_texts_are_embedded(
    documents: list[Document], tiny_settings: Settings
) -> None:
    seen: list[tuple[int, int]] = []
    whole = built(documents, tiny_settings)
    assert whole.embedded > 15
    edited = [changed(d) if d.id == "support-phone" else d for d in documents]
    again = built(edited, tiny_settings, progress=lambda *done: seen.append(done))
    assert again.changed
    assert again.embedded == 2  # the passage and the sentence that name the number
    assert seen == [(2, 2)]
    assert "1588-0000" in open_index(tiny_settings).search("고객센터 전화번호", 1)[0].text


def test_removed_document_is_found_no_more(
    documents: list[Document], tiny_settings: Settings
) -> None:
    built(documents, tiny_settings)
    rest = [document for document in documents if document.id != "support-phone"]
    assert built(rest, tiny_settings).embedded == 0
    hits = open_index(tiny_settings).search("고객센터 전화번호", 10)
    assert {hit.document_id for hit in hits} == {"order-delivery", "settlement-cycle"}


def test_interrupted_build_goes_on_where_it_stopped(
    documents: list[Document], tiny_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index import embedder

    monkeypatch.setattr(embedder, "_COMMIT_EVERY", 4)

    def interrupt(done: int, _all: int) -> None:
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        built(documents, tiny_settings, progress=interrupt)
    counted: list[int] = []
    result = built(documents, tiny_settings, progress=lambda _done, all_: counted.append(all_))
    whole = Settings(data=tiny_settings.data / "other", build_threads=1)
    assert result.embedded == counted[0] == built(documents, whole).embedded - 8


def test_vectors_do_not_depend_on_threads_or_order(
    documents: list[Document], tiny_settings: Settings
) -> None:
    two = Settings(data=tiny_settings.data / "two", build_threads=2)
    built(documents, tiny_settings)
    built(documents[::-1], two)
    for query in ("정산은 언제", "송장번호 수정"):
        one, other = (open_index(s).search(query, 6) for s in (tiny_settings, two))
        assert {(hit.passage_id, hit.score) for hit in one} == {
            (hit.passage_id, hit.score) for hit in other
        }


def test_damaged_cache_costs_time_only(documents: list[Document], tiny_settings: Settings) -> None:
    first = built(documents, tiny_settings)
    tiny_settings.cache_file.write_bytes(b"no database " * 1000)
    edited = [changed(document) for document in documents]
    assert built(edited, tiny_settings).embedded == first.embedded
    assert tiny_settings.cache_file.with_suffix(".damaged").exists()


@pytest.mark.parametrize(
    "setting", [{"chunk_chars": 100}, {"encoder": "…"}], ids=["chunk size", "encoder"]
)
def test_other_settings_make_another_index(
    documents: list[Document], tiny_settings: Settings, tiny_model: Path, setting: dict[str, Any]
) -> None:
    first = built(documents, tiny_settings)
    if "encoder" in setting:
        setting = {"encoder": str(tiny_model)}
    other = Settings(data=tiny_settings.data, **setting)
    assert built(documents, other).path != first.path


def test_up_to_date_follows_documents_and_damage(
    documents: list[Document], tiny_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = [corpus.Negative(kind="buyer", topic="buyer", text="환불해 주세요")]
    monkeypatch.setattr("index.builder.negatives", lambda: shipped)
    assert not up_to_date(documents, tiny_settings)
    build(documents, tiny_settings)
    assert up_to_date(documents, tiny_settings)
    monkeypatch.setattr("index.builder.negatives", list)
    assert not up_to_date(documents, tiny_settings)
    monkeypatch.setattr("index.builder.negatives", lambda: shipped)
    assert not up_to_date([changed(document) for document in documents], tiny_settings)
    assert not up_to_date(documents[1:], tiny_settings)
    (current(tiny_settings.index_directory) / "manifest.json").write_bytes(b"{}")
    assert not up_to_date(documents, tiny_settings)


def test_damaged_index_is_built_again(documents: list[Document], tiny_settings: Settings) -> None:
    first = built(documents, tiny_settings)
    entry = first.manifest.segments[0]
    (segment_path(tiny_settings.index_directory, entry) / "views.faiss").write_bytes(b"")
    again = built(documents, tiny_settings)
    assert (again.changed, again.embedded) == (True, 0)
    assert verify(again.path)


def test_two_documents_of_one_id_are_refused(
    documents: list[Document], tiny_settings: Settings
) -> None:
    twin = documents[0].model_copy(update={"path": "내 파일/memo.md"})
    with pytest.raises(CorpusError, match="같은 id를 쓰는 문서가 또 있습니다: support-phone") as e:
        built([*documents, twin], tiny_settings)
    assert e.value.file == Path("내 파일/memo.md")
    assert "guide/support-phone.md" in e.value.hint
    assert not tiny_settings.index_directory.exists()


def test_no_documents_make_an_empty_index(tiny_settings: Settings) -> None:
    built([], tiny_settings)
    assert open_index(tiny_settings).search("정산은 언제 되나요?", 5) == []


def test_text_with_odd_line_ends_survives(
    documents: list[Document], tiny_settings: Settings
) -> None:
    odd = documents[0].text.replace("1588-3819", "1588\u2028\x85819")
    one = documents[0].model_copy(update={"text": odd})
    built([one], tiny_settings)
    index = open_index(tiny_settings)
    assert index.documents["support-phone"].text == odd
    assert len(index.passages) == 2


def test_up_to_date_build_loads_no_kiwi(
    tiny_corpus: Tree, documents: list[Document], tiny_settings: Settings
) -> None:
    built(documents, tiny_settings)
    done = run_build(
        tiny_corpus(), tiny_settings, "import sys; print('kiwipiepy' in sys.modules, r.changed)"
    )
    assert done.stdout.split() == ["False", "False"]


def run_build(
    root: Path, settings: Settings, then: str = "", before: str = "", **more: Any
) -> subprocess.CompletedProcess[str]:
    """A builder in a process of its own; its result is ``r``."""
    code = f"""
    import pathlib, corpus, index
    {before}
    root, data = pathlib.Path({str(root)!r}), pathlib.Path({str(settings.data)!r})
    r = index.build(corpus.load(root), index.IndexSettings(data=data), unanswered=[])
    {then}
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT.parent)}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env=environment,
        check=not more.get("may_fail"),
        **{name: value for name, value in more.items() if name != "may_fail"},
    )


def test_two_builders_at_once_both_succeed(tiny_corpus: Tree, tiny_settings: Settings) -> None:
    roots = [
        tiny_corpus(),
        tiny_corpus({"guide/support-phone.md": None, "channels.yaml": None}, "b"),
    ]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda r: run_build(r, tiny_settings, "print(r.path.name)"), roots))
    names = {result.stdout.strip() for result in done}
    assert len(names) == 2
    newest = current(tiny_settings.index_directory)
    assert newest.name == max(names)
    for name in names:
        verify(newest.with_name(name))


def test_file_system_that_refuses_is_reported_in_one_sentence(
    tiny_corpus: Tree, documents: list[Document], tiny_settings: Settings
) -> None:
    """The kernel itself refuses: no file may grow beyond 8 KB, as on a full quota."""
    built(documents, tiny_settings)
    before = current(tiny_settings.index_directory)
    root = tiny_corpus({"guide/support-phone.md": None}, "less")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    done = run_build(root, tiny_settings, may_fail=True, preexec_fn=limit)
    assert done.returncode == 1
    assert "corpus.errors.StorageError: 검색 색인을 쓸 수 없습니다" in done.stderr
    assert current(tiny_settings.index_directory) == before
    assert (
        open_index(tiny_settings).search("고객센터 전화번호", 1)[0].document_id == "support-phone"
    )


def test_data_folder_that_is_a_file_is_reported(
    documents: list[Document], tiny_settings: Settings
) -> None:
    tiny_settings.data.write_text("not a folder", encoding="utf-8")
    with pytest.raises(StorageError, match="검색 색인을 쓸 수 없습니다"):
        built(documents, tiny_settings)
