"""What a file really is: its bytes decide, its suffix has to agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from corpus.errors import UnreadableFileError
from corpus.readers import archive
from corpus.readers.files import empty

Kind = Literal["markdown", "text", "html", "pdf", "docx", "xlsx", "csv", "tsv"]

SUFFIXES: dict[str, Kind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".tsv": "tsv",
}
# Kinds whose bytes are told apart by a signature; the others are all text.
_BINARY: dict[str, tuple[str, str]] = {"pdf": ("PDF", ".pdf")}
_OFFICE = {"docx": ("Word 문서", ".docx"), "xlsx": ("Excel 통합 문서", ".xlsx")}
_KNOWN = {**_BINARY, **_OFFICE, "html": ("HTML", ".html")}

_AS_PDF = "PDF나 DOCX로 저장해 추가해 주세요."
_REFUSED: dict[str, tuple[str, str]] = {  # what it is, and the next step
    "hwp": ("한글(HWP) 문서", f"한컴오피스에서 {_AS_PDF}"),
    "hwpx": ("한글(HWPX) 문서", f"한컴오피스에서 {_AS_PDF}"),
    "doc": ("옛 Word 문서(.doc)", "Word에서 .docx로 저장해 추가해 주세요."),
    "xls": ("옛 Excel 문서(.xls)", "Excel에서 .xlsx로 저장해 추가해 주세요."),
    "xlsb": ("Excel 이진 통합 문서(.xlsb)", "Excel에서 .xlsx로 저장해 추가해 주세요."),
    "ppt": ("PowerPoint 문서", "PDF로 저장해 추가해 주세요."),
    "odf": ("OpenDocument 문서", "PDF, DOCX나 XLSX로 저장해 추가해 주세요."),
    "epub": ("전자책(EPUB)", "PDF나 HTML로 바꾸어 추가해 주세요."),
    "rtf": ("서식 있는 텍스트(RTF)", "Word에서 .docx로 저장해 추가해 주세요."),
    "zip": ("압축 파일", "압축을 풀어 안의 문서를 추가해 주세요."),
    "image": ("이미지", "글자를 복사할 수 있는 PDF나 문서로 바꾸어 추가해 주세요."),
    "ole": ("알 수 없는 옛 오피스 문서", "PDF, DOCX나 XLSX로 저장해 추가해 주세요."),
}
_REFUSED_SUFFIXES = {
    **dict.fromkeys((".hwp", ".hwt"), "hwp"),
    ".hwpx": "hwpx",
    ".doc": "doc",
    ".xls": "xls",
    ".xlsb": "xlsb",
    **dict.fromkeys((".ppt", ".pptx"), "ppt"),
    **dict.fromkeys((".odt", ".ods", ".odp"), "odf"),
    ".epub": "epub",
    ".rtf": "rtf",
    **dict.fromkeys((".zip", ".7z", ".rar", ".gz", ".tar", ".egg", ".alz"), "zip"),
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic"), "image"
    ),
}
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"HWP Document File", "hwp"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "zip"),
    (b"7z\xbc\xaf'\x1c", "zip"),
    (b"Rar!\x1a\x07", "zip"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (  # the stream that an old office file must have
    ("EncryptedPackage", "encrypted"),
    ("HwpSummaryInformation", "hwp"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
)
_PARTS = (  # the entry that an archive of the kind must have
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("ppt/presentation.xml", "ppt"),
    ("Contents/content.hpf", "hwpx"),
    ("Contents/header.xml", "hwpx"),
    ("META-INF/container.xml", "epub"),
    ("content.xml", "odf"),
)
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 1024  # a PDF may start within its first kilobyte


def by_suffix(path: Path) -> Kind:
    """The kind that the suffix promises.

    Raises:
        UnreadableFileError: no reader takes that suffix.
    """
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if suffix in _REFUSED_SUFFIXES:
        raise _refuse(path, _REFUSED_SUFFIXES[suffix])
    raise UnreadableFileError(
        f"읽을 수 없는 형식입니다({path.suffix or '확장자 없음'}).",
        file=path,
        hint="PDF, DOCX, XLSX, CSV, TSV, HTML, Markdown(.md), 텍스트(.txt)로 저장해 추가해 주세요.",
    )


def agree(kind: Kind, data: bytes, path: Path) -> None:
    """Check that ``data`` is what the suffix promised.

    Raises:
        UnreadableFileError: it is something else, encrypted, or a broken archive.
    """
    real = _real(data, path)
    if real == "encrypted":
        raise archive.encrypted(path)
    if real == kind or (real is None and kind not in ("pdf", "docx", "xlsx")):
        return
    suffix = path.suffix.lower()
    if real in _KNOWN:
        name, right = _KNOWN[real]
        raise UnreadableFileError(
            f"확장자는 {suffix}인데 내용은 {name}입니다.",
            file=path,
            hint=f"확장자를 {right}로 바꿔 주세요.",
        )
    if real in _REFUSED:
        name, hint = _REFUSED[real]
        raise UnreadableFileError(
            f"확장자는 {suffix}인데 내용은 {name}입니다.", file=path, hint=hint
        )
    if not data.strip():
        raise empty(path)
    raise UnreadableFileError(
        f"확장자는 {suffix}인데 내용은 그 형식이 아닙니다.",
        file=path,
        hint="파일이 손상되지 않았는지 확인하고 원본을 다시 받아 주세요.",
    )


def _refuse(path: Path, real: str) -> UnreadableFileError:
    name, hint = _REFUSED[real]
    subject = "은" if name.endswith(("책", "일")) else "는"
    return UnreadableFileError(f"{name}{subject} 읽지 못합니다.", file=path, hint=hint)


def _real(data: bytes, path: Path) -> str | None:
    """The kind that the bytes tell; None for text and for what is not known."""
    if data.startswith(b"PK\x03\x04"):
        return _in_archive(data, path)
    if data.startswith(_OLE):
        return next((k for s, k in _STREAMS if s.encode("utf-16-le") in data), "ole")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image"
    for signature, real in _SIGNATURES:
        if data.startswith(signature):
            return real
    if b"%PDF-" in data[:_HEAD]:
        return "pdf"
    return "html" if _HTML.match(data[:_HEAD]) else None


def _in_archive(data: bytes, path: Path) -> str:
    entries = archive.names(data, path)
    return next((real for part, real in _PARTS if part in entries), "zip")
