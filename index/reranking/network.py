"""The cross-encoder as it is trained: BERT over question and passage, one number out."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertModel

from index.embedding.tokenizer import PAD, SPECIALS
from index.embedding.tokens import Ids
from index.reranking import PASSAGE_TOKENS, QUESTION_TOKENS


class PairTokens:
    """Token ids of numbered texts on the device, to be joined in pairs."""

    def __init__(self, ids: Ids, lengths: Ids, device: torch.device) -> None:
        """Take what `token_ids` returns."""
        counts = lengths.astype(np.int64)
        self._flat = torch.from_numpy(ids.astype(np.int32)).to(device)
        self._starts = torch.from_numpy(np.cumsum(counts) - counts).to(device)
        self._counts = torch.from_numpy(counts).to(device)

    def joined(self, left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
        """A question and a passage after it, each with its prompt and end mark.

        Args:
            left: numbers of questions, shape (n,).
            right: numbers of passages, shape (n,).

        Returns:
            Ids and mask, int64, shape (n, length).
        """
        first = self._counts[left].clamp(max=QUESTION_TOKENS)
        second = self._counts[right].clamp(max=PASSAGE_TOKENS) - 1  # without its start mark
        total = first + second
        places = torch.arange(int(total.max()), device=left.device)
        behind = places[None, :] - first[:, None]
        at = torch.where(
            behind < 0,
            self._starts[left][:, None] + places,
            self._starts[right][:, None] + 1 + behind,
        )
        mask = places < total[:, None]
        ids = self._flat[at.clamp(max=len(self._flat) - 1)].long()
        return torch.where(mask, ids, SPECIALS.index(PAD)), mask.long()


class CrossEncoder(nn.Module):
    """BERT, mean pooling, and one logit: whether the passage answers the question."""

    def __init__(self, base: Path, layers: tuple[int, ...] = ()) -> None:
        """Start from an encoder, keeping some of its layers if they are named."""
        super().__init__()
        self.bert = BertModel.from_pretrained(base, dtype=torch.float32, add_pooling_layer=False)
        if layers:
            kept = [self.bert.encoder.layer[number] for number in layers]
            self.bert.encoder.layer = nn.ModuleList(kept)
            self.bert.config.num_hidden_layers = len(kept)
        width = int(self.bert.config.hidden_size)
        self.dense, self.out = nn.Linear(width, width), nn.Linear(width, 1)
        self.bert.embeddings.word_embeddings.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Logits, float32, shape (n,)."""
        with torch.autocast(ids.device.type, torch.bfloat16):
            last = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        kept = mask.unsqueeze(-1).float()
        pooled = (last.float() * kept).sum(dim=1) / kept.sum(dim=1)
        logits: Tensor = self.out(torch.tanh(self.dense(pooled)))
        return logits.squeeze(1)


def in_order(lengths: NDArray[np.int64], size: int) -> list[NDArray[np.int64]]:
    """Rows in batches of about the same length."""
    order = np.argsort(lengths, kind="stable")
    return [order[start : start + size] for start in range(0, len(order), size)]
