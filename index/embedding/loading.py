"""From settings to an encoder."""

from typing import TYPE_CHECKING

from index.embedding import BUILTIN

if TYPE_CHECKING:
    from index.embedding.protocol import Encoder
    from index.settings import IndexSettings

BUILTIN_NAME = "builtin"
"""Value of the `encoder` setting that means the shipped model."""


def load_encoder(settings: "IndexSettings") -> "Encoder":
    """The encoder that the settings name.

    The built-in encoder has its own prompts; the prompt settings belong to other models.

    Raises:
        EncoderError: it cannot be loaded.
    """
    if settings.encoder == BUILTIN_NAME:
        from index.embedding.onnx import OnnxEncoder

        return OnnxEncoder(BUILTIN)
    from index.embedding.transformer import TransformerEncoder

    return TransformerEncoder(
        settings.encoder,
        query_prompt=settings.query_prompt,
        passage_prompt=settings.passage_prompt,
    )
