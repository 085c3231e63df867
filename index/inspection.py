"""Look at the index on the disk without opening it."""

from __future__ import annotations

from index import storage
from index.settings import IndexSettings
from index.storage import Manifest, current, read_manifest


def status(settings: IndexSettings | None = None) -> Manifest:
    """What the current generation holds and how it was made.

    Raises:
        IndexMissingError: nothing has been built.
        IndexDamagedError: its manifest is damaged.
    """
    return read_manifest(current((settings or IndexSettings()).index_directory))


def verify(settings: IndexSettings | None = None) -> Manifest:
    """Compare every file of the current generation with its checksum.

    Raises:
        IndexMissingError: nothing has been built.
        IndexDamagedError: names the first file that is missing, of another size or content.
    """
    return storage.verify(current((settings or IndexSettings()).index_directory))
