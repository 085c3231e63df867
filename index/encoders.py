"""One encoder a process: opening an index again does not load its model again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies

from corpus import EncoderError
from index.embedding import Encoder, load_encoder
from index.embedding.loading import BUILTIN_NAME
from index.settings import IndexSettings
from index.storage import Manifest

if TYPE_CHECKING:
    from index.reranking.model import Reranker

# The built-in encoder takes 0.2 s and 60 MB, others seconds and a gigabyte. Two at most: the one
# in use, and the one that a changed setting asks for.
_KEPT = 2
_CONNECT_SECONDS = 5
_loading = Lock()


def encoder_of(settings: IndexSettings) -> Encoder:
    """The encoder that ``settings`` name, loaded once and shared by every user of this process.

    Raises:
        EncoderError: it cannot be loaded.
    """
    with _loading:  # two threads that ask at once must not load it twice
        return _load(settings.encoder, settings.query_prompt, settings.passage_prompt)


def reranker_of(settings: IndexSettings) -> Reranker | None:
    """The second stage that ``settings`` name, loaded once.

    Raises:
        EncoderError: its files are damaged.
    """
    if settings.reranker == "none":
        return None
    with _loading:
        return _reranker()


@cache
def _reranker() -> Reranker:
    from index.reranking.model import Reranker

    return Reranker()


def require_same(encoder: Encoder, manifest: Manifest) -> None:
    """Vectors of two models must not meet.

    Raises:
        EncoderError: the index was made with another encoder.
    """
    if encoder.fingerprint != manifest.encoder_fingerprint:
        raise EncoderError(
            f"색인은 {manifest.encoder} 모델로 만들었는데 지금 설정은 {encoder.id} 모델입니다.",
            hint="`smartstore-assistant index build`로 색인을 다시 만들어 주세요.",
        )


@lru_cache(maxsize=_KEPT)
def _load(encoder: str, query_prompt: str | None, passage_prompt: str | None) -> Encoder:
    named = IndexSettings.model_construct(
        encoder=encoder, query_prompt=query_prompt, passage_prompt=passage_prompt
    )
    if encoder == BUILTIN_NAME or Path(encoder).exists():
        return load_encoder(named)
    with _offline_without_network():
        return load_encoder(named)


@contextmanager
def _offline_without_network() -> Iterator[None]:
    """Without a network the model hub is not asked: it would retry for 79 s before it gives up.

    What was downloaded before is still found.
    """
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or not _reachable(constants.ENDPOINT)
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _reachable(address: str) -> bool:
    if getproxies():
        return True  # only the proxy can tell
    parts = urlsplit(address)
    port = parts.port or (80 if parts.scheme == "http" else 443)
    try:
        socket.create_connection((parts.hostname or "", port), _CONNECT_SECONDS).close()
    except OSError:
        return False
    return True
