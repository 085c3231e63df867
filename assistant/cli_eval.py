"""``smartstore-assistant eval …``: answer a set of questions, compare runs, report, gate."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from assistant.commands import FAILED, ensure_index, moment_of, reported, settings_of

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_MOST_FLIPS = 20


@click.group("eval")
def eval_group() -> None:
    """질문 묶음에 한꺼번에 답하고, 점수를 내고, 견줍니다.

    \b
    예: smartstore-assistant eval run questions.csv --out result
        smartstore-assistant eval report result
    """


@eval_group.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="결과 폴더. .jsonl, .csv, .parquet으로 끝나면 그 형식의 답변 파일만 씁니다. "
    "기본은 질문 파일 이름 뒤에 .run을 붙인 폴더입니다.",
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="이 TOML 설정 파일로 답합니다.",
)
@click.option(
    "--now", type=str, default=None, help="시각이 없는 질문은 이 시각에 물은 것으로 봅니다."
)
@click.option(
    "--workers", type=click.IntRange(1, 256), default=None, help="프로세스 수. 기본은 코어 수."
)
@reported
def eval_run(
    file: Path, out: Path | None, config: Path | None, now: str | None, workers: int | None
) -> None:
    """FILE의 질문(JSONL, 또는 question 열이 있는 CSV)에 모두 답하고 점수를 냅니다.

    결과 폴더에는 answers.jsonl, answers.csv, figures.json이 들어갑니다. 중간에 끊기면 같은 명령으로
    이어서 합니다.

    \b
    예: smartstore-assistant eval run questions.csv --out result
        smartstore-assistant eval run questions.csv --out answers.csv
    """
    from evals.output import WRITERS, save, working_folder
    from evals.questions import read_questions
    from evals.runner import run
    from evals.summary import lines

    if config:
        os.environ["ASSISTANT_SETTINGS"] = str(config)
    settings = settings_of()
    moment = moment_of(now)
    read_questions(file)  # refuse a bad file before a long build
    ensure_index(settings)
    target = out or file.with_suffix(".run")
    alone = target.suffix.lower() in WRITERS
    found = run(
        file, working_folder(target), settings=settings, now=moment, workers=workers,
        show_progress=True,
    )  # fmt: skip
    save(found, target)
    click.echo(f"{found.figures.questions:,}개 질문의 답변을 {target}에 썼습니다.")
    for line in lines(found.figures):
        click.echo(line)
    if not alone:
        click.echo(f"보고서: smartstore-assistant eval report {target}")


@eval_group.command("compare")
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
@reported
def eval_compare(old: Path, new: Path) -> None:
    """OLD와 NEW 두 결과 폴더에서 나아진 것과 나빠진 것을 견줍니다.

    \b
    예: smartstore-assistant eval compare before after
    """
    from evals.compare import compare
    from evals.runner import Run
    from evals.summary import comparison_lines

    found = compare(Run.read(old), Run.read(new))
    for line in comparison_lines(found, _MOST_FLIPS):
        click.echo(line)


@eval_group.command("report")
@click.argument("folder", type=FOLDER)
@click.option("--former", type=FOLDER, default=None, help="견줄 이전 결과 폴더.")
@click.option("--peers", type=FOLDER, default=None, help="`python -m evals.peers`의 결과 폴더.")
@reported
def eval_report(folder: Path, former: Path | None, peers: Path | None) -> None:
    """결과 폴더에 report.html(그림을 담은 한 파일)과 report.md를 씁니다.

    \b
    예: smartstore-assistant eval report result --former before
    """
    from evals.page import write_report

    for path in write_report(folder, former, peers):
        click.echo(path)


@eval_group.command("gate")
@click.argument("folder", type=FOLDER)
@click.option("--name", default=None, help="기준의 이름. 기본은 질문 파일의 이름입니다.")
@click.option("--write", "renew", is_flag=True, help="이 결과를 새 기준으로 씁니다.")
@reported
def eval_gate(folder: Path, name: str | None, renew: bool) -> None:
    """결과가 기준(evals/floors/)보다 95% 구간 밖으로 나쁘면 실패합니다.

    \b
    예: smartstore-assistant eval gate result
    """
    from evals import gate
    from evals.runner import Run
    from evals.summary import change_line

    run = Run.read(folder)
    if renew:
        click.echo(f"새 기준을 썼습니다: {gate.write(run, name)}")
        return
    verdict = gate.check(run, name)
    if verdict.unheld:
        click.echo(f"기준이 없는 질문 {verdict.unheld:,}개는 견주지 않았습니다.")
    for fallen in verdict.fallen:
        click.echo(change_line(fallen), err=True)
    if verdict.fallen:
        click.echo("기준보다 나빠졌습니다.", err=True)
        sys.exit(FAILED)
    click.echo(f"질문 {verdict.held:,}개에서 모든 기준을 지켰습니다.")
