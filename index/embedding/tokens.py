"""All texts of a training as token ids on the device, so that a batch costs no tokenizing."""

from array import array
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from index.embedding.directory import PASSAGE_PROMPT, QUERY_PROMPT
from index.embedding.tokenizer import BOS, EOS, PAD, SPECIALS

Ids = NDArray[np.uint16]
LONGEST = 256
"""Tokens that are kept of a text."""
WIDTH = 8
"""Rows are padded to a multiple of it, which the GPU's attention wants."""
CHUNK = 20_000
"""Words that are tokenized together."""


class TextTable:
    """Numbers prompted texts in the order in which they come."""

    def __init__(self) -> None:
        """Start empty."""
        self.texts: dict[str, int] = {}

    def query(self, text: str) -> int:
        """The number of a query."""
        return self.texts.setdefault(QUERY_PROMPT + text, len(self.texts))

    def passage(self, text: str) -> int:
        """The number of a passage."""
        return self.texts.setdefault(PASSAGE_PROMPT + text, len(self.texts))


def token_ids(texts: Sequence[str], tokenizer_file: Path) -> tuple[Ids, Ids]:
    """The token ids of all texts, one after the other, and how many each has.

    The tokenizer splits at spaces before all else, so each different word is tokenized once
    (twenty times faster on millions of tokens, and the same ids).

    Args:
        texts: with prompt; cut at `LONGEST` tokens.
        tokenizer_file: of the encoder.

    Returns:
        uint16, shapes (tokens,) and (texts,).
    """
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    words = list({word: None for text in texts for word in text.split()})
    known: dict[str, list[int]] = {}
    for start in range(0, len(words), CHUNK):
        some = words[start : start + CHUNK]
        found = tokenizer.encode_batch_fast(some, add_special_tokens=False)
        known.update(zip(some, (entry.ids for entry in found), strict=True))
    ids = array("H")
    lengths = np.zeros(len(texts), dtype=np.uint16)
    for number, text in enumerate(texts):
        inside = list(chain.from_iterable(known[word] for word in text.split()))[: LONGEST - 2]
        ids.extend([SPECIALS.index(BOS), *inside, SPECIALS.index(EOS)])
        lengths[number] = len(inside) + 2
    return np.frombuffer(ids, dtype=np.uint16), lengths


class Tokens:
    """Token ids of numbered texts on the device."""

    def __init__(self, ids: Ids, lengths: Ids, device: torch.device) -> None:
        """Take what `token_ids` returns."""
        self.lengths: NDArray[np.int64] = lengths.astype(np.int64)
        starts = np.cumsum(self.lengths) - self.lengths
        self._flat = torch.from_numpy(ids.astype(np.int32)).to(device)
        self._starts = torch.from_numpy(starts).to(device)
        self._counts = torch.from_numpy(self.lengths).to(device)

    def padded(self, numbers: NDArray[np.int64], limit: int) -> tuple[Tensor, Tensor]:
        """Ids and mask of some texts.

        Args:
            numbers: of the texts, shape (n,).
            limit: tokens at which they are cut; the end mark stays.

        Returns:
            int64, both of shape (n, length); 1 in the mask where a token is.
        """
        device = self._flat.device
        rows = torch.from_numpy(numbers).to(device)
        longest = min(limit, -(-int(self.lengths[numbers].max()) // WIDTH) * WIDTH)
        places = torch.arange(longest, device=device)
        counts = self._counts[rows].clamp(max=limit)
        mask = places < counts[:, None]
        at = (self._starts[rows][:, None] + places).clamp(max=len(self._flat) - 1)
        ids = torch.where(mask, self._flat[at].long(), SPECIALS.index(PAD))
        ids[torch.arange(len(rows), device=device), counts - 1] = SPECIALS.index(EOS)
        return ids, mask.long()


def same_passages(ids: Tensor, mask: Tensor, share: float) -> Tensor:
    """Which passages are the same or nearly so, by their pairs of neighbouring tokens.

    Args:
        ids: token ids, shape (n, length).
        mask: likewise.
        share: of the pairs of both together, from which two count as the same.

    Returns:
        bool, shape (n, n).
    """
    buckets = 4096
    pairs = (ids[:, :-1] * 31 + ids[:, 1:]) % buckets
    pairs = torch.where(mask[:, 1:] > 0, pairs, buckets)
    sketch = torch.zeros(len(ids), buckets + 1, device=ids.device)
    sketch.scatter_(1, pairs, 1.0)
    sketch = sketch[:, :buckets]
    both = sketch @ sketch.T
    sizes = sketch.sum(dim=1)
    return both >= share * (sizes[:, None] + sizes[None, :] - both).clamp(min=1.0)
