"""``python -m evals.peers.worker PEER JOB OUT``: one peer in a process of its own."""

from __future__ import annotations

from pathlib import Path

import click

from evals.peers.pipelines import PEERS
from evals.systems import Job, measure
from index.encoders import encoder_of
from index.settings import IndexSettings


@click.command()
@click.argument("peer", type=click.Choice(list(PEERS)))
@click.argument("job", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def main(peer: str, job: Path, out: Path) -> None:
    """Run PEER over JOB and write what it found to OUT."""
    encoder = encoder_of(IndexSettings())
    encoder.encode_query("정산")  # its memory and its first second are not the peer's
    found = measure(PEERS[peer](encoder), Job.model_validate_json(job.read_text("utf-8")), "peer")
    out.write_text(found.model_dump_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
