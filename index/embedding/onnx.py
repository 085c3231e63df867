"""The built-in encoder: onnxruntime over an int8 file, without torch or transformers."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.errors import EncoderError
from index.embedding.protocol import Progress

DESCRIPTION = "onnx/encoder.json"
"""Id, dimension, name and SHA-256 of the ONNX file beside it; `quantize` writes it."""
SETTINGS = "config_sentence_transformers.json"
TOKENIZER_SETTINGS = "tokenizer_config.json"
TOKENIZER = "tokenizer.json"


class OnnxEncoder:
    """Runs the ONNX file of an encoder directory.

    One text a run, on one core: inputs are quantised over a whole run, so a text beside others
    would get another vector. Calls from several threads are safe.
    """

    one_at_a_time = True

    def __init__(self, directory: Path, threads: int = 1) -> None:
        """Load the model.

        Args:
            directory: an encoder directory with `onnx/encoder.json`.
            threads: texts that `encode_passages` runs at the same time.

        Raises:
            EncoderError: the directory is missing, incomplete or damaged.
        """
        self._threads = threads
        description = _read_json(directory, DESCRIPTION)
        limits = _read_json(directory, TOKENIZER_SETTINGS)
        prompts = _read_json(directory, SETTINGS)
        model = read_file(directory, f"onnx/{_value(directory, description, 'model')}")
        digest = hashlib.sha256(model).hexdigest()
        if digest != _value(directory, description, "sha256"):
            raise _damaged(directory, f"{description['model']} 파일이 배포된 것과 다릅니다")
        self.id = str(_value(directory, description, "id"))
        self.dimension = int(_value(directory, description, "dimension"))
        self._query_prompt = str(_prompt(directory, prompts, "query"))
        self._passage_prompt = str(_prompt(directory, prompts, "document"))
        self._limit = int(_value(directory, limits, "model_max_length"))
        stored_tokenizer = read_file(directory, TOKENIZER)
        self._counter = _tokenizer(directory, stored_tokenizer)
        self._tokenizer = _tokenizer(directory, stored_tokenizer)
        self._tokenizer.enable_truncation(max_length=self._limit)
        self._session = open_session(directory, model)
        self.fingerprint = _fingerprint(
            digest, stored_tokenizer, self._query_prompt, self._passage_prompt, str(self._limit)
        )

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, float32, shape (dimension,), unit length."""
        return self._run(self._query_prompt + text)

    def encode_passages(
        self, texts: Sequence[str], progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """The vectors of passages.

        Args:
            texts: without prompt.
            progress: called after each text with the number done and the number in all.

        Returns:
            float32, shape (len(texts), dimension), unit length; the same whatever `threads` is.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        prompted = [self._passage_prompt + text for text in texts]
        with ThreadPoolExecutor(max_workers=self._threads) as pool:
            for number, vector in enumerate(pool.map(self._run, prompted)):
                vectors[number] = vector
                if progress:
                    progress(number + 1, len(texts))
        return vectors

    def count_tokens(self, text: str) -> int:
        """Tokens of a text without prompt, start and end, never cut."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def _run(self, prompted: str) -> NDArray[np.float32]:
        ids = np.array([self._tokenizer.encode(prompted).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vector: NDArray[np.float32] = self._session.run(["sentence_embedding"], feed)[0][0]
        return vector


def read_file(directory: Path, name: str) -> bytes:
    """The content of a file of a model.

    Raises:
        EncoderError: it cannot be read.
    """
    try:
        return (directory / name).read_bytes()
    except OSError as error:
        raise EncoderError(
            f"임베딩 모델 파일을 읽을 수 없습니다: {directory / name} ({error.strerror})",
            hint="패키지를 다시 설치해 주세요. 직접 만든 모델이라면 "
            "`python -m index.embedding.quantize --model 폴더`로 ONNX 파일을 만들 수 있습니다.",
        ) from error


def _read_json(directory: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads(read_file(directory, name))
    except ValueError as error:
        raise _damaged(directory, f"{name} 파일이 JSON이 아닙니다") from error
    if not isinstance(content, dict):
        raise _damaged(directory, f"{name} 파일에 설정이 없습니다")
    return content


def _value(directory: Path, settings: dict[str, Any], key: str) -> str | int:
    value = settings.get(key)
    if not isinstance(value, str | int):
        raise _damaged(directory, f"설정에 '{key}' 값이 없습니다")
    return value


def _prompt(directory: Path, settings: dict[str, Any], key: str) -> str | int:
    prompts = settings.get("prompts")
    return _value(directory, prompts if isinstance(prompts, dict) else {}, key)


def _tokenizer(directory: Path, stored: bytes) -> Tokenizer:
    try:
        return Tokenizer.from_buffer(stored)
    except ValueError as error:
        raise _damaged(directory, f"{TOKENIZER} 파일을 해석할 수 없습니다") from error


def open_session(directory: Path, model: bytes, threads: int = 1) -> onnxruntime.InferenceSession:
    """A session whose products run on some cores.

    Raises:
        EncoderError: the file is no ONNX model.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    # Idle threads that wait at full speed would slow down whatever runs beside.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no common class of its errors
        raise _damaged(directory, f"ONNX 모델을 열 수 없습니다 ({error})") from error


def _fingerprint(digest: str, tokenizer: bytes, *settings: str) -> str:
    parts = [digest, hashlib.sha256(tokenizer).hexdigest(), *settings]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _damaged(directory: Path, problem: str) -> EncoderError:
    return EncoderError(
        f"임베딩 모델이 손상되었습니다: {directory}: {problem}.",
        hint="패키지를 다시 설치하거나 설정의 encoder 경로를 확인해 주세요.",
    )
