"""The command line: ``smartstore-assistant ask | index | corpus | serve | eval | settings``.

Exit codes: 0 done, 1 failed with a message, 2 wrong usage (a question that cannot be used too).
Everything heavy is imported inside the command that needs it, so that ``--help`` is instant.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from assistant.commands import (
    FAILED,
    build_index,
    ensure_index,
    moment_of,
    reported,
    settings_of,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="smartstore-assistant", message="%(version)s")
def main() -> None:
    """네이버 스마트스토어센터 판매자를 위한 지원 도우미입니다.

    \b
    예: smartstore-assistant ask "송장 잘못 넣었는데 어떻게 고쳐요?"
    """


@main.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="답변 전체를 JSON으로 출력합니다.")
@click.option("--now", type=str, default=None, help="이 시각에 물은 것으로 봅니다(ISO 8601).")
@click.option(
    "-k", type=click.IntRange(1, 50), default=5, show_default=True, help="참고할 구절 수."
)
@reported
def ask(question: str, as_json: bool, now: str | None, k: int) -> None:
    """질문 하나에 답합니다. 색인이 없으면 먼저 만듭니다.

    \b
    예: smartstore-assistant ask "정산은 언제 되나요?"
        smartstore-assistant ask --json "원격지원 받으려면 뭐가 필요해요"
    """
    from assistant.pipeline import Assistant
    from assistant.question import clean
    from assistant.terminal import render

    settings = settings_of()
    clean(question, settings.max_question_chars)  # refuse a bad question before a long build
    moment = moment_of(now)
    ensure_index(settings)
    answer = Assistant(settings).answer(question, k=k, now=moment)
    click.echo(answer.model_dump_json(indent=2) if as_json else render(answer))


@main.group("index")
def index_group() -> None:
    """검색 색인을 만들고 살펴봅니다.

    \b
    예: smartstore-assistant index build
    """


@index_group.command("build")
@reported
def index_build() -> None:
    """자료에서 검색 색인을 만듭니다. 바뀐 것만 다시 계산하고, 끊겨도 이어서 합니다.

    \b
    예: smartstore-assistant index build
    """
    result = build_index(settings_of())
    told = "만들었습니다" if result.changed else "이미 최신입니다"
    manifest = result.manifest
    click.echo(
        f"색인을 {told}: 문서 {len(manifest.documents)}개, 구절 {manifest.passages:,}개, "
        f"벡터 {manifest.views + manifest.units:,}개 ({result.path})"
    )


@index_group.command("status")
@reported
def index_status() -> None:
    """지금 쓰는 색인의 내용을 보여 줍니다.

    \b
    예: smartstore-assistant index status
    """
    from corpus import load
    from index import up_to_date
    from index.storage import current, read_manifest

    settings = settings_of()
    path = current(settings.index_directory)
    manifest = read_manifest(path)
    fresh = "예" if up_to_date(load(), settings) else "아니요 (index build로 갱신)"
    size = sum(entry.size for entry in manifest.files)
    for name, value in (
        ("위치", path),
        ("만든 때", manifest.built_at),
        ("임베딩 모델", f"{manifest.encoder} ({manifest.dimension}차원)"),
        ("문서", f"{len(manifest.documents):,}개"),
        ("구절", f"{manifest.passages:,}개"),
        ("벡터", f"구절·질문 {manifest.views:,}개, 문장 {manifest.units:,}개"),
        ("크기", f"{size / 1e6:.1f} MB"),
        ("자료와 같은가", fresh),
    ):
        click.echo(f"{name}: {value}")


@index_group.command("verify")
@reported
def index_verify() -> None:
    """색인의 모든 파일을 체크섬과 견주어 봅니다.

    \b
    예: smartstore-assistant index verify
    """
    from index.storage import current, verify

    manifest = verify(current(settings_of().index_directory))
    click.echo(f"색인이 온전합니다: 파일 {len(manifest.files)}개의 크기와 SHA-256이 모두 맞습니다.")


@main.group("corpus")
def corpus_group() -> None:
    """판매자 가이드와 운영 매뉴얼 자료를 다룹니다.

    \b
    예: smartstore-assistant corpus check
    """


@corpus_group.command("check")
@click.argument(
    "root", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@reported
def corpus_check(root: Path | None) -> None:
    """자료의 출처, 분류, 제목, 링크를 검사합니다. 문제는 파일과 줄로 알려 줍니다.

    \b
    예: smartstore-assistant corpus check
    """
    from corpus import check
    from corpus.loader import ROOT

    report = check(root or ROOT)
    for problem in report.problems:
        click.echo(str(problem), err=True)
    click.echo(
        f"문서 {report.documents}개, 절 {report.sections}개, 질문 {report.questions:,}개, "
        f"문제 {len(report.problems)}건"
    )
    if not report.clean:
        sys.exit(FAILED)


@main.command()
@click.option("--host", default=None, help="페이지를 여는 주소. 기본은 설정의 host입니다.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=None, help="포트. 기본은 설정의 port입니다."
)
@reported
def serve(host: str | None, port: int | None) -> None:
    """웹 페이지를 엽니다. 색인이 없거나 자료가 바뀌었으면 먼저 만듭니다.

    \b
    예: smartstore-assistant serve --port 7861
    """
    from ui.serve import require_free_port, serve_page

    given = {"host": host, "port": port}
    settings = settings_of(**{name: value for name, value in given.items() if value is not None})
    require_free_port(settings.host, settings.port)
    build_index(settings)
    serve_page(settings)


@main.group("eval")
def eval_group() -> None:
    """질문 묶음에 한꺼번에 답하고 점수를 냅니다.

    \b
    예: smartstore-assistant eval run questions.csv --out answers.jsonl
    """


@eval_group.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="답변을 쓸 JSONL 파일. 기본은 질문 파일 이름 뒤에 .answers.jsonl을 붙입니다.",
)
@click.option("--now", type=str, default=None, help="모든 질문을 이 시각에 물은 것으로 봅니다.")
@reported
def eval_run(file: Path, out: Path | None, now: str | None) -> None:
    """FILE의 질문(JSONL, 또는 question 열이 있는 CSV)에 모두 답해 JSONL로 씁니다.

    \b
    예: smartstore-assistant eval run questions.csv --out answers.jsonl
    """
    from evals import read_questions, run
    from evals.metrics import describe

    settings = settings_of()
    moment = moment_of(now)
    questions = read_questions(file)
    ensure_index(settings)
    target = out or file.with_suffix(".answers.jsonl")
    summary = run(questions, target, settings=settings, now=moment, show_progress=True)
    click.echo(f"{summary.questions:,}개 질문의 답변을 {target}에 썼습니다.")
    for line in describe(summary):
        click.echo(line)


@main.command("settings")
@reported
def settings_command() -> None:
    """모든 설정의 이름, 값, 값이 온 곳을 보여 줍니다.

    \b
    예: ASSISTANT_PORT=8000 smartstore-assistant settings
    """
    from assistant.settings import describe

    for row in describe(settings_of()):
        click.echo(f"{row.name} = {row.value}\n    {row.description} [{row.origin}]")


if __name__ == "__main__":
    main()
