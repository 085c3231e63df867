"""Find the files that a seller means: files, folders with all that is in them, patterns."""

from __future__ import annotations

import glob
import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_TEMPORARY = ("~$", ".~lock")  # beside an open document
_SYSTEM = frozenset({"thumbs.db", "desktop.ini"})

NOT_FOUND = "파일이나 폴더를 찾을 수 없습니다."
LEADS_OUT = "문서 폴더 밖을 가리키는 바로 가기(심볼릭 링크)여서 읽지 않았습니다."
NO_FOLDER = "폴더를 열 수 없습니다({reason})."
ODD_NAME = "파일 이름의 글자를 읽을 수 없습니다. 이름을 바꿔 주세요."


@dataclass(frozen=True)
class Candidate:
    """A file that may be indexed; ``root`` is the folder that it was found in, if in one."""

    path: Path
    name: str
    root: Path | None = None
    watched: bool = False


@dataclass(frozen=True)
class Problem:
    """Why a file or folder is not indexed, in one Korean sentence."""

    path: Path
    reason: str


@dataclass
class Scan:
    """What was found; ``closed`` are folders that could not be looked into."""

    candidates: list[Candidate] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    closed: list[Path] = field(default_factory=list)

    def may_hold(self, path: Path) -> bool:
        """Whether ``path`` may be there without having been seen."""
        return any(path.is_relative_to(folder) for folder in self.closed)


def scan(paths: Iterable[str | Path]) -> Scan:
    """The files that are meant by files, folders and patterns (``manuals/**/*.pdf``)."""
    found = Scan()
    for path in (one for given in paths for one in _expanded(given, found)):
        if path.is_dir():
            _walk(path, f"{path.name}/" if path.name else "", found, watched=False)
        elif os.path.lexists(path):
            _add(Candidate(path, path.name), found)
        else:
            found.problems.append(Problem(path, NOT_FOUND))
    found.candidates = list({one.path: one for one in found.candidates}.values())
    return found


def scan_folder(folder: Path) -> Scan:
    """Everything in the folder of the setting; names are paths inside it."""
    found = Scan()
    root = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow links
    _walk(root, "", found, watched=True)
    return found


def _expanded(given: str | Path, found: Scan) -> Iterator[Path]:
    text = os.path.abspath(Path(given).expanduser())  # noqa: PTH100 - see scan_folder
    if os.path.lexists(text) or not glob.has_magic(text):
        yield Path(text)
        return
    matches = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 - an absolute pattern
    if not matches:
        found.problems.append(Problem(Path(text), NOT_FOUND))
    yield from (Path(match) for match in matches if not _hidden(Path(match).name))


def _walk(root: Path, prefix: str, found: Scan, *, watched: bool) -> None:
    def closed(error: OSError) -> None:
        folder = Path(error.filename)
        found.closed.append(folder)
        found.problems.append(Problem(folder, NO_FOLDER.format(reason=error.strerror)))

    for folder, below, files in os.walk(root, onerror=closed):
        below[:] = sorted(name for name in below if not _hidden(name))
        for name in below:
            _check_link(Path(folder, name), root, found)
        for name in sorted(files):
            path = Path(folder, name)
            if not _hidden(name):
                shown = prefix + path.relative_to(root).as_posix()
                _add(Candidate(path, shown, root, watched), found)


def _check_link(folder: Path, root: Path, found: Scan) -> None:
    """A linked folder is not entered; what it leads to inside of ``root`` is found there."""
    if folder.is_symlink() and not folder.resolve().is_relative_to(root.resolve()):
        found.problems.append(Problem(folder, LEADS_OUT))


def _add(candidate: Candidate, found: Scan) -> None:
    try:
        str(candidate.path).encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8: no list could name it
        shown = os.fsencode(candidate.path).decode("utf-8", "replace")
        found.problems.append(Problem(Path(shown), ODD_NAME))
        return
    name = unicodedata.normalize("NFC", candidate.name)
    found.candidates.append(Candidate(candidate.path, name, candidate.root, candidate.watched))


def _hidden(name: str) -> bool:
    return name.startswith((".", *_TEMPORARY)) or name.lower() in _SYSTEM
