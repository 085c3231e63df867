"""Any sentence-transformers model, by name or path."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.errors import EncoderError
from index.embedding.protocol import Progress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SAMPLE = 1024
"""Values of each weight that go into the fingerprint; training moves all of them."""


class TransformerEncoder:
    """Runs `sentence_transformers.SentenceTransformer`; torch is imported on construction."""

    one_at_a_time = False

    def __init__(
        self,
        name_or_path: str,
        *,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        batch_size: int = 32,
        device: str | None = None,
    ) -> None:
        """Load the model.

        Args:
            name_or_path: on the model hub, or a folder.
            query_prompt: put before a question, such as `query: ` for E5 models or an
                instruction for BGE models; None for what the model itself declares.
            passage_prompt: put before a passage, such as `passage: `, or empty for BGE models;
                None for what the model itself declares.
            batch_size: passages run together.
            device: such as `cpu` or `cuda`; by default the best there is.

        Raises:
            EncoderError: there is no such model, or no network to fetch it.
        """
        self.id = name_or_path
        self._query_prompt, self._passage_prompt = query_prompt, passage_prompt
        self._batch_size = batch_size
        self._model = _load(name_or_path, device)
        self.dimension = self._width()
        self.fingerprint = self._digest()

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, float32, shape (dimension,), unit length."""
        if self._query_prompt is None:
            vectors = self._model.encode_query([text], show_progress_bar=False)
        else:
            vectors = self._model.encode([text], prompt=self._query_prompt, show_progress_bar=False)
        vector: NDArray[np.float32] = _unit(vectors)[0]
        return vector

    def encode_passages(
        self, texts: Sequence[str], progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """The vectors of passages.

        Args:
            texts: without prompt.
            progress: called after each batch with the number done and the number in all.

        Returns:
            float32, shape (len(texts), dimension), unit length.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), self._batch_size):
            batch = list(texts[start : start + self._batch_size])
            vectors[start : start + len(batch)] = self._batch(batch)
            if progress:
                progress(start + len(batch), len(texts))
        return vectors

    def count_tokens(self, text: str) -> int:
        """Tokens of a text without prompt, start and end."""
        return len(self._model.tokenizer.encode(text, add_special_tokens=False))

    def _batch(self, texts: list[str]) -> NDArray[np.float32]:
        size = self._batch_size
        if self._passage_prompt is None:
            return _unit(
                self._model.encode_document(texts, batch_size=size, show_progress_bar=False)
            )
        prompt = self._passage_prompt
        return _unit(
            self._model.encode(texts, prompt=prompt, batch_size=size, show_progress_bar=False)
        )

    def _width(self) -> int:
        width = self._model.get_embedding_dimension()
        return len(self.encode_query("길이")) if width is None else int(width)

    def _digest(self) -> str:
        """SHA-256 of the prompts and a sample of every weight."""
        prompts = (self._query_prompt, self._passage_prompt, sorted(self._model.prompts.items()))
        digest = hashlib.sha256(repr(prompts).encode())
        for name, weight in sorted(self._model.state_dict().items()):
            flat = weight.detach().reshape(-1)
            sample = flat[:: max(1, len(flat) // SAMPLE)].float().cpu().numpy()
            digest.update(f"{name} {tuple(weight.shape)}".encode() + sample.tobytes())
        return digest.hexdigest()


def _load(name_or_path: str, device: str | None) -> "SentenceTransformer":
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EncoderError(
            f"'{name_or_path}' 모델을 쓰려면 sentence-transformers 패키지가 필요합니다.",
            hint="pip install 'sentence-transformers>=6.2' 를 실행해 주세요.",
        ) from error
    try:
        return SentenceTransformer(name_or_path, device=device)
    except (OSError, ValueError, RuntimeError) as error:
        raise EncoderError(
            f"임베딩 모델 '{name_or_path}'을(를) 불러올 수 없습니다 ({_first_line(error)}).",
            hint="모델 이름이나 폴더 경로를 확인해 주세요. 이름이 맞다면 모델을 내려받을 수 있게 "
            "인터넷에 연결되어 있는지 확인하거나 설정을 encoder=builtin 으로 되돌려 주세요.",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _unit(vectors: object) -> NDArray[np.float32]:
    """Rows of unit length as float32; a zero row stays zero."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
