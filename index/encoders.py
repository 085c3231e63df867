"""One encoder a process: opening an index again does not load its model again."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

from index.embedding import Encoder, load_encoder
from index.settings import IndexSettings

# The built-in encoder takes 0.2 s and 60 MB, others seconds and a gigabyte. Two at most: the one
# in use, and the one that a changed setting asks for.
_KEPT = 2
_loading = Lock()


def encoder_of(settings: IndexSettings) -> Encoder:
    """The encoder that ``settings`` name, loaded once and shared by every user of this process.

    Raises:
        EncoderError: it cannot be loaded.
    """
    with _loading:  # two threads that ask at once must not load it twice
        return _load(settings.encoder, settings.query_prompt, settings.passage_prompt)


@lru_cache(maxsize=_KEPT)
def _load(encoder: str, query_prompt: str | None, passage_prompt: str | None) -> Encoder:
    return load_encoder(
        IndexSettings.model_construct(
            encoder=encoder, query_prompt=query_prompt, passage_prompt=passage_prompt
        )
    )
