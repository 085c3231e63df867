"""What the command line says about the seller's own documents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.settings import IndexSettings

if TYPE_CHECKING:
    from index import Outcome
    from index.own.registry import OwnFile, Registry

KINDS = {
    "md": "Markdown", "markdown": "Markdown", "txt": "텍스트", "html": "HTML", "htm": "HTML",
    "pdf": "PDF", "docx": "Word", "xlsx": "Excel", "csv": "CSV", "tsv": "TSV",
}  # fmt: skip
EMPTY = "색인에 내 문서가 없습니다. `smartstore-assistant index add 파일`로 더할 수 있습니다."
CHANGED = "바뀜 (index sync로 반영)"
GONE = "원본 파일 없음 (색인한 내용으로 계속 답함)"
FINE = "정상"


def summary(outcome: Outcome, problems: str = "읽지 못한 파일") -> list[str]:
    """What an update did, then everything that could not be used, a line each.

    Args:
        outcome: of the update.
        problems: what to call the things that could not be used.
    """
    lines = [_counts(outcome)]
    lines += [f"이름 바뀜: {old} → {new}" for old, new in outcome.renamed]
    lines += [
        f"같은 내용이 있어 한 번만 색인했습니다: {name} = {other}"
        for name, other in outcome.duplicates
    ]
    lines += [f"알림: {name}: {note}" for name, note in outcome.notes]
    if outcome.problems:
        lines.append(f"{problems} {len(outcome.problems)}개:")
        lines += [f"  {problem.path}: {problem.reason}" for problem in outcome.problems]
    if outcome.kept:
        lines.append(f"전에 색인한 내용으로 계속 답하는 파일: {', '.join(outcome.kept)}")
    return [safe(line) for line in lines]


def brief(outcome: Outcome) -> list[str]:
    """The same in at most two lines, for a command that is about something else."""
    touched = outcome.added or outcome.changed or outcome.renamed or outcome.removed
    lines = [f"내 문서: {_counts(outcome)}"] if touched else []
    if outcome.problems:
        lines.append(
            f"읽지 못한 내 문서가 {len(outcome.problems)}개 있습니다. "
            "`smartstore-assistant index list`로 볼 수 있습니다."
        )
    return [safe(line) for line in lines]


def table(settings: IndexSettings) -> list[str]:
    """Every own file: name, kind, pages or sections, passages, size, day, state."""
    from index import own_files, status

    registry = own_files(settings)
    if not registry.files:
        return [EMPTY]
    passages = {name: one.passages for name, one in status(settings).documents.items()}
    lines = [safe(" · ".join(_row(file, registry, passages))) for file in registry.files]
    return [*lines, f"내 문서 {len(registry.files):,}개"]


def safe(text: str) -> str:
    """Without control characters, which a file name may hold."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _counts(outcome: Outcome) -> str:
    counted = (
        ("추가", len(outcome.added)),
        ("바뀜", len(outcome.changed)),
        ("이름 바뀜", len(outcome.renamed)),
        ("삭제", len(outcome.removed)),
        ("그대로", outcome.unchanged),
    )
    told = ", ".join(f"{name} {count:,}개" for name, count in counted if count)
    return f"{told or '바뀐 것이 없습니다'} (내 문서 모두 {outcome.files:,}개)"


def _row(file: OwnFile, registry: Registry, passages: dict[str, int]) -> Iterator[str]:
    yield file.name
    suffix = Path(file.path).suffix.removeprefix(".").lower()
    yield KINDS.get(suffix, suffix.upper() or "알 수 없음")
    if file.key:
        content = registry.contents[file.key]
        yield f"{content.pages:,}쪽" if content.pages else f"절 {content.sections:,}개"
        yield f"구절 {sum(passages.get(name, 0) for name in content.documents):,}개"
    yield _size(file.size)
    yield f"{file.added[:10]} 추가"
    yield _state(file, registry)


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{count / 1e3:,.1f} KB"


def _state(file: OwnFile, registry: Registry) -> str:
    if file.problem:
        kept = " (전에 색인한 내용으로 답함)" if file.key else ""
        return f"읽지 못함: {file.problem}{kept}"
    try:
        status = os.stat(file.path)  # noqa: PTH116 - the time in nanoseconds
    except OSError:
        return GONE
    stamp = file.stamp
    same_time = stamp is None or status.st_mtime_ns == stamp.mtime_ns
    if status.st_size != file.size or not same_time:
        return CHANGED
    first = registry.name_of(file.key) if file.key else file.name
    return FINE if first == file.name else f"같은 내용의 파일이 있음: {first}"
