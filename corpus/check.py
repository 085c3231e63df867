"""Check the corpus: every finding with its file and line, all of them in one run."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from corpus.channels import channels, line_of_channel
from corpus.doubts import doubts
from corpus.errors import CorpusError
from corpus.links import dead_links
from corpus.loader import (
    ROOT,
    document_paths,
    line_of_key,
    load_document,
    questions_by_heading,
    read_text,
    split_front_matter,
)
from corpus.markdown import blocks
from corpus.model import CATEGORIES, Document
from corpus.negatives import negatives
from corpus.problems import Problem

QUESTION_FOLDERS = ("questions", "wordings", "near")
"""Each has a file for each document, with questions under its headings."""
_AS_OF = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
UNDATED = "미상"
KOREA = ZoneInfo("Asia/Seoul")
_HOST = re.compile(r"https?://[^\s/]+\.[^\s/]+")


@dataclass(frozen=True)
class Report:
    """What a check found, and how much there was to check."""

    problems: tuple[Problem, ...]
    documents: int
    sections: int
    questions: int
    warnings: tuple[Problem, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether there is no problem; a warning is none."""
        return not self.problems


def check(root: Path = ROOT, today: dt.date | None = None) -> Report:
    """Check every document, question file and the channel file under ``root``.

    Args:
        root: the folder of the corpus.
        today: the day from which age is counted; default the present day in Korea.
    """
    problems: list[Problem] = []
    documents: list[Document] = []
    unread: set[str] = set()  # their files are named after their ids, so nothing else is reported
    for path in document_paths(root):
        try:
            documents.append(load_document(path, root))
        except CorpusError as error:
            problems.append(_problem(error, root))
            unread.add(path.stem)
    for document in documents:
        problems += check_document(document, root)
    problems += _duplicate_ids(documents, root)
    ids = {document.id for document in documents} | unread
    problems += _orphan_questions(ids, root)
    problems += _channels(ids, root)
    problems += _negatives(root)
    return Report(
        problems=tuple(sorted(problems)),
        documents=len(documents),
        sections=sum(len(document.sections) for document in documents),
        questions=sum(len(q) for d in documents for q in d.questions.values()),
        warnings=tuple(doubts(documents, root, today or dt.datetime.now(KOREA).date())),
    )


def check_document(document: Document, root: Path) -> list[Problem]:
    """The findings in one document that could be loaded."""
    path = root / document.path
    raw = read_text(path)
    offset = split_front_matter(raw, path)[2]
    found = [
        *_category(document, raw),
        *_headings(document, offset),
        *_sources(document, raw),
        *dead_links(document, path, offset),
    ]
    told = [Problem(document.path, line, message) for line, message in found]
    return [*told, *_question_headings(document, root)]


def _category(document: Document, raw: str) -> list[tuple[int, str]]:
    folder = Path(document.path).parent.name
    expected = "support" if folder == "guide" else folder
    if document.category != expected:
        known = ", ".join(CATEGORIES)
        line = line_of_key(raw, "category")
        return [
            (
                line,
                f"폴더({folder})와 분류({document.category})가 다릅니다. 쓸 수 있는 분류: {known}",
            )
        ]
    return []


def _headings(document: Document, offset: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    parsed = blocks(document.text)
    headings = [block for block in parsed if block.kind == "heading"]
    names = [document.text[block.start : block.end] for block in headings]
    if not headings or headings[0].level != 1 or names[0] != document.title:
        found.append((offset, f"본문은 '# {document.title}' 제목으로 시작해야 합니다"))
    previous = 0
    seen: set[str] = set()
    for block, name in zip(headings, names, strict=True):
        line = offset + block.line - 1
        if block.level > previous + 1 or (block.level == 1 and previous):
            found.append((line, f"제목 단계가 맞지 않습니다: {'#' * block.level} {name}"))
        if not name or name in seen:
            found.append((line, f"제목이 비었거나 되풀이됩니다: {name!r}"))
        seen.add(name)
        previous = block.level
    filled = {section.heading for section in document.sections}
    found += [
        (offset + block.line - 1, f"내용이 없는 제목입니다: {name}")
        for block, name in zip(headings, names, strict=True)
        if block.level > 1 and name not in filled
    ]
    found += [
        (offset + number, f"'#' 뒤에 빈칸이 없어 제목이 되지 못했습니다: {line.strip()}")
        for number, line in enumerate(document.text.split("\n"))
        if re.match(r"#{1,6}[^#\s]", line)
    ]
    return found


def _sources(document: Document, raw: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    headings = {section.heading for section in document.sections}
    top = line_of_key(raw, "sources")
    for source in document.sources:
        if not _dated(source.as_of):
            found.append(
                (top, f"as_of는 YYYY, YYYY-MM, YYYY-MM-DD나 미상이어야 합니다: {source.as_of}")
            )
        if source.url and not _HOST.match(source.url):
            found.append((top, f"출처 주소가 올바르지 않습니다: {source.url}"))
        gone = sorted(set(source.sections) - headings)
        found += [(top, f"출처가 가리키는 제목이 없습니다: {name}") for name in gone]
    found += [
        (section.line, f"출처가 없는 제목입니다: {section.heading}")
        for section in document.sections
        if not document.sources_of(section.heading)
    ]
    return found


def _dated(as_of: str) -> bool:
    if as_of == UNDATED:
        return True
    try:
        dt.date.fromisoformat(as_of + "0000-01-01"[len(as_of) :])
    except ValueError:
        return False
    return _AS_OF.fullmatch(as_of) is not None


def _question_headings(document: Document, root: Path) -> list[Problem]:
    found: list[Problem] = []
    for folder in QUESTION_FOLDERS:
        file = f"{folder}/{document.id}.yaml"
        try:
            named = set(questions_by_heading(root / file))
        except CorpusError:
            continue  # told with the document, or with the other negatives
        found += _gone_headings(document, file, named, root)
    return found


def _gone_headings(document: Document, file: str, named: set[str], root: Path) -> list[Problem]:
    gone = named - {section.heading for section in document.sections}
    lines = {name: line_of_key(read_text(root / file), name) for name in gone}
    told = "질문 파일이 가리키는 제목이 없습니다"
    return [Problem(file, line, f"{told}: {name}") for name, line in lines.items()]


def _duplicate_ids(documents: list[Document], root: Path) -> list[Problem]:
    counts = Counter(document.id for document in documents)
    return [
        Problem(
            d.path,
            line_of_key(read_text(root / d.path), "id"),
            f"같은 id를 쓰는 문서가 또 있습니다: {d.id}",
        )
        for d in documents
        if counts[d.id] > 1
    ]


def _orphan_questions(ids: set[str], root: Path) -> list[Problem]:
    return [
        Problem(path.relative_to(root).as_posix(), 1, f"이 id의 문서가 없습니다: {path.stem}")
        for folder in QUESTION_FOLDERS
        for path in sorted((root / folder).glob("*.yaml"))
        if path.stem not in ids
    ]


def _channels(ids: set[str], root: Path) -> list[Problem]:
    path = root / "channels.yaml"
    try:
        known = channels(path)
    except CorpusError as error:
        return [_problem(error, root)]
    return [
        Problem(
            "channels.yaml",
            line_of_channel(path, channel.id),
            f"채널 {channel.id}의 문서가 없습니다: {name}",
        )
        for channel in known
        for name in channel.documents
        if name not in ids
    ]


def _negatives(root: Path) -> list[Problem]:
    try:
        negatives(root)
    except CorpusError as error:
        return [_problem(error, root)]
    return []


def _problem(error: CorpusError, root: Path) -> Problem:
    inside = error.file.is_relative_to(root)
    name = error.file.relative_to(root).as_posix() if inside else str(error.file)
    return Problem(name, error.line, error.reason)
