"""The command line: ``smartstore-assistant ask | index | corpus | serve | eval | settings``.

Exit codes: 0 done, 1 failed with a message, 2 wrong usage (a question that cannot be used too).
Everything heavy is imported inside the command that needs it, so that ``--help`` is instant.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from assistant.cli_eval import eval_group
from assistant.cli_index import index_group
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
    answer = Assistant(settings, ensure_index(settings)).answer(question, k=k, now=moment)
    click.echo(answer.model_dump_json(indent=2) if as_json else render(answer))


main.add_command(index_group)
main.add_command(eval_group)


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
    """자료의 출처, 분류, 제목, 링크를 검사합니다. 문제와 경고는 파일과 줄로 알려 줍니다.

    경고는 오래된 내용, 출처가 받치지 않는 말, 두 문서에서 다른 수치입니다. 문제만 실패로 봅니다.

    \b
    예: smartstore-assistant corpus check
    """
    from corpus import check
    from corpus.loader import ROOT
    from evals.coverage import table_of

    root = root or ROOT
    report = check(root)
    for problem in report.problems:
        click.echo(str(problem), err=True)
    for warning in report.warnings:
        click.echo(f"{warning.file}:{warning.line}: 경고: {warning.message}", err=True)
    if report.clean:
        click.echo(table_of(root))
    click.echo(
        f"문서 {report.documents}개, 절 {report.sections}개, 질문 {report.questions:,}개, "
        f"문제 {len(report.problems)}건, 경고 {len(report.warnings)}건"
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
