"""What an encoder does, whichever runtime is behind it."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Progress = Callable[[int, int], None]
"""Called with the texts done and the texts in all."""


class Encoder(Protocol):
    """Texts to vectors of unit length, so that a dot product is the cosine."""

    @property
    def id(self) -> str:
        """The name by which an index tells people its encoder."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """Changes when the vectors of the same text may change (weights, tokenizer, prompts)."""

    @property
    def one_at_a_time(self) -> bool:
        """Whether texts are run one by one, so that several threads may share the work."""

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, float32, shape (dimension,)."""

    def encode_passages(
        self, texts: Sequence[str], progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """The vectors of passages, float32, shape (len(texts), dimension)."""

    def count_tokens(self, text: str) -> int:
        """Tokens of a text without prompt, start and end."""
