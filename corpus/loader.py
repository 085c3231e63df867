"""Read the corpus files that ship with the product."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corpus.errors import CorpusError
from corpus.markdown import Block, blocks
from corpus.model import Document, Section
from corpus.yaml_text import parse

ROOT = Path(__file__).parent
DOCUMENT_KEYS = frozenset(
    {"id", "title", "category", "sources", "confidence", "updated", "aliases"}
)
REQUIRED_KEYS = ("id", "title", "category", "sources", "updated")

_QUESTIONS_SHAPE = "질문 파일은 '제목: [질문, …]' 꼴이어야 합니다"
FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)


def document_paths(root: Path = ROOT) -> list[Path]:
    """Every document file of the corpus, in a fixed order."""
    return sorted([*(root / "guide").glob("*.md"), *(root / "manual").glob("*/*.md")])


def load(root: Path = ROOT) -> list[Document]:
    """The built-in corpus.

    Raises:
        CorpusError: a file breaks the rules of the corpus; the first finding is named.
    """
    return [load_document(path, root) for path in document_paths(root)]


def load_document(path: Path, root: Path = ROOT) -> Document:
    """One document of the built-in corpus with the questions that belong to it.

    Raises:
        CorpusError: the file is not a valid corpus document.
    """
    raw = read_text(path)
    front, body, offset = split_front_matter(raw, path)
    unknown = sorted(set(front) - DOCUMENT_KEYS)
    if unknown:
        raise _at_key(raw, path, unknown[0], f"모르는 항목입니다: {unknown[0]}")
    for key in REQUIRED_KEYS:
        if not front.get(key):
            raise _at_key(raw, path, key, f"머리글에 {key} 항목이 없습니다")
    questions = _questions(root, f"{front['id']}.yaml")
    try:
        return Document(
            **{**front, "id": str(front["id"]), "title": nfc(str(front["title"]))},
            text=body,
            sections=tuple(sections(body, offset)),
            questions=questions,
            path=path.relative_to(root).as_posix(),
        )
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else "id"
        where = ".".join(str(part) for part in first["loc"])
        raise _at_key(raw, path, key, f"{where}: {first['msg']}") from error


def sections(text: str, first_line: int = 1) -> list[Section]:
    """The sections of a Markdown text: each heading below the title with the text under it.

    A title that has text of its own before the next heading is a section too.
    """
    found = blocks(text)
    headings = [block for block in found if block.kind == "heading"]
    result: list[Section] = []
    path: list[tuple[int, str]] = []
    for number, heading in enumerate(headings):
        name = text[heading.start : heading.end].strip()
        path = [*(step for step in path if step[0] < heading.level), (heading.level, name)]
        stop = _heading_start(text, headings, number + 1)
        inside = [b for b in found if heading.end <= b.start < stop]
        if inside:
            result.append(
                Section(
                    heading=name,
                    path=tuple(step[1] for step in path),
                    start=inside[0].start,
                    end=inside[-1].end,
                    line=first_line + heading.line - 1,
                )
            )
    return result


def _heading_start(text: str, headings: list[Block], number: int) -> int:
    return headings[number].start if number < len(headings) else len(text)


def split_front_matter(raw: str, path: Path) -> tuple[dict[str, Any], str, int]:
    """``(front matter, body, line on which the body starts)``.

    Raises:
        CorpusError: there is no front matter, or it is not a YAML mapping.
    """
    match = FRONT_MATTER.match(raw)
    if not match:
        raise CorpusError("'---'로 둘러싼 머리글(front matter)이 없습니다", file=path)
    front = parse(match.group(1), path, what="머리글이", first_line=2)
    if not isinstance(front, dict):
        raise CorpusError("머리글은 '항목: 값' 꼴이어야 합니다", file=path, line=2)
    front = {str(key): _plain(value) for key, value in front.items()}
    return front, raw[match.end() :], raw[: match.end()].count("\n") + 1


def read_text(path: Path) -> str:
    """A UTF-8 file in Unicode NFC, its lines ending in a line feed alone.

    Raises:
        CorpusError: the file is missing, unreadable or not UTF-8.
    """
    try:
        return nfc(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CorpusError("UTF-8 텍스트가 아닙니다", file=path, line=line) from error
    except OSError as error:
        raise CorpusError(f"읽을 수 없습니다({error.strerror})", file=path) from error


def nfc(text: str) -> str:
    """``text`` in Unicode NFC."""
    return unicodedata.normalize("NFC", text)


def _plain(value: object) -> object:
    """A source's ``as_of`` as text again where YAML read a number."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: str(item) if key == "as_of" else item for key, item in value.items()}
    return value


def _questions(root: Path, name: str) -> dict[str, tuple[str, ...]]:
    """What sellers ask of each section, and further wordings of it by other authors."""
    first = questions_by_heading(root / "questions" / name)
    more = questions_by_heading(root / "wordings" / name)
    return {
        heading: (*first.get(heading, ()), *more.get(heading, ())) for heading in {**first, **more}
    }


def questions_by_heading(path: Path) -> dict[str, tuple[str, ...]]:
    """The questions that stand under each heading of a document; none where there is no file.

    Raises:
        CorpusError: the file is not of that form.
    """
    if not path.exists():
        return {}
    loaded = parse(read_text(path), path, what="질문 파일이")
    if not isinstance(loaded, dict):
        raise CorpusError(_QUESTIONS_SHAPE, file=path)
    for heading, listed in loaded.items():
        if not isinstance(listed, list) or not all(isinstance(q, str) and q for q in listed):
            line = line_of_key(read_text(path), str(heading))
            raise CorpusError(f"{_QUESTIONS_SHAPE}: {heading}", file=path, line=line)
    return {str(heading): tuple(listed) for heading, listed in loaded.items()}


def _at_key(raw: str, path: Path, key: str, message: str) -> CorpusError:
    return CorpusError(message, file=path, line=line_of_key(raw, key))


def line_of_key(raw: str, key: str) -> int:
    """The line of a top-level key of a YAML text, quoted or not; 1 when it is not there."""
    found = re.search(rf"^(['\"]?){re.escape(key)}\1\s*:", raw, re.MULTILINE)
    return raw[: found.start()].count("\n") + 1 if found else 1
