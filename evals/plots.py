"""The plots of a report: SVG text for a page, drawn by matplotlib."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus import CATEGORY_NAMES, SettingsError
from evals.figures import Figures
from evals.intervals import Estimate
from evals.metrics import METRICS
from evals.sidebyside import MEASURES, Standing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The page's own colours (ui/static/base.css): brand, evidence, closed, alarm.
COLOURS = ("#0b6b4f", "#2450b8", "#c07318", "#b03526")
INK, LINE, SOFT = "#47544e", "#dde3de", "#aab5af"
_BY_CATEGORY = ("recall_at_5", "cited", "channel", "abstention_recall")
_WHISKER = 1.6
_LABELS: dict[str, str] = {str(name): label for name, label in CATEGORY_NAMES.items()}
_ORDER = {name: place for place, name in enumerate(_LABELS)}
_RC: Any = {  # its type lists hundreds of names
    "svg.fonttype": "none",  # text stays text: the browser has the Korean letters
    "svg.hashsalt": "smartstore-assistant",  # the same figures give the same file
    "font.family": "sans-serif",
    "font.sans-serif": ["Noto Sans CJK KR", "Noto Sans KR", "DejaVu Sans"],
    "font.size": 10,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}


class _Plot:
    """Axes to draw on; ``svg`` is filled when the drawing is done."""

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.svg = ""


@contextmanager
def _drawn(width: float, height: float) -> Iterator[_Plot]:
    """Axes of that size in inches.

    Raises:
        SettingsError: matplotlib is not installed.
    """
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise SettingsError(
            "그림을 그리려면 matplotlib이 필요합니다.",
            name="report",
            hint="pip install 'smartstore-assistant[report]'로 설치해 주세요.",
        ) from error
    with warnings.catch_warnings(), matplotlib.rc_context(_RC):
        # Where no Korean font is installed, widths are guessed; the reader's browser has one.
        warnings.filterwarnings("ignore", message=r"(?s).*(Glyph|findfont).*")
        figure = Figure(figsize=(width, height), layout="constrained")
        plot = _Plot(figure.add_subplot())
        yield plot
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
        plot.svg = out.getvalue()[out.getvalue().index("<svg") :]


def by_category(figures: Figures) -> str:
    """A dot with its interval for each category and metric."""
    groups = figures.by_category
    names = sorted(groups, key=lambda name: _ORDER.get(name, len(_ORDER)))
    shown = [m for m in _BY_CATEGORY if any(m in groups[name].estimates for name in names)]
    if not names or not shown:
        return ""
    rows: list[tuple[str, list[Estimate | None]]] = [
        (METRICS[metric].name, [groups[name].estimates.get(metric) for name in names])
        for metric in shown
    ]
    return _dots([_LABELS.get(name, name) for name in names], rows, COLOURS)


def against(standings: Sequence[Standing]) -> str:
    """Ours and every other system: three measures with their intervals."""
    labels = [one.name for one in standings]
    shown = ("recall_at_5", "fact_in_answer", "abstention")
    rows = [(MEASURES[name], [one.estimates.get(name) for one in standings]) for name in shown]
    return _dots(labels, rows, COLOURS)


def _dots(
    labels: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Estimate | None]]],
    colours: Sequence[str],
) -> str:
    height = 1.0 + 0.16 * len(labels) * (len(rows) + 1)
    step = 0.8 / max(1, len(rows))
    with _drawn(8.2, height) as plot:
        axes = plot.axes
        for nth, ((name, estimates), colour) in enumerate(zip(rows, colours, strict=False)):
            at = [
                (place + (nth - (len(rows) - 1) / 2) * step, one)
                for place, one in enumerate(estimates)
                if one
            ]
            axes.hlines(
                [y for y, _ in at],
                [one.low for _, one in at],
                [one.high for _, one in at],
                color=colour,
                linewidth=_WHISKER,
            )
            axes.plot(
                [one.value for _, one in at], [y for y, _ in at], "o", color=colour, label=name
            )
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_xlim(0, 1.02)
        axes.grid(axis="y", visible=False)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(rows))
    return plot.svg


def reliability(figures: Figures) -> str:
    """Confidence against what came true; the area of a dot is its number of questions."""
    if not figures.reliability:
        return ""
    confidence = [one.confidence for one in figures.reliability]
    share = [one.share for one in figures.reliability]
    with _drawn(4.2, 3.8) as plot:
        axes = plot.axes
        axes.plot([0, 1], [0, 1], color=SOFT, linestyle="--", linewidth=1)
        axes.plot(confidence, share, color=COLOURS[0], linewidth=1.4)
        axes.scatter(confidence, share, s=[12 + one.n for one in figures.reliability], c=COLOURS[0])
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.05), xlabel="확신", ylabel="답이 있는 비율")
    return plot.svg


def risk_coverage(figures: Figures) -> str:
    """The share of wrong answers when only the surest are answered."""
    if not figures.risk_coverage:
        return ""
    coverage, risk = zip(*figures.risk_coverage, strict=True)
    with _drawn(4.2, 3.8) as plot:
        axes = plot.axes
        axes.plot(coverage, risk, color=COLOURS[3], linewidth=1.8)
        axes.set(xlim=(0, 1.02), ylim=(0, max(0.05, 1.1 * max(risk))))
        axes.set(xlabel="답하는 비율(확신이 큰 것부터)", ylabel="그 가운데 틀린 비율")
    return plot.svg


def latency(figures: Figures) -> str:
    """The share of answers given within each time."""
    if not figures.latencies:
        return ""
    with _drawn(8.2, 2.8) as plot:
        axes = plot.axes
        shares = np.linspace(0, 1, len(figures.latencies))
        axes.plot(figures.latencies, shares, color=COLOURS[0], linewidth=1.8)
        axes.fill_between(figures.latencies, shares, color=COLOURS[0], alpha=0.08)
        for name, percent in (("p50", 0.5), ("p95", 0.95)):
            value = figures.latency[name].value
            axes.plot([value], [percent], "o", color=COLOURS[2])
            label = f"{percent:.0%}: {value:.1f} ms"
            axes.annotate(label, (value, percent), (8, -4), textcoords="offset points")
        axes.set_xscale("log")
        axes.set(ylim=(0, 1.03), xlabel="답변 시간(ms, 로그 눈금)", ylabel="답한 비율")
    return plot.svg
