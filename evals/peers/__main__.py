"""``python -m evals.peers``: ours, baselines, ablations and peers on the same questions.

The peers' environment is made once, outside the repository; what each system found is kept in the
output folder, so that only what is missing runs again. ``standings.json`` there goes into the
report (``smartstore-assistant eval report RUN --peers FOLDER``); ``--write docs/evaluation.md``
puts the table of the test questions between the markers of that page.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click

from assistant.settings import load_settings
from evals import sidebyside
from evals.baselines import build_seconds, systems
from evals.peers.pipelines import PEERS
from evals.questions import SHIPPED, read_questions
from evals.standings import STANDINGS, Standings, table
from evals.systems import Finds, Job
from evals.tables import replace_table
from index.embedding.environment import environment
from index.storage.files import replace_file

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
REPOSITORY = Path(__file__).parents[2]
FINDS = ".finds.json"
BUILD = "build_seconds.txt"


def peer(name: str, python: Path, job: Path, out: Path) -> None:
    """Run one peer in a process of its own, with our packages but none of our environment."""
    variables = {
        "PYTHONPATH": str(REPOSITORY),
        "HF_HUB_OFFLINE": "1",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "ANONYMIZED_TELEMETRY": "False",
    }
    part = out.with_name(f"{out.name}.part")
    subprocess.run(
        [python, "-m", "evals.peers.worker", name, job, part],
        env={**os.environ, **variables},
        check=True,
    )
    part.replace(out)


@click.command()
@click.option("--environment", "venv", type=click.Path(path_type=Path), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--only", multiple=True, help="Measure these alone (by the names of their files).")
@click.option("--write", type=click.Path(exists=True, path_type=Path), help="A page to update.")
def main(venv: Path, out: Path, only: tuple[str, ...], write: Path | None) -> None:
    """Measure what has not been measured for these questions, and print the standings."""
    dev, test = (read_questions(SHIPPED / f"{name}.jsonl") for name in ("dev", "test"))
    job = _prepared(out, sidebyside.job([*dev, *test]))
    work = Job.model_validate_json(job.read_text(encoding="utf-8"))
    own = systems(load_settings())
    finds = []
    for name in [*own, *PEERS]:
        kept = out / f"{name}{FINDS}"
        if not kept.is_file() and (not only or name in only):
            click.echo(f"{name} …", err=True)
            if name in own:
                replace_file(kept, own[name](work).model_dump_json())
            else:
                peer(name, environment(venv, REQUIREMENTS), job, kept)
        if kept.is_file():
            finds.append(Finds.model_validate_json(kept.read_text(encoding="utf-8")))
    finds[0] = finds[0].model_copy(update={"index_seconds": _index_seconds(out, bool(only))})
    found = Standings(
        sets={
            "dev": tuple(sidebyside.standings(finds, dev, dev)),
            "test": tuple(sidebyside.standings(finds, test, dev)),
        }
    )
    replace_file(out / STANDINGS, found.model_dump_json(indent=1))
    for name, rows in found.sets.items():
        click.echo(f"\n## {name}\n\n{table(rows)}")
    if write:
        replace_table(write, "standings", table(found.sets["test"]))


def _prepared(out: Path, work: Job) -> Path:
    """The file of the job. When the questions or the corpus changed, old finds are thrown away."""
    out.mkdir(parents=True, exist_ok=True)
    job, text = out / "job.json", work.model_dump_json()
    if not job.is_file() or job.read_text(encoding="utf-8") != text:
        for stale in (*out.glob(f"*{FINDS}"), out / BUILD):
            stale.unlink(missing_ok=True)
        replace_file(job, text)
    return job


def _index_seconds(out: Path, skip: bool) -> float | None:
    kept = out / BUILD
    if not kept.is_file():
        if skip:
            return None
        replace_file(kept, f"{build_seconds(load_settings()):.1f}")
    return float(kept.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
