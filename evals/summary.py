"""Figures and comparisons as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from evals.compare import Change, Comparison
from evals.figures import Figures
from evals.metrics import ALL, METRICS

VERDICTS = {"better": "나아짐", "worse": "나빠짐", "changed": "달라짐", "same": "차이 없음"}


def lines(figures: Figures) -> Iterator[str]:
    """Each figure that applies, with its interval and the number of questions."""
    for name, metric in ALL.items():
        if estimate := figures.overall.estimates.get(name):
            yield f"{metric.name}: {estimate}"
    if figures.fitted:
        yield f"(확신을 맞춘 질문 {figures.fitted:,}개는 보정 오차에서 뺐습니다.)"
    if latency := figures.latency:
        yield (
            f"답변 시간: 중앙값 {latency['p50'].value:.1f} ms, "
            f"95% {latency['p95'].value:.1f} ms, 99% {latency['p99'].value:.1f} ms"
        )
    if figures.failed:
        yield f"답하지 못한 질문(오류): {figures.failed:,}"


def change_line(change: Change) -> str:
    """One metric in both runs."""
    return (
        f"{VERDICTS[change.verdict]}: {METRICS[change.metric].name} "
        f"{change.old:.3f} → {change.new:.3f} "
        f"({change.by:+.3f} [{change.low:+.3f}, {change.high:+.3f}], "
        f"p={change.p:.3f}, n={change.n:,})"
    )


def comparison_lines(found: Comparison, most: int) -> Iterator[str]:
    """Every metric, what is clearest first, then at most ``most`` flipped questions each way."""
    for change in sorted(found.changes, key=lambda one: one.p):
        yield change_line(change)
    for better, title in ((False, "나빠진 질문"), (True, "나아진 질문")):
        flips = [flip for flip in found.flips if flip.better == better]
        if flips:
            yield f"\n{title} {len(flips):,}건"
        for flip in flips[:most]:
            yield f"  {flip.id} [{METRICS[flip.metric].name}] {flip.question}"
        if len(flips) > most:
            yield f"  … 그 밖에 {len(flips) - most:,}건"
    if found.only_old or found.only_new:
        yield f"\n한쪽에만 있는 질문: 이전 {found.only_old:,}개, 새 결과 {found.only_new:,}개"
