"""What every command shares: errors as one line, settings, an index that is there."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from corpus.errors import AssistantError, IndexMissingError, QuestionError, SettingsError

if TYPE_CHECKING:
    from assistant.settings import Settings
    from index import BuildResult

P = ParamSpec("P")
R = TypeVar("R")
FAILED, WRONG_USAGE = 1, 2


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


def ensure_index(settings: Settings) -> None:
    """Build when there is none; a damaged one without a sound predecessor is built again too."""
    from corpus import IndexDamagedError
    from index.search import open_index

    try:
        open_index(settings)
    except (IndexMissingError, IndexDamagedError) as error:
        click.echo(f"{error.message} 새로 만듭니다.", err=True)
        build_index(settings)


def build_index(settings: Settings) -> BuildResult:
    """Build with a progress bar on the error stream."""
    from tqdm import tqdm

    from corpus import load
    from index import build

    with tqdm(total=0, desc="색인 만들기", unit="개", file=sys.stderr, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return build(load(), settings, show)


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
