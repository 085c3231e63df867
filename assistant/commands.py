"""What every command shares: errors as one line, settings, an index that is there."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from corpus.errors import AssistantError, IndexMissingError, QuestionError, SettingsError

if TYPE_CHECKING:
    from assistant.settings import Settings
    from index import BuildResult, Index
    from index.own.outcome import Progress, Stage

P = ParamSpec("P")
R = TypeVar("R")
FAILED, WRONG_USAGE = 1, 2
_STAGES = {"read": ("파일 읽기", "개"), "embed": ("색인 만들기", "개")}
INTERRUPTED = "중단했습니다. 같은 명령을 다시 실행하면 이어서 합니다."


def reported(command: Callable[P, R]) -> Callable[P, R]:
    """Our own errors become one Korean line and an exit code; a seller sees no stack trace."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (QuestionError, SettingsError) as error:
            click.echo(f"오류: {error}", err=True)
            sys.exit(WRONG_USAGE)
        except AssistantError as error:
            click.echo(f"오류: {error}", err=True)
            sys.exit(FAILED)
        except KeyboardInterrupt:
            click.echo(INTERRUPTED, err=True)
            sys.exit(FAILED)
        except OSError as error:
            click.echo(
                f"오류: 파일을 다루지 못했습니다: {error.filename} ({error.strerror})", err=True
            )
            sys.exit(FAILED)

    return run


def settings_of(**given: Any) -> Settings:  # noqa: ANN401 - any field of Settings
    """The settings, with what the command line gives on top."""
    from assistant.settings import load_settings

    return load_settings(**given)


def ensure_index(settings: Settings) -> Index:
    """Build when there is none; a damaged one without a sound predecessor is built again too.

    The seller's own documents are looked at as well.
    """
    from corpus import IndexDamagedError
    from index.opening import open_index

    try:
        opened = open_index(settings)
    except (IndexMissingError, IndexDamagedError) as error:
        click.echo(f"{error.message} 새로 만듭니다.", err=True)
        build_index(settings)
        return open_index(settings)
    if opened.has_corpus != settings.builtin_corpus:
        build_index(settings)
    else:
        sync_documents(settings)
    return open_index(settings)


def build_index(settings: Settings) -> BuildResult:
    """Build with a progress bar on the error stream, own documents with it."""
    from corpus import load
    from index import build

    with progress_bar() as show:
        documents = load() if settings.builtin_corpus else []
        result = build(documents, settings, lambda done, total: show("embed", done, total))
    sync_documents(settings)
    return result


def sync_documents(settings: Settings) -> None:
    """Follow the seller's own documents; what is wrong with them keeps no answer from coming."""
    from assistant.documents import brief
    from index import sync

    try:
        with progress_bar() as show:
            outcome = sync(settings, show, retry=False)
    except SettingsError as error:
        click.echo(f"알림: {error}", err=True)
        return
    for line in brief(outcome):
        click.echo(line, err=True)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on the error stream for each stage of an update, shown where there is much to do."""
    from tqdm import tqdm

    bars: dict[str, tqdm[Any]] = {}

    def show(stage: Stage, done: int, total: int) -> None:
        if stage not in bars:
            name, unit = _STAGES[stage]
            bars[stage] = tqdm(desc=name, unit=unit, file=sys.stderr, leave=False, delay=1)
        bars[stage].total = total
        bars[stage].update(done - bars[stage].n)

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.close()


def moment_of(now: str | None) -> dt.datetime | None:
    """The time that ``--now`` gives, or None.

    Raises:
        QuestionError: it is not ISO 8601.
    """
    if now is None:
        return None
    try:
        return dt.datetime.fromisoformat(now)
    except ValueError as error:
        raise QuestionError(
            f"시각을 읽을 수 없습니다: {now}", hint="2026-11-25T10:30처럼 적어 주세요."
        ) from error
