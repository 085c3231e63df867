"""What cannot be read: one clear Korean sentence each, and no harm to the files after it."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from reader_files import archive, drawn, rewritten

import corpus
from corpus.readers import isolate

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def refusal(file: Path, **options: object) -> corpus.UnreadableFileError:
    with pytest.raises(corpus.UnreadableFileError) as caught:
        corpus.read(file, **options)  # type: ignore[arg-type]
    error = caught.value
    assert error.file == file
    assert str(error) == f"{file}: {error.reason} {error.hint}"
    for sentence in (error.reason, error.hint):
        assert re.fullmatch(r"[^\n]*[가-힣][^\n]*\.", sentence), sentence
    return error


def ole(stream: str) -> bytes:
    return OLE + stream.encode("utf-16-le")


def word() -> bytes:
    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("글입니다.")
    document.save(made)
    return made.getvalue()


def excel() -> bytes:
    made = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["가", "나"])
    book.save(made)
    return made.getvalue()


def zipped(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name in names:
            new.writestr(name, b"x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.docx", b"%PDF-1.7\n", r"확장자는 \.docx인데 내용은 PDF입니다"),
        ("a.pdf", word(), r"확장자는 \.pdf인데 내용은 Word 문서입니다"),
        ("a.xlsx", b"<!DOCTYPE html><table>", r"확장자는 \.xlsx인데 내용은 HTML입니다"),
        ("a.csv", b"\xef\xbb\xbf<html><table>", r"확장자는 \.csv인데 내용은 HTML입니다"),
        ("a.docx", excel(), r"확장자는 \.docx인데 내용은 Excel 통합 문서입니다"),
        ("a.txt", excel(), r"확장자는 \.txt인데 내용은 Excel 통합 문서입니다"),
        ("a.docx", zipped("b.txt"), r"확장자는 \.docx인데 내용은 압축 파일입니다"),
        ("a.docx", zipped("Contents/content.hpf"), "내용은 한글"),
        ("a.xlsx", zipped("ppt/presentation.xml"), "내용은 PowerPoint 문서입니다"),
        ("a.docx", ole("WordDocument"), r"내용은 옛 Word 문서\(\.doc\)입니다"),
        ("a.xlsx", ole("Workbook"), r"내용은 옛 Excel 문서\(\.xls\)입니다"),
        ("a.docx", ole("HwpSummaryInformation"), r"내용은 한글\(HWP\) 문서입니다"),
        ("a.docx", ole("EncryptedPackage"), "암호가 걸려 있어 읽을 수 없습니다"),
        ("a.xlsx", ole("none"), "내용은 알 수 없는 옛 오피스 문서입니다"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", "내용은 이미지입니다"),
        ("a.md", b"\xff\xd8\xff\xe0", "내용은 이미지입니다"),
        ("a.pdf", b"Just text.", r"확장자는 \.pdf인데 내용은 그 형식이 아닙니다"),
        ("a.docx", b"PK\x03\x04broken", "손상되어 열 수 없습니다"),
        ("a.docx", word()[:2000], "손상되어 열 수 없습니다"),
        ("a.xlsx", excel()[:2000], "손상되어 열 수 없습니다"),
        ("a.docx", rewritten(word(), {"word/document.xml": b"<w:document"}), "손상"),
        ("a.xlsx", rewritten(excel(), {"xl/workbook.xml": b"<workbook"}), "손상"),
        ("a.pdf", b"%PDF-1.7\n" + bytes(500), "손상"),
        ("a.hwp", b"x", r"한글\(HWP\) 문서는 읽지 못합니다"),
        ("a.doc", b"x", r"옛 Word 문서\(\.doc\)는 읽지 못합니다"),
        ("a.pptx", b"x", "PowerPoint 문서는 읽지 못합니다"),
        ("a.PNG", b"x", "이미지는 읽지 못합니다"),
        ("a.zip", b"x", "압축 파일은 읽지 못합니다"),
        ("a.exe", b"x", r"읽을 수 없는 형식입니다\(\.exe\)"),
        ("a", b"x", "확장자 없음"),
        ("a.md", b"", "파일이 비어 있습니다"),
        ("a.pdf", b" \n", "파일이 비어 있습니다"),
        ("a.txt", b" \n", "파일이 비어 있습니다"),
        ("a.html", b"<html><script>x</script></html>", "읽을 글자가 없습니다"),
        ("a.csv", b",,\n", "읽을 글자가 없습니다"),
        ("a.md", b"# \n", "읽을 글자가 없습니다"),
    ],
)
def test_each_kind_of_bad_file_has_its_sentence(
    tmp_path: Path, name: str, data: bytes, expected: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    assert re.search(expected, refusal(file).reason)


def test_hangul_files_are_told_to_become_pdf_or_docx(tmp_path: Path) -> None:
    file = tmp_path / "매뉴얼.hwp"
    file.write_bytes(ole("HwpSummaryInformation"))
    assert refusal(file).hint == "한컴오피스에서 PDF나 DOCX로 저장해 추가해 주세요."


def test_a_wrong_suffix_is_told_with_the_right_one(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(b"%PDF-1.7\n")
    assert refusal(file).hint == "확장자를 .pdf로 바꿔 주세요."


def test_a_missing_file_a_folder_and_a_pipe_are_refused_at_once(tmp_path: Path) -> None:
    assert "파일이 없어" in refusal(tmp_path / "gone.md").reason
    assert "파일이 없어" in refusal(tmp_path / "gone.pdf").reason
    (tmp_path / "folder.md").mkdir()
    assert "폴더" in refusal(tmp_path / "folder.md").reason
    os.mkfifo(tmp_path / "pipe.txt")
    assert "파이프" in refusal(tmp_path / "pipe.txt").reason
    (tmp_path / "device.txt").symlink_to("/dev/zero")
    assert "장치" in refusal(tmp_path / "device.txt").reason


def test_links_may_lead_anywhere_within_the_folder_and_not_out_of_it(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "a" / "in.md").write_text("안의 글입니다.", encoding="utf-8")
    (tmp_path / "out.md").write_text("밖의 글입니다.", encoding="utf-8")
    (root / "good.md").symlink_to("a/in.md")
    (root / "bad.md").symlink_to(tmp_path / "out.md")
    (root / "folder").symlink_to(tmp_path)
    (root / "loop.md").symlink_to("loop.md")
    assert corpus.read(root / "good.md", root=root)[0].text == "안의 글입니다."
    assert "폴더 밖" in refusal(root / "bad.md", root=root).reason
    assert "폴더 밖" in refusal(root / "folder" / "out.md", root=root).reason
    assert "자기 자신" in refusal(root / "loop.md", root=root).reason
    assert corpus.read(root / "bad.md")[0].text == "밖의 글입니다."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("글", encoding="utf-8")
    file.chmod(0)
    assert "권한" in refusal(file).reason


def test_permission_is_told_from_other_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.md"
    file.write_text("글", encoding="utf-8")

    def deny(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("corpus.readers.files.os.open", deny)
    assert refusal(file).reason == "읽을 권한이 없습니다."


def test_size_is_known_before_a_byte_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    with file.open("wb") as stream:
        stream.truncate(500 * 2**20)  # sparse: takes no room on disk
    assert refusal(file).reason == "파일이 너무 큽니다(500MB, 최대 200MB)."
    (tmp_path / "a.txt").write_text("가" * 100, encoding="utf-8")
    assert "300바이트" in refusal(tmp_path / "a.txt", limits=corpus.Limits(max_bytes=200)).reason


def test_a_zip_bomb_is_found_from_its_directory(tmp_path: Path) -> None:
    bomb = {"word/document.xml": bytes(30 * 2**20), "[Content_Types].xml": b"<Types/>"}
    file = archive(tmp_path / "a.docx", bomb)
    assert file.stat().st_size < 2**16
    limits = corpus.Limits(max_unpacked_bytes=20 * 2**20)
    assert "압축을 풀면 너무 커지는" in refusal(file, limits=limits).reason


def test_a_zip_whose_directory_lies_about_sizes_is_broken(tmp_path: Path) -> None:
    data = archive(tmp_path / "b.zip", {"word/document.xml": bytes(2**20)}).read_bytes()
    size = (2**20).to_bytes(4, "little")
    assert data.count(size) == 2  # the entry's own header, and the directory
    file = tmp_path / "a.docx"
    file.write_bytes(data.replace(size, (1000).to_bytes(4, "little")))
    assert "손상" in refusal(file).reason


def test_an_archive_with_a_password_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped("word/document.xml"))
    data[6] |= 1  # the flag of the entry
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    (tmp_path / "a.docx").write_bytes(data)
    assert "암호" in refusal(tmp_path / "a.docx").reason


def test_a_reader_that_hangs_or_dies_costs_its_file_alone(tmp_path: Path) -> None:
    file = drawn(tmp_path / "a.pdf", [(60, 700, "글입니다.", 10)])
    late = refusal(file, limits=corpus.Limits(max_seconds=0.001))
    assert "너무 오래 걸려" in late.reason
    assert "글입니다." in corpus.read(file)[0].text
    [worker] = isolate._idle
    worker._process.kill()
    worker._process.wait()
    assert "글입니다." in corpus.read(file)[0].text


def test_a_reader_that_dies_while_it_reads_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolate.close_workers()
    dying = (sys.executable, "-c", "import sys; sys.stdin.readline()")
    monkeypatch.setattr(isolate, "_COMMAND", dying)
    file = drawn(tmp_path / "a.pdf", [(60, 700, "글입니다.", 10)])
    assert "읽는 프로그램이 멈췄습니다" in refusal(file).reason
    assert isolate._idle == []


def test_memory_of_a_reader_is_bounded(tmp_path: Path) -> None:
    isolate.close_workers()
    file = drawn(tmp_path / "a.pdf", [(60, 700, "글입니다.", 10)])
    reason = refusal(file, limits=corpus.Limits(max_memory_bytes=2**20)).reason
    assert re.search("메모리|손상", reason)
    isolate.close_workers()


def test_a_worker_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    file = drawn(tmp_path / "a.pdf", [(60, 700, "글입니다.", 10)])
    code = (
        "import corpus, os, pathlib, sys\n"
        "corpus.read(pathlib.Path(sys.argv[1]))\n"
        "from corpus.readers import isolate\n"
        "print(isolate._idle[0]._process.pid, flush=True)\n"
        "os._exit(0)\n"  # no atexit: as if it had been killed
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    )
    worker = Path(f"/proc/{done.stdout.strip()}/cmdline")
    for _ in range(200):
        if not worker.exists() or b"worker" not in worker.read_bytes():
            return
        subprocess.run(["sleep", "0.05"], check=True)
    pytest.fail("the worker still runs")
