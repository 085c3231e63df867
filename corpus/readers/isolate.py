"""Read a file in a process of its own, so that a parser's crash or hang costs that file alone.

PDF, DOCX and XLSX go through native or very large parsers. A worker stays for the next file
(starting one takes half a second) and ends with this process, since its input ends then.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.errors import UnreadableFileError
from corpus.loader import ROOT
from corpus.model import Document
from corpus.readers.assemble import File
from corpus.readers.limits import Limits

_COMMAND = (sys.executable, "-P", "-m", "corpus.readers.worker")
_idle: list[_Worker] = []
_lock = threading.Lock()


def read_apart(file: File, root: Path | None, limits: Limits) -> Document:
    """What ``corpus.readers.worker`` reads from the file.

    Raises:
        UnreadableFileError: as the reader says, or since it took too long or broke down.
    """
    worker = _take()
    try:
        told = worker.ask(_request(file, root, limits), limits.max_seconds)
    except BaseException:  # also at Ctrl-C: its answer would be taken for the next file's
        worker.stop()
        raise
    if told is None:
        worker.stop()
        raise _broke_down(file, limits, late=worker.late)
    with _lock:
        _idle.append(worker)
    if "error" in told:
        raise UnreadableFileError(told["error"], file=file.path, hint=told["hint"])
    return Document.model_validate(told["document"])


def _request(file: File, root: Path | None, limits: Limits) -> dict[str, Any]:
    return {
        "path": str(file.path),
        "name": file.name,
        "shown": file.shown,
        "root": None if root is None else str(root),
        "limits": asdict(limits),
    }


def _broke_down(file: File, limits: Limits, *, late: bool) -> UnreadableFileError:
    if late:
        reason = f"읽는 데 너무 오래 걸려 멈췄습니다(최대 {limits.max_seconds:,.0f}초)."
    else:
        reason = "파일이 손상되어 읽는 프로그램이 멈췄습니다."
    hint = "다시 저장하거나 여러 파일로 나누어 추가해 주세요."
    return UnreadableFileError(reason, file=file.path, hint=hint)


class _Worker:
    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, [str(ROOT.parent), os.environ.get("PYTHONPATH")]))
        self.late = False
        self.owner = os.getpid()
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # parsers warn there of every oddity of a file
            env={**os.environ, "PYTHONPATH": path},
        )

    @property
    def alive(self) -> bool:
        return self.owner == os.getpid() and self._process.poll() is None

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """The answer; None when the process ended before it gave one."""
        assert self._process.stdin
        assert self._process.stdout
        timer = threading.Timer(seconds, self._too_late)
        timer.start()
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            return None
        finally:
            timer.cancel()
        return json.loads(line) if line.endswith(b"\n") else None

    def _too_late(self) -> None:
        self.late = True
        self._process.kill()

    def stop(self) -> None:
        """End the process and give back its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe and not pipe.closed:
                _close(pipe)


def _close(pipe: Any) -> None:  # noqa: ANN401 - a pipe of Popen
    try:
        pipe.close()
    except BrokenPipeError:  # a request that the ended process did not take
        return


def _take() -> _Worker:
    with _lock:
        while _idle:
            worker = _idle.pop()
            if worker.alive:
                return worker
            if worker.owner == os.getpid():
                worker.stop()
    return _Worker()


@atexit.register
def close_workers() -> None:
    """End the idle workers; the next file starts a new one."""
    with _lock:
        while _idle:
            worker = _idle.pop()
            if worker.owner == os.getpid():
                worker.stop()
