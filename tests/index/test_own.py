"""Own documents: added, changed, renamed, removed; nothing read or embedded twice; nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from own_files import PACKING, RETURNS, note, write_files
from tiny import Tree

import corpus
from assistant import Assistant
from assistant.settings import Settings
from corpus import IndexDamagedError, SettingsError
from corpus.loader import ROOT
from index import Index, add, build, own_files, remove, status, sync, verify
from index import open as open_index
from index.own import reading as own_reading
from index.own.registry import BACKUP
from index.storage import current, segment_path
from index.storage.manifest import MANIFEST

ROOM = "창고 열쇠"


@pytest.fixture
def settings(tiny_corpus: Tree, tiny_settings: Settings) -> Settings:
    """A data folder whose index holds the tiny corpus."""
    build(corpus.load(tiny_corpus()), tiny_settings, unanswered=[])
    return tiny_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(tmp_path / "files")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed."""
    names: list[str] = []
    read = corpus.read

    def counted(path: Path, **more: object) -> list[corpus.Document]:
        names.append(path.name)
        return read(path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(own_reading, "read", counted)
    return names


def titles(index: Index, query: str, k: int = 3) -> list[str]:
    return [hit.section for hit in index.search(query, k)]


def own_ids(settings: Settings) -> set[str]:
    return {name for name, one in open_index(settings).documents.items() if one.own}


# Adding


def test_added_file_is_found_cited_exactly_and_marked_as_own(
    settings: Settings, folder: Path
) -> None:
    outcome = add([folder], settings)
    assert (outcome.added, outcome.failed) == (["files/반품.md", "files/포장.md"], False)
    index = open_index(settings)
    [hit] = index.search("반품은 어느 주소로 보내나요", 1)
    assert (hit.section, hit.own, hit.source) == ("반품 주소", True, "files/반품.md")
    document = index.documents[hit.document_id]
    assert document.own
    assert document.text[hit.start : hit.end] == hit.text
    assert not any(found.own for found in index.search("고객센터 전화번호", 1))
    verify(settings)


def test_folders_are_searched_through_and_hidden_files_left_out(
    settings: Settings, tmp_path: Path
) -> None:
    folder = write_files(tmp_path / "files" / "안쪽", 열쇠=note(ROOM, "열쇠는 총무팀에 있습니다."))
    write_files(tmp_path / "files" / ".git", 설정=note("설정", "설정은 비밀입니다."))
    (folder / "~$열쇠.docx").write_bytes(b"lock")
    (folder / ".숨김.md").write_text(note("숨김", "숨긴 글입니다."), encoding="utf-8")
    outcome = add([tmp_path / "files"], settings)
    assert outcome.added == ["files/안쪽/열쇠.md"]
    assert outcome.problems == []


def test_patterns_name_files(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert add(["files/반*.md"], settings).added == ["반품.md"]
    assert add(["**/포*.md"], settings).added == ["포장.md"]
    missing = add(["files/없*.md"], settings)
    assert missing.failed
    assert "찾을 수 없습니다" in missing.problems[0].reason


def test_two_files_of_one_name_are_told_apart(settings: Settings, tmp_path: Path) -> None:
    one = write_files(tmp_path / "가", 메모=note("하나", "첫째 메모는 하나입니다."))
    two = write_files(tmp_path / "나", 메모=note("둘", "둘째 메모는 둘입니다."))
    assert add([one / "메모.md", two / "메모.md"], settings).added == ["메모.md", "나/메모.md"]
    assert own_ids(settings) == {"own:메모.md", "own:나/메모.md"}


def test_nothing_is_read_or_embedded_twice(
    settings: Settings, folder: Path, reads: list[str]
) -> None:
    first = add([folder], settings)
    assert first.embedded > 4
    before = status(settings)
    again = add([folder], settings)
    assert (again.unchanged, again.embedded, again.added) == (2, 0, [])
    assert sorted(reads) == ["반품.md", "포장.md"]
    assert status(settings).segments == before.segments


def test_changed_file_replaces_its_passages_and_embeds_only_what_changed(
    settings: Settings, folder: Path
) -> None:
    add([folder], settings)
    write_files(folder, 반품=RETURNS.replace("3,500원", "4,900원"))
    outcome = add([folder], settings)
    assert outcome.changed == ["files/반품.md"]
    assert outcome.embedded == 2  # the passage and the sentence that name the price
    index = open_index(settings)
    assert "4,900원" in index.search("우리 가게 반품 배송비", 1)[0].text
    assert not any("3,500원" in passage.text for passage in index.passages)
    assert own_ids(settings) == {"own:files/반품.md", "own:files/포장.md"}


def test_same_size_and_time_do_not_hide_a_change_right_after_adding(
    settings: Settings, folder: Path
) -> None:
    add([folder], settings)
    file = folder / "반품.md"
    times = file.stat()
    file.write_text(RETURNS.replace("3,500", "4,900"), encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert add([folder], settings).changed == ["files/반품.md"]


def test_duplicates_are_indexed_once_and_told(settings: Settings, folder: Path) -> None:
    shutil.copy(folder / "포장.md", folder / "포장 사본.md")
    outcome = add([folder], settings)
    assert outcome.duplicates == [("files/포장.md", "files/포장 사본.md")]
    assert len(own_ids(settings)) == 2
    remove(["files/포장 사본.md"], settings)
    [hit] = open_index(settings).search("유리컵 포장 칸막이 상자", 1)
    assert hit.source == "files/포장.md"


# Renaming and removing


def test_renamed_file_is_neither_read_nor_embedded_again(
    settings: Settings, folder: Path, reads: list[str]
) -> None:
    add([folder], settings)
    reads.clear()
    (folder / "포장.md").rename(folder / "도자기 포장법.md")
    outcome = add([folder], settings)
    assert outcome.renamed == [("files/포장.md", "files/도자기 포장법.md")]
    assert (outcome.embedded, reads) == (0, [])
    index = open_index(settings)
    [hit] = index.search("유리컵 포장 칸막이 상자", 1)
    assert (hit.title, hit.section) == ("도자기 포장법", "도자기 포장법")  # it has no heading
    assert hit.source == "files/도자기 포장법.md"
    document = index.documents[hit.document_id]
    assert document.path == hit.source
    assert document.text[hit.start : hit.end] == hit.text


def test_removed_file_is_gone_from_an_open_assistant_at_once(
    settings: Settings, folder: Path
) -> None:
    bot = Assistant(settings)
    add([folder], settings)
    assert bot.search("칸막이 상자는 어디 있나요", 1)[0].own
    known = bot.index.lexical.knows("에어캡")
    outcome = remove(["files/포장.md"], settings)
    assert outcome.removed == ["files/포장.md"]
    assert not any("칸막이" in hit.text for hit in bot.search("칸막이 상자는 어디 있나요", 50))
    assert (known, bot.index.lexical.knows("에어캡")) == (True, False)
    assert bot.index.speller.correct("칸막미") == "칸막미"  # the removed word mends nothing
    assert (folder / "포장.md").exists()


def test_files_are_removed_by_name_path_folder_and_pattern(
    settings: Settings, folder: Path
) -> None:
    for name in ("files/반품.md", str(folder / "반품.md"), "files/반*", str(folder / "반*.md")):
        add([folder], settings)
        assert remove([name], settings).removed == ["files/반품.md"], name
    add([folder], settings)
    assert len(remove([folder], settings).removed) == 2
    wrong = remove(["없는 이름"], settings)
    assert wrong.failed
    assert not wrong.published


def test_what_was_read_of_a_removed_file_is_forgotten(settings: Settings, folder: Path) -> None:
    add([folder], settings)
    assert len(list(settings.parsed_directory.iterdir())) == 2
    remove([folder], settings)
    assert list(settings.parsed_directory.iterdir()) == []


# The folder of the setting


def with_folder(settings: Settings, folder: Path) -> Settings:
    return settings.model_copy(update={"documents": folder})


def test_sync_follows_the_folder(settings: Settings, folder: Path) -> None:
    watching = with_folder(settings, folder)
    assert sync(watching).added == ["반품.md", "포장.md"]
    (folder / "반품.md").unlink()
    write_files(
        folder,
        포장=PACKING + "\n끈은 초록색입니다.\n",
        열쇠=note(ROOM, "열쇠는 총무팀에 있습니다."),
    )
    outcome = sync(watching)
    assert (outcome.added, outcome.changed, outcome.removed) == (
        ["열쇠.md"],
        ["포장.md"],
        ["반품.md"],
    )
    assert own_ids(settings) == {"own:열쇠.md", "own:포장.md"}
    assert sync(watching).removed == []


def test_missing_folder_removes_nothing(settings: Settings, folder: Path) -> None:
    sync(with_folder(settings, folder))
    shutil.rmtree(folder)
    with pytest.raises(SettingsError, match="내 문서 폴더가 없습니다"):
        sync(with_folder(settings, folder))
    assert len(own_ids(settings)) == 2
    assert sync(settings).removed == []


def test_file_that_was_added_by_itself_stays_when_it_vanishes(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    add([folder / "반품.md"], settings)
    (folder / "반품.md").unlink()
    watched = write_files(tmp_path / "watched", 열쇠=note(ROOM, "열쇠는 총무팀에 있습니다."))
    assert sync(with_folder(settings, watched)).removed == []
    assert own_ids(settings) == {"own:반품.md", "own:열쇠.md"}


def test_folder_that_cannot_be_entered_keeps_its_files(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = write_files(folder / "안쪽", 열쇠=note(ROOM, "열쇠는 총무팀에 있습니다."))
    watching = with_folder(settings, folder)
    sync(watching)
    scandir = os.scandir

    def refused(path: str) -> object:  # a test may run as root, whom no permission stops
        if Path(path) == inner:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    outcome = sync(watching)
    assert outcome.removed == []
    assert [problem.path for problem in outcome.problems] == [inner]
    assert "own:안쪽/열쇠.md" in own_ids(settings)


# Files that cannot be read


def test_each_bad_file_is_told_in_one_line_and_the_rest_is_indexed(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    (folder / "빈.md").write_bytes(b"")
    (folder / "그림.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "밖.md").write_text(note("밖", "밖에 있는 글입니다."), encoding="utf-8")
    (folder / "링크.md").symlink_to(tmp_path / "밖.md")
    (folder / "고리.md").symlink_to(folder / "고리.md")
    (folder / "위로").symlink_to(tmp_path)
    outcome = add([folder], settings)
    reasons = {problem.path.name: problem.reason for problem in outcome.problems}
    assert set(reasons) == {"빈.md", "그림.png", "링크.md", "고리.md", "위로"}
    assert "비어 있습니다" in reasons["빈.md"]
    assert "밖을 가리키는" in reasons["링크.md"]
    assert "밖을 가리키는" in reasons["위로"]
    assert all("\n" not in reason for reason in reasons.values())
    assert outcome.added == ["files/반품.md", "files/포장.md"]
    assert len(own_ids(settings)) == 2


def test_file_beyond_the_size_setting_is_not_opened(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "큰.md"
    with file.open("wb") as handle:
        handle.truncate(3 * 2**20)
    monkeypatch.setattr(own_reading, "content_key", lambda _: pytest.fail("it was read"))
    outcome = add([file], settings.model_copy(update={"max_file_mb": 2}))
    assert "너무 큽니다(3MB, 최대 2MB)" in outcome.problems[0].reason
    assert outcome.failed


def test_file_that_became_unreadable_keeps_its_former_passages(
    settings: Settings, folder: Path
) -> None:
    add([folder], settings)
    (folder / "반품.md").write_bytes(b"\x00\xff\x00\xfe" * 50)
    outcome = add([folder], settings)
    assert outcome.kept == ["files/반품.md"]
    assert "3,500원" in open_index(settings).search("우리 가게 반품 배송비", 1)[0].text
    [file] = [file for file in own_files(settings).files if file.name == "files/반품.md"]
    assert file.problem
    write_files(folder, 반품=RETURNS)
    assert add([folder], settings).kept == []
    assert not any(file.problem for file in own_files(settings).files)


# Interrupted, at the same time, damaged


def test_interrupted_update_goes_on_where_it_stopped(
    settings: Settings, folder: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedder._COMMIT_EVERY", 4)
    before = status(settings)

    def interrupt(stage: str, done: int, _all: int) -> None:
        if stage == "embed" and done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add([folder], settings, interrupt)
    assert status(settings) == before
    seen: list[tuple[str, int, int]] = []
    outcome = add([folder], settings, lambda *told: seen.append(told))
    elsewhere = settings.model_copy(update={"data": settings.data / "elsewhere"})
    assert outcome.embedded == add([folder], elsewhere).embedded - 8
    assert sorted(reads[:2]) == ["반품.md", "포장.md"]
    assert len(reads) == 4  # twice here, never again on resuming, and twice elsewhere
    assert ("read", 2, 2) in seen


def run_add(settings: Settings, file: Path) -> subprocess.CompletedProcess[str]:
    code = f"""
import pathlib, index
settings = index.IndexSettings(data=pathlib.Path({str(settings.data)!r}), build_threads=1)
print(index.add([{str(file)!r}], settings).added)
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT.parent)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )


def test_two_processes_that_add_at_once_both_succeed(settings: Settings, folder: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda file: run_add(settings, file), sorted(folder.iterdir())))
    assert [one.stdout.strip() for one in done] == ["['반품.md']", "['포장.md']"]
    assert own_ids(settings) == {"own:반품.md", "own:포장.md"}
    verify(settings)


def own_segment(settings: Settings) -> Path:
    [entry] = [entry for entry in status(settings).segments if entry.own]
    return segment_path(settings.index_directory, entry)


@pytest.mark.parametrize("name", ["units.npy", "documents.jsonl"])
def test_damaged_own_segment_is_named_and_made_again(
    settings: Settings, folder: Path, tiny_corpus: Tree, name: str
) -> None:
    add([folder], settings)
    add([folder], settings)  # the generation before has the same segment, or it would be used
    file = own_segment(settings) / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(IndexDamagedError) as caught:
        verify(settings)
    assert caught.value.file == file
    outcome = build(corpus.load(tiny_corpus(name="again")), settings, unanswered=[])
    assert (outcome.changed, outcome.embedded) == (True, 0)
    assert len(own_ids(settings)) == 2
    verify(settings)


def test_lost_index_is_made_again_with_all_own_files(
    settings: Settings, folder: Path, tiny_corpus: Tree
) -> None:
    add([folder], settings)
    shutil.rmtree(settings.index_directory)
    shutil.rmtree(folder)  # the files themselves are gone too
    assert (settings.data / BACKUP).is_file()
    build(corpus.load(tiny_corpus(name="again")), settings, unanswered=[])
    assert len(own_ids(settings)) == 2
    assert [file.name for file in own_files(settings).files] == ["files/반품.md", "files/포장.md"]


def test_file_of_a_damaged_generation_is_not_lost_with_it(
    settings: Settings, folder: Path, tiny_corpus: Tree
) -> None:
    add([folder / "반품.md"], settings)
    add([folder / "포장.md"], settings)
    (current(settings.index_directory) / MANIFEST).write_bytes(b"{}")
    shutil.rmtree(folder)
    build(corpus.load(tiny_corpus(name="again")), settings, unanswered=[])
    assert own_ids(settings) == {"own:반품.md", "own:포장.md"}


def test_other_chunk_size_cuts_own_files_anew(
    settings: Settings, folder: Path, tiny_corpus: Tree
) -> None:
    write_files(folder, 포장=PACKING + "\n상자 위에는 깨지기 쉽다는 빨간 스티커를 붙입니다.\n")
    add([folder], settings)
    other = settings.model_copy(update={"chunk_chars": 100})
    build(corpus.load(tiny_corpus(name="again")), other, unanswered=[])
    index = open_index(other)
    assert len(own_ids(other)) == 2
    assert len([p for p in index.passages if p.section == "포장"]) == 2


def test_built_in_corpus_can_be_left_out(settings: Settings, folder: Path) -> None:
    add([folder], settings)
    build([], settings, unanswered=[])
    index = open_index(settings)
    assert {passage.own for passage in index.passages} == {True}
    assert (index.has_own, index.has_corpus) == (True, False)
