"""Open the current generation of the index, or the newest sound one."""

from __future__ import annotations

from index.encoders import encoder_of, require_same, reranker_of
from index.search import Index
from index.segment import is_open
from index.settings import IndexSettings
from index.storage import pointed, sound


def open_index(settings: IndexSettings | None = None) -> Index:
    """Open the current generation; every checksum is verified first.

    A damaged generation is named in a warning and the newest sound one before it is used.
    Segments that this process has open, and so has verified, are shared.

    Raises:
        IndexMissingError: nothing has been built.
        IndexDamagedError: the current generation is damaged and no other one is sound.
        EncoderError: the embedding model cannot be loaded, or is not the one of the index.
    """
    settings = settings or IndexSettings()
    while True:
        found = sound(settings.index_directory, is_open)
        encoder = encoder_of(settings)
        require_same(encoder, found.manifest)
        try:
            return Index(
                found.path,
                found.manifest,
                encoder,
                found.pointer,
                prefer_own=settings.prefer_own,
                reranker=reranker_of(settings),
            )
        except FileNotFoundError:
            if pointed(settings.index_directory) == found.pointer:
                raise
            # Two builds ended since it was verified and pruned it: open the newest one.
