"""Bytes to text: UTF-8, UTF-16 with a mark, and CP949 (the Korean Windows code page)."""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

from corpus.errors import UnreadableFileError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KOREAN = frozenset(
    {"euc-kr", "euckr", "ks_c_5601-1987", "ksc5601", "ks_c_5601", "cp949", "ms949", "uhc"}
)
# CP949 accepts many byte strings of other code pages; a Korean text is mostly Hangul beyond ASCII.
_LEAST_HANGUL = 0.5
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_HEAD = 4096  # bytes within which a page declares its encoding


def decode(data: bytes, path: Path) -> str:
    """``data`` as text in Unicode NFC, its lines ending in a line feed alone.

    Raises:
        UnreadableFileError: it is not text in an encoding that is known here.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, path)
    if b"\0" in data:
        raise _undecodable(path, "글자가 아닌 값이 들어 있습니다")
    try:
        return _tidy(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _korean(data, path, error)


def decode_page(data: bytes, path: Path) -> str:
    """The text of an HTML page: as it declares itself where that works, else as ``decode``.

    Raises:
        UnreadableFileError: it is not text in an encoding that is known here.
    """
    found = _DECLARED.search(data[:_HEAD])
    if found and not data.startswith(tuple(mark for mark, _ in _MARKS)):
        name = found.group(1).decode("ascii").lower()
        name = "cp949" if name in _KOREAN else name
        try:
            return _tidy(data.decode(name))
        except (UnicodeDecodeError, LookupError):  # a false declaration: judge by the bytes
            return decode(data, path)
    return decode(data, path)


def _strict(data: bytes, encoding: str, path: Path) -> str:
    try:
        return _tidy(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise _undecodable(path, f"{_line(error)}번째 줄이 깨져 있습니다") from error


def _korean(data: bytes, path: Path, utf8: UnicodeDecodeError) -> str:
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError as error:
        raise _undecodable(path, f"{_line(utf8)}번째 줄이 깨져 있습니다") from error
    beyond = [c for c in text if ord(c) > 127]
    hangul = sum("가" <= c <= "힣" or "ㄱ" <= c <= "ㅣ" for c in beyond)
    if hangul < _LEAST_HANGUL * len(beyond):
        raise _undecodable(path, "한국어 글자 인코딩이 아닙니다") from utf8
    return _tidy(text)


def _line(error: UnicodeDecodeError) -> int:
    return error.object[: error.start].count(b"\n") + 1


def _undecodable(path: Path, why: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"글자를 알아볼 수 없습니다({why}).",
        file=path,
        hint="파일을 UTF-8로 다시 저장해 주세요.",
    )


def _tidy(text: str) -> str:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines)
