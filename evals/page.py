"""A run's report: one self-contained HTML page, and the same in Markdown."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from corpus import CATEGORY_NAMES, QuestionFileError, channels
from evals import plots
from evals.compare import compare
from evals.metrics import ALL
from evals.questions import KINDS
from evals.runner import Run
from evals.standings import HEAD, Standings, rows
from evals.summary import VERDICTS
from evals.worst import worst
from index.storage.files import replace_file

HTML, MARKDOWN = "report.html", "report.md"
_FLIPS = 30


def write_report(folder: Path, former: Path | None, peers: Path | None) -> list[Path]:
    """Write the report of the run in ``folder`` beside its figures.

    Args:
        folder: of a finished run.
        former: a run to compare with.
        peers: what ``python -m evals.peers`` wrote.

    Raises:
        QuestionFileError: a folder is not what it should be.
        SettingsError: matplotlib is not installed.
    """
    run = Run.read(folder)
    values = _values(run, Run.read(former) if former else None, _standings(peers))
    written = []
    for name, escaped in ((HTML, True), (MARKDOWN, False)):
        environment = Environment(
            loader=PackageLoader("evals"),
            autoescape=escaped,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        text = environment.get_template(f"{name}.jinja").render(values)
        replace_file(folder / name, text)
        written.append(folder / name)
    return written


def _standings(peers: Path | None) -> Standings | None:
    if peers is None:
        return None
    try:
        return Standings.read(peers)
    except (OSError, ValueError) as error:
        raise QuestionFileError("`python -m evals.peers`의 결과가 아닙니다", file=peers) from error


def _values(run: Run, former: Run | None, standings: Standings | None) -> dict[str, object]:
    figures = run.figures
    sides = standings.sets if standings else {}
    return {
        "meta": run.meta,
        "figures": figures,
        "metrics": ALL,
        "category_names": CATEGORY_NAMES,
        "kind_names": KINDS,
        "channel_names": {channel.id: channel.name for channel in channels()},
        "plots": {
            name: Markup(draw(figures))
            for name, draw in (
                ("by_category", plots.by_category),
                ("reliability", plots.reliability),
                ("risk_coverage", plots.risk_coverage),
                ("latency", plots.latency),
            )
        },
        "sides": {
            name: (Markup(plots.against(found)), rows(found)) for name, found in sides.items()
        },
        "sides_head": HEAD,
        "worst": worst(run.records()),
        "comparison": compare(former, run) if former else None,
        "former": former.meta if former else None,
        "verdicts": VERDICTS,
        "most_flips": _FLIPS,
    }
