"""How fast own files are indexed: ``python -m evals.indexing``.

Makes 1,000 Markdown files of 5 KB of Korean text from a seed, all different, adds them to an
empty data folder, and times the encoder alone on the very same texts with the same threads, half
of them before and half after, so that a machine that slows down meanwhile slows both. Then one
more file is added and the first question that finds it is timed. Bars: 0.85 times the encoder's
speed, and 2 s.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from corpus import Negative, read
from index import IndexSettings, add, build
from index import open as open_index
from index.embedder import Text
from index.embedding import Encoder
from index.encoders import encoder_of
from index.making import chunked, unit_texts, view_texts

FILES, BYTES, SECTIONS = 1000, 5 * 1024, 10
MIN_SPEED, MAX_SECONDS = 0.85, 2.0
NOUNS = [
    "주문",
    "상품",
    "배송",
    "반품",
    "교환",
    "재고",
    "창고",
    "포장",
    "송장",
    "고객",
    "문의",
    "환불",
    "쿠폰",
    "할인",
    "정산",
    "세금",
    "계산서",
    "거래처",
    "담당자",
    "원단",
    "색상",
    "치수",
    "사진",
    "설명",
    "옵션",
    "가격",
    "수수료",
    "광고",
    "후기",
    "행사",
    "예약",
    "휴무",
    "택배",
    "상자",
    "라벨",
    "검수",
    "불량",
    "보관",
    "출고",
    "입고",
]
PLACES = [
    "파주",
    "김포",
    "이천",
    "용인",
    "안성",
    "천안",
    "대전",
    "청주",
    "구미",
    "부산",
    "광주",
    "전주",
    "춘천",
    "원주",
    "제주",
]
ACTIONS = [
    "확인합니다",
    "기록합니다",
    "알립니다",
    "요청합니다",
    "처리합니다",
    "보관합니다",
    "점검합니다",
    "등록합니다",
    "정리합니다",
    "전달합니다",
    "승인합니다",
    "보류합니다",
]
WHEN = [
    "오전에",
    "오후에",
    "당일에",
    "다음",
    "날까지",
    "매주",
    "월요일에",
    "매달",
    "말일에",
    "접수한",
    "날부터",
    "사흘",
    "안에",
    "마감",
    "전에",
]


def manual(number: int, seed: int = 0) -> str:
    """One of the files: a title and sections of sentences, about 5 KB in UTF-8."""
    luck = random.Random(f"{seed}/{number}")
    parts = [f"# {luck.choice(NOUNS)} {luck.choice(NOUNS)} 지침 {number}"]
    for section in range(SECTIONS):
        heading = f"## {luck.choice(NOUNS)} {luck.choice(NOUNS)} {section + 1}"
        room = BYTES // SECTIONS - len(heading.encode())
        body = ""
        while len(body.encode()) < room:
            body += _sentence(luck) + " "
        parts += [heading, body.strip()]
    return "\n\n".join(parts) + "\n"


def _sentence(luck: random.Random) -> str:
    first, second = luck.sample(NOUNS, 2)
    return (
        f"{luck.choice(PLACES)} {luck.choice(NOUNS)} 팀은 {first} {luck.randrange(10_000)}번의 "
        f"{second} 내용을 {luck.choice(WHEN)} {luck.choice(ACTIONS)}."
    )


@dataclass(frozen=True)
class Timing:
    """What was measured; seconds."""

    files: int
    passages: int
    texts: int
    alone: float
    indexed: float
    one_more: float
    found: float

    @property
    def speed(self) -> float:
        """Of the indexing, as a share of the encoder's."""
        return self.alone / self.indexed


def measure(files: int, threads: int, place: Path) -> Timing:
    """Time the encoder alone, indexing, one file more, and the first question after it."""
    settings = IndexSettings(data=place / "data", build_threads=threads)
    folder = place / "files"
    folder.mkdir()
    for number in range(files):
        (folder / f"{number:04d}.md").write_text(manual(number), encoding="utf-8")
    encoder = encoder_of(settings)
    # An index stands already, and loading encoder and analyzer is no part of adding files.
    build([], settings, unanswered=[Negative(kind="gap", topic="없음", text="없는 질문")])
    passages = chunked([one for path in folder.iterdir() for one in read(path)], settings)
    texts = list(dict.fromkeys([*view_texts(passages), *unit_texts(passages)]))
    alone = _alone(texts[::2], encoder, threads)
    indexed = _seconds(lambda: add([folder], settings))
    alone += _alone(texts[1::2], encoder, threads)
    held = open_index(settings)  # as a server holds it
    (folder / "one-more.md").write_text(manual(files), encoding="utf-8")
    one_more = _seconds(lambda: add([folder / "one-more.md"], settings))
    found = _seconds(lambda: open_index(settings).search(f"지침 {files}", 1))
    return Timing(files, len(held.passages), len(texts), alone, indexed, one_more, found)


def _alone(texts: list[Text], encoder: Encoder, threads: int) -> float:
    """Seconds of the encoder on the texts, nothing else done with the vectors."""

    def encode(text: Text) -> object:
        asked = text.role == "query"
        return encoder.encode_query(text.text) if asked else encoder.encode_passages([text.text])

    with ThreadPoolExecutor(threads) as pool:
        return _seconds(lambda: list(pool.map(encode, texts)))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def table(timing: Timing) -> str:
    """The figures as a Markdown table."""
    rows = (
        ("파일", f"{timing.files:,}개"),
        ("구절", f"{timing.passages:,}개"),
        ("임베딩한 글(구절, 제목, 문장)", f"{timing.texts:,}개"),
        ("인코더만", f"{timing.alone:.1f} 초 ({timing.texts / timing.alone:.1f}개/초)"),
        ("색인", f"{timing.indexed:.1f} 초"),
        ("색인 속도 ÷ 인코더만", f"{timing.speed:.3f} (기준 {MIN_SPEED} 이상)"),
        ("파일 하나 더 추가", f"{timing.one_more:.2f} 초 (기준 {MAX_SECONDS:.0f} 초 미만)"),
        ("그다음 첫 검색(색인을 다시 엶)", f"{timing.found:.2f} 초"),
    )
    body = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f"| 항목 | 값 |\n| --- | --- |\n{body}"


@click.command()
@click.option("--files", type=click.IntRange(1, 100_000), default=FILES, show_default=True)
@click.option("--threads", type=click.IntRange(1, 256), default=os.cpu_count() or 1)
def main(files: int, threads: int) -> None:
    """Print how fast FILES files are indexed; 1 when a bar is not reached."""
    with tempfile.TemporaryDirectory() as place:
        timing = measure(files, threads, Path(place))
    click.echo(table(timing))
    if timing.speed < MIN_SPEED or timing.one_more >= MAX_SECONDS:
        sys.exit(1)


if __name__ == "__main__":
    main()
