"""The process that ``isolate`` starts: a request a line in, an answer a line out, both JSON."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from corpus.errors import UnreadableFileError
from corpus.readers.assemble import File
from corpus.readers.dispatch import read_here
from corpus.readers.limits import Limits

_BROKEN = "파일이 손상되어 읽을 수 없습니다"
_HINT = "원본을 다시 받거나 다시 저장해 추가해 주세요."


def main() -> None:
    """Answer requests until the input ends."""
    logging.disable(logging.CRITICAL)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints breaks no answer
    for line in sys.stdin.buffer:
        answers.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
        answers.flush()


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The document, or the error as its sentence and hint."""
    file = File(Path(request["path"]), request["name"], request["shown"])
    root = None if request["root"] is None else Path(request["root"])
    limits = Limits(**request["limits"])
    _limit_memory(limits.max_memory_bytes)
    try:
        return {"document": read_here(file, root, limits).model_dump(mode="json")}
    except UnreadableFileError as error:
        return {"error": error.reason, "hint": error.hint}
    except MemoryError:
        told = "파일이 너무 복잡해서 메모리가 모자랍니다."
        return {"error": told, "hint": "여러 파일로 나누어 추가해 주세요."}
    except Exception as error:  # noqa: BLE001 - parsers raise anything on a damaged file
        return {"error": f"{_BROKEN}({type(error).__name__}).", "hint": _HINT}


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    soft = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


if __name__ == "__main__":
    main()
