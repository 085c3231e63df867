"""The bytes of a seller's file, read without being led astray by links, pipes or sizes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from corpus.errors import UnreadableFileError
from corpus.readers.limits import MEGABYTE, Limits

# A pipe without a writer must not block; Windows has neither pipes nor this flag.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def fetch(path: Path, root: Path | None, limits: Limits) -> bytes:
    """Everything in a regular file.

    Args:
        path: the file.
        root: the folder that a symbolic link must not lead out of; None: anywhere.
        limits: ``max_bytes`` is checked before a byte is read.

    Raises:
        UnreadableFileError: the file is missing, no regular file, out of ``root``, not permitted,
            empty, too large or changed while it was read.
    """
    if root is not None:
        _stay_inside(path, root)
    try:
        return _read(path, limits)
    except OSError as error:
        raise _refused(path, error) from error


def _stay_inside(path: Path, root: Path) -> None:
    try:
        inside = path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError) as error:  # a link that leads to itself
        raise UnreadableFileError(
            "바로 가기(심볼릭 링크)가 자기 자신으로 이어져 읽을 수 없습니다.",
            file=path,
            hint="링크를 지우고 파일을 직접 넣어 주세요.",
        ) from error
    if not inside:
        raise UnreadableFileError(
            "문서 폴더 밖을 가리키는 바로 가기(심볼릭 링크)여서 읽지 않았습니다.",
            file=path,
            hint="파일을 문서 폴더 안에 복사해 주세요.",
        )


def _read(path: Path, limits: Limits) -> bytes:
    descriptor = os.open(path, _FLAGS)
    try:
        before = os.fstat(descriptor)
        _check(path, before, limits)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            data = stream.read(limits.max_bytes + 1)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if len(data) != before.st_size or after.st_mtime_ns != before.st_mtime_ns:
        raise UnreadableFileError(
            "읽는 동안 파일이 바뀌었습니다.", file=path, hint="저장이 끝난 뒤 다시 추가해 주세요."
        )
    return data


def _check(path: Path, status: os.stat_result, limits: Limits) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableFileError(
            "파일이 아니라 폴더입니다.", file=path, hint="폴더 안의 파일을 지정해 주세요."
        )
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFileError(
            "일반 파일이 아니어서(파이프나 장치) 읽을 수 없습니다.",
            file=path,
            hint="문서 파일을 지정해 주세요.",
        )
    if status.st_size > limits.max_bytes:
        raise UnreadableFileError(
            f"파일이 너무 큽니다({_size(status.st_size)}, 최대 {_size(limits.max_bytes)}).",
            file=path,
            hint="여러 파일로 나누어 추가해 주세요.",
        )
    if status.st_size == 0:
        raise empty(path)


def empty(path: Path) -> UnreadableFileError:
    """The error for a file with nothing in it to read."""
    return UnreadableFileError(
        "파일이 비어 있습니다.", file=path, hint="내용이 있는 파일인지 확인해 주세요."
    )


def _size(count: int) -> str:
    if count < MEGABYTE:
        return f"{count:,}바이트"
    return f"{count / MEGABYTE:,.0f}MB"


def _refused(path: Path, error: OSError) -> UnreadableFileError:
    if isinstance(error, PermissionError):
        return UnreadableFileError(
            "읽을 권한이 없습니다.", file=path, hint="파일의 읽기 권한을 확인해 주세요."
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UnreadableFileError(
            "파일이 없어 읽을 수 없습니다.",
            file=path,
            hint="옮기거나 지운 파일이 아닌지 확인해 주세요.",
        )
    return UnreadableFileError(
        f"읽을 수 없습니다({error.strerror}).",
        file=path,
        hint="디스크나 네트워크 폴더의 상태를 확인해 주세요.",
    )
