"""Texts to vectors: the built-in Korean encoder, or any sentence-transformers model."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.embedding.loading import load_encoder
    from index.embedding.onnx import OnnxEncoder
    from index.embedding.protocol import Encoder, Progress
    from index.embedding.transformer import TransformerEncoder

__all__ = [
    "BUILTIN",
    "Encoder",
    "OnnxEncoder",
    "Progress",
    "TransformerEncoder",
    "load_encoder",
]

BUILTIN = Path(__file__).parent / "model"
"""Directory of the built-in encoder."""

# Importing this package loads neither numpy nor a runtime: they come with the first name used.
_LAZY = {
    "Encoder": "index.embedding.protocol",
    "OnnxEncoder": "index.embedding.onnx",
    "Progress": "index.embedding.protocol",
    "TransformerEncoder": "index.embedding.transformer",
    "load_encoder": "index.embedding.loading",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the lazy name is
    if name not in _LAZY:
        raise AttributeError(f"module 'index.embedding' has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
