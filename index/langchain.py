"""The encoder as LangChain knows encoders."""

from __future__ import annotations

from langchain_core.embeddings import Embeddings

from index.embedding import Encoder
from index.encoders import encoder_of
from index.settings import IndexSettings


class EncoderEmbeddings(Embeddings):
    """A LangChain ``Embeddings`` over an `Encoder`; every vector has unit length."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    @classmethod
    def of(cls, settings: IndexSettings) -> EncoderEmbeddings:
        """The encoder that ``settings`` names."""
        return cls(encoder_of(settings))

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, with the query prompt."""
        return [float(x) for x in self.encoder.encode_query(text)]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of passages, with the passage prompt."""
        return [[float(x) for x in vector] for vector in self.encoder.encode_passages(texts)]
