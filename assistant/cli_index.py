"""``smartstore-assistant index …``: build, look at, and add the seller's own documents."""

from __future__ import annotations

import sys

import click

from assistant.commands import (
    FAILED,
    build_index,
    ensure_index,
    progress_bar,
    reported,
    settings_of,
)


@click.group("index")
def index_group() -> None:
    """검색 색인을 만들고 살펴보고, 내 문서를 더합니다.

    \b
    예: smartstore-assistant index build
        smartstore-assistant index add 매뉴얼.pdf 운영규정/
    """


@index_group.command("build")
@reported
def index_build() -> None:
    """자료에서 검색 색인을 만듭니다. 바뀐 것만 다시 계산하고, 끊겨도 이어서 합니다.

    \b
    예: smartstore-assistant index build
    """
    from index import status

    settings = settings_of()
    told = "만들었습니다" if build_index(settings).changed else "이미 최신입니다"
    manifest = status(settings)
    click.echo(
        f"색인을 {told}: 문서 {len(manifest.documents)}개, 구절 {manifest.passages:,}개, "
        f"벡터 {manifest.views + manifest.units:,}개 ({settings.index_directory})"
    )


@index_group.command("status")
@reported
def index_status() -> None:
    """지금 쓰는 색인의 내용을 보여 줍니다.

    \b
    예: smartstore-assistant index status
    """
    from corpus import load
    from index import status, up_to_date
    from index.storage import current

    settings = settings_of()
    manifest = status(settings)
    corpus = load() if settings.builtin_corpus else []
    own = sum(len(entry.documents) for entry in manifest.segments if entry.own)
    for name, value in (
        ("위치", current(settings.index_directory)),
        ("만든 때", manifest.built_at),
        ("임베딩 모델", f"{manifest.encoder} ({manifest.dimension}차원)"),
        ("문서", f"{len(manifest.documents):,}개 (내 문서 {own:,}개)"),
        ("구절", f"{manifest.passages:,}개"),
        ("벡터", f"구절·질문 {manifest.views:,}개, 문장 {manifest.units:,}개"),
        ("크기", f"{manifest.size / 1e6:.1f} MB (묶음 {len(manifest.segments)}개)"),
        ("자료와 같은가", "예" if up_to_date(corpus, settings) else "아니요 (index build로 갱신)"),
    ):
        click.echo(f"{name}: {value}")


@index_group.command("verify")
@reported
def index_verify() -> None:
    """색인의 모든 파일을 체크섬과 견주어 봅니다.

    \b
    예: smartstore-assistant index verify
    """
    from index import verify

    count = verify(settings_of()).file_count
    click.echo(f"색인이 온전합니다: 파일 {count}개의 크기와 SHA-256이 모두 맞습니다.")


@index_group.command("add")
@click.argument("paths", nargs=-1, required=True)
@reported
def index_add(paths: tuple[str, ...]) -> None:
    """내 문서(PDF, DOCX, XLSX, CSV, HTML, Markdown, 텍스트)를 색인에 더합니다.

    파일, 폴더(안의 모든 파일), 무늬('매뉴얼/**/*.pdf')를 받습니다. 끊기면 같은 명령으로 이어서
    합니다. 지정한 파일을 읽지 못하면 이유를 알리고 나머지를 더한 뒤 1로 끝납니다.

    \b
    예: smartstore-assistant index add 매뉴얼.pdf 운영규정/ '자료/*.xlsx'
    """
    from assistant.documents import summary
    from index import add

    settings = settings_of()
    held = ensure_index(settings)  # what it has verified is not read again
    with progress_bar() as show:
        outcome = add(paths, settings, show)
    del held
    _tell(summary(outcome), failed=outcome.failed)


@index_group.command("remove")
@click.argument("names", nargs=-1, required=True)
@reported
def index_remove(names: tuple[str, ...]) -> None:
    """내 문서를 색인에서 뺍니다. 파일은 그대로 둡니다.

    index list가 보여 주는 이름이나 경로, 폴더, 무늬로 지정합니다.

    \b
    예: smartstore-assistant index remove 매뉴얼.pdf '운영규정/*'
    """
    from assistant.documents import summary
    from index import remove

    outcome = remove(names, settings_of())
    _tell(summary(outcome, problems="찾지 못한 이름"), failed=outcome.failed)


@index_group.command("list")
@reported
def index_list() -> None:
    """색인에 있는 내 문서의 이름, 종류, 분량, 크기, 더한 날, 상태를 보여 줍니다.

    \b
    예: smartstore-assistant index list
    """
    from assistant.documents import table

    for line in table(settings_of()):
        click.echo(line)


@index_group.command("sync")
@reported
def index_sync() -> None:
    """내 문서 폴더(설정 documents)와 더한 파일의 지금 내용을 색인에 반영합니다.

    폴더에 새로 생긴 파일은 더하고, 바뀐 파일은 바꾸고, 없어진 파일은 뺍니다.

    \b
    예: ASSISTANT_DOCUMENTS=~/매뉴얼 smartstore-assistant index sync
    """
    from assistant.documents import summary
    from index import sync

    settings = settings_of()
    with progress_bar() as show:
        outcome = sync(settings, show)
    _tell(summary(outcome), failed=False)


def _tell(lines: list[str], *, failed: bool) -> None:
    for line in lines:
        click.echo(line)
    if failed:
        sys.exit(FAILED)
