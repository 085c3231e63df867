"""LangChain's tutorial pipeline, LlamaIndex, Haystack and txtai over our encoder.

Everything but the encoder is each library's default: its splitter, its store, its scoring. This
module runs in the peers' environment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.systems import K, Span, Text
from index.embedding import Encoder


class LangChain:
    """The tutorial: a recursive character splitter of 1,000 with 200 overlap, and FAISS."""

    name = "LangChain (분할 1000자 + FAISS)"

    def __init__(self, encoder: Encoder) -> None:
        from index.langchain import EncoderEmbeddings

        self._embeddings = EncoderEmbeddings(encoder)
        self._store: Any = None

    def build(self, documents: Sequence[Text]) -> None:
        """Split, embed and index."""
        from langchain_community.vectorstores import FAISS
        from langchain_core.documents import Document
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            chunk_size=1000, chunk_overlap=200, add_start_index=True
        )
        whole = [Document(page_content=d.text, metadata={"id": d.id}) for d in documents]
        self._store = FAISS.from_documents(splitter.split_documents(whole), self._embeddings)

    def search(self, question: str) -> list[Span]:
        """By distance: the nearer, the higher its negative."""
        found = self._store.similarity_search_with_score(question, k=K)
        return [
            Span(
                document_id=document.metadata["id"],
                start=document.metadata["start_index"],
                end=document.metadata["start_index"] + len(document.page_content),
                score=-float(distance),
            )
            for document, distance in found
        ]


class LlamaIndex:
    """``VectorStoreIndex.from_documents`` with its default sentence splitter."""

    name = "LlamaIndex (VectorStoreIndex)"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._retriever: Any = None

    def build(self, documents: Sequence[Text]) -> None:
        """Split, embed and index."""
        from llama_index.core import Document, VectorStoreIndex
        from llama_index.core.embeddings import BaseEmbedding

        encoder = self._encoder

        class Ours(BaseEmbedding):  # type: ignore[misc] # known in the peers' environment only
            """Our encoder as LlamaIndex knows encoders."""

            def _get_query_embedding(self, query: str) -> list[float]:
                return _listed(encoder.encode_query(query))

            async def _aget_query_embedding(self, query: str) -> list[float]:
                return self._get_query_embedding(query)

            def _get_text_embedding(self, text: str) -> list[float]:
                return _listed(encoder.encode_passages([text])[0])

        whole = [Document(text=d.text, id_=d.id) for d in documents]
        index = VectorStoreIndex.from_documents(whole, embed_model=Ours())
        self._retriever = index.as_retriever(similarity_top_k=K)

    def search(self, question: str) -> list[Span]:
        """By cosine."""
        return [
            Span(
                document_id=found.node.ref_doc_id,
                start=found.node.start_char_idx,
                end=found.node.end_char_idx,
                score=float(found.score),
            )
            for found in self._retriever.retrieve(question)
        ]


class Haystack:
    """The in-memory store with its BM25 or its embedding retriever, and the document splitter."""

    def __init__(self, encoder: Encoder | None) -> None:
        self._encoder = encoder
        self.name = "Haystack (임베딩)" if encoder else "Haystack (BM25)"
        self._run: Callable[[str], list[Any]] = lambda question: []

    def build(self, documents: Sequence[Text]) -> None:
        """Split into 200 words, embed where there is an encoder, and store."""
        from haystack import Document
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        encoder = self._encoder
        splitter = DocumentSplitter()
        splitter.warm_up()
        whole = [Document(content=d.text, meta={"id": d.id}) for d in documents]
        pieces = splitter.run(documents=whole)["documents"]
        if encoder:
            for piece in pieces:
                piece.embedding = _listed(encoder.encode_passages([piece.content])[0])
        store = InMemoryDocumentStore()
        store.write_documents(pieces)
        if encoder:
            dense = InMemoryEmbeddingRetriever(store, top_k=K)
            self._run = lambda q: dense.run(_listed(encoder.encode_query(q)))["documents"]
        else:
            words = InMemoryBM25Retriever(store, top_k=K)
            self._run = lambda q: words.run(q)["documents"]

    def search(self, question: str) -> list[Span]:
        """By BM25 or by dot product."""
        return [
            Span(
                document_id=found.meta["id"],
                start=found.meta["split_idx_start"],
                end=found.meta["split_idx_start"] + len(found.content),
                score=float(found.score),
            )
            for found in self._run(question)
        ]


class Txtai:
    """``Embeddings`` with an external encoder. It has no splitter: it is given our sections."""

    name = "txtai (Embeddings)"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._index: Any = None
        self._spans: list[tuple[str, int, int]] = []
        self._asking = False

    def build(self, documents: Sequence[Text]) -> None:
        """Embed and index the sections."""
        from txtai import Embeddings

        def transform(texts: list[str]) -> NDArray[np.float32]:  # txtai would call a bound method
            return self._transform(texts)

        self._index = Embeddings(method="external", transform=transform)
        self._spans = [(d.id, start, end) for d in documents for start, end in d.sections]
        texts = {d.id: d.text for d in documents}
        self._index.index(
            (number, texts[name][start:end], None)
            for number, (name, start, end) in enumerate(self._spans)
        )
        self._asking = True

    def search(self, question: str) -> list[Span]:
        """By cosine."""
        result = []
        for number, score in self._index.search(question, K):
            name, start, end = self._spans[number]
            result.append(Span(document_id=name, start=start, end=end, score=float(score)))
        return result

    def _transform(self, texts: list[str]) -> NDArray[np.float32]:
        if self._asking:
            return np.array([self._encoder.encode_query(text) for text in texts])
        return self._encoder.encode_passages(texts)


def _listed(vector: NDArray[np.float32]) -> list[float]:
    return [float(x) for x in vector]


PEERS: dict[str, Callable[[Encoder], Any]] = {
    "langchain": LangChain,
    "llamaindex": LlamaIndex,
    "haystack-bm25": lambda encoder: Haystack(None),
    "haystack-dense": Haystack,
    "txtai": Txtai,
}
