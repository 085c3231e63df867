"""The encoder as it is trained: many texts of mixed lengths in few padded chunks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from index.embedding.tokens import Tokens

CHUNK_TOKENS = {"cuda": 40_000, "cpu": 4_000}
"""Padded tokens that run together."""


class TrainedEncoder(nn.Module):
    """BERT, mean pooling and, if asked for, a linear map of the token vectors."""

    def __init__(self, base: Path, layers: tuple[int, ...] = (), late: int = 0) -> None:
        """Load the base without dropout, keeping some of its layers if they are named."""
        super().__init__()
        self.bert = BertModel.from_pretrained(
            base,
            dtype=torch.float32,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        if layers:
            kept = [self.bert.encoder.layer[number] for number in layers]
            self.bert.encoder.layer = nn.ModuleList(kept)
            self.bert.config.num_hidden_layers = len(kept)
        self.late = nn.Linear(self.bert.config.hidden_size, late, bias=False) if late else None
        if self.late is not None:
            nn.init.orthogonal_(self.late.weight)

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""
        return next(self.parameters()).device

    def encode(
        self, tokens: Tokens, numbers: NDArray[np.int64], limit: int, *, late: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Vectors of numbered texts.

        Args:
            tokens: the texts.
            numbers: which of them, shape (n,).
            limit: tokens at which they are cut.
            late: whether to give the token vectors of the late-interaction head as well.

        Returns:
            float32 unit vectors, shape (n, dim), and for each text its unit token vectors, shape
            (tokens, late); an empty list unless asked for and there is such a head.
        """
        order = np.argsort(-tokens.lengths[numbers], kind="stable")
        vectors: list[Tensor] = []
        states: list[Tensor] = []
        device = self.device
        for some in _chunks(np.minimum(tokens.lengths[numbers][order], limit), device.type):
            ids, mask = tokens.padded(numbers[order[some]], limit)
            with torch.autocast(device.type, torch.bfloat16, enabled=_has_bfloat16(device)):
                last = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
                projected = self._projected(last) if late else None
            kept = mask.unsqueeze(-1).float()
            pooled = (last.float() * kept).sum(dim=1) / kept.sum(dim=1)
            vectors.append(functional.normalize(pooled, dim=1))
            if projected is not None:
                counts = mask.sum(dim=1).tolist()
                states += [row[:count] for row, count in zip(projected, counts, strict=True)]
        back = np.argsort(order)
        found = torch.cat(vectors)[torch.from_numpy(back).to(device)]
        return found, [states[place] for place in back] if states else []

    def _projected(self, last: Tensor) -> Tensor | None:
        return None if self.late is None else functional.normalize(self.late(last), dim=2)


def _has_bfloat16(device: torch.device) -> bool:
    """Whether products are faster in bfloat16; a processor with AVX2 alone is five times slower."""
    return device.type == "cuda" or torch.backends.cpu.get_cpu_capability().startswith("AVX512")


def _chunks(lengths: NDArray[np.int64], device: str) -> Iterator[slice]:
    """Slices of texts sorted from long to short, each within `CHUNK_TOKENS` when padded."""
    start = 0
    while start < len(lengths):
        count = max(1, CHUNK_TOKENS[device] // int(lengths[start]))
        yield slice(start, start + count)
        start += count
