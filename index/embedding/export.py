"""Writes trained weights as an encoder directory, and brings them home from another machine.

    python -m index.embedding.export --base DIR --weights DIR --out DIR

joins the parts that `experiments` wrote (a machine may give back small files only), writes the
directory and its int8 ONNX file.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save
from torch import Tensor

from corpus.errors import EncoderError
from index.embedding.files import write_bytes, write_text

TRAINED_ID = "e5-small-ko-seller"
PART = "weights.{:02d}"
PART_BYTES = 15 * 1024 * 1024
Arrays = dict[str, NDArray[np.float16]]
BERT, LATE = "bert.", "late.weight"


def halves(weights: Mapping[str, Tensor]) -> Arrays:
    """The weights of the encoder in float16, named as in `transformers.BertModel`."""
    return {
        name.removeprefix(BERT): value.cpu().numpy().astype(np.float16)
        for name, value in weights.items()
        if value.is_floating_point()
    }


def write_parts(folder: Path, weights: Arrays) -> None:
    """Write the weights in files of at most `PART_BYTES`."""
    data = save(weights, metadata={"format": "pt"})
    for number, start in enumerate(range(0, len(data), PART_BYTES)):
        write_bytes(folder / PART.format(number), data[start : start + PART_BYTES])


def read_parts(folder: Path) -> Arrays:
    """Read what `write_parts` wrote.

    Raises:
        EncoderError: there are no parts.
    """
    parts = sorted(folder.glob("weights.[0-9][0-9]"))
    if not parts:
        raise EncoderError(
            f"가중치 조각이 없습니다: {folder}", hint="experiments 가 쓴 폴더를 지정해 주세요."
        )
    arrays: Arrays = load(b"".join(part.read_bytes() for part in parts))
    return arrays


def export(base: Path, weights: Arrays, out: Path) -> None:
    """Write a directory like the base with these weights and its ONNX file.

    Args:
        base: encoder directory from which the training started.
        weights: what `halves` returns; with fewer layers than the base the settings follow.
        out: directory to write.
    """
    from index.embedding.quantize import quantize  # a training machine may lack ONNX

    ignored = shutil.ignore_patterns("onnx", "*.safetensors", "*.md")
    shutil.copytree(base, out, dirs_exist_ok=True, ignore=ignored)
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    layers = {name.split(".")[2] for name in weights if name.startswith("encoder.layer.")}
    config["num_hidden_layers"] = len(layers)
    write_text(out / "config.json", json.dumps(config, indent=2, ensure_ascii=False) + "\n")
    ours = {name: value for name, value in weights.items() if name != LATE}
    write_bytes(out / "model.safetensors", save(ours, metadata={"format": "pt"}))
    quantize(out, TRAINED_ID)


def main() -> None:
    """Make the directory."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.export")
    parser.add_argument("--base", type=Path, required=True, help="encoder the training began with")
    parser.add_argument("--weights", type=Path, required=True, help="folder of the parts")
    parser.add_argument("--out", type=Path, required=True, help="directory to write")
    arguments = parser.parse_args()
    export(arguments.base, read_parts(arguments.weights), arguments.out)
    sys.stdout.write(f"{arguments.out}\n")


if __name__ == "__main__":
    main()
