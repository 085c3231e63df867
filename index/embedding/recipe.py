"""What a training does: sizes, weights and rates, in one frozen object."""

from dataclasses import dataclass, replace
from typing import Any

GPU_SIZES = {
    "own": 256, "help": 384, "cloze": 96, "pairs": 256, "nli": 96, "scored": 192, "asked": 0
}  # fmt: skip
CPU_SIZES = {
    "own": 32, "help": 40, "cloze": 12, "pairs": 32, "nli": 12, "scored": 24, "asked": 0
}  # fmt: skip
"""Pairs of each part in one step; a part of size 0 is left out."""


@dataclass(frozen=True)
class Recipe:
    """One training.

    Attributes:
        sizes: pairs of each part in a step. `own`: our corpus and the training articles, two
            questions a passage, each drawn by itself; `help`: headings and the text below;
            `cloze`: a sentence and the rest of its passage; `pairs`: paraphrases; `nli`:
            entailments with a contradiction as negative; `scored`: graded similarity;
            `asked`: questions and near misses, each compared with all others (`memory`).
        weights: of each part's loss.
        rate: peak learning rate of the upper layer; the word table has `word_share` of it and
            each layer below `layer_decay` of the one above.
        temperature: of the contrastive losses.
        noise: share of queries with typing errors.
        titled: share of passages under their title.
        clusters: items of a batch that are neighbours of one drawn by chance; 1 for none.
        near: near misses are negatives of the passages that they miss.
        near_each: near misses of a passage in a step, at most; 0 for all.
        questions: weight of question to question of the same passage.
        limit: tokens at which passages are cut.
        asked_temperature: of the comparison with all other questions.
        refresh_at: shares of the training after which all questions are encoded again.
        mine_at: shares of the training after which the model finds new neighbours itself.
        matryoshka: shorter vectors that are trained as well.
        late: dimension of the token vectors of a late-interaction head; 0 for none.
        late_weight: of its loss.
        layers: the layers kept of the base; empty for all.
        frozen: layers above the word table that stay as they are, with the table; 0 for none.
        average: decay of the running average of the weights; 0 for none.
    """

    sizes: dict[str, int]
    weights: dict[str, float]
    rate: float = 2e-4
    word_share: float = 0.33
    layer_decay: float = 1.0
    weight_decay: float = 0.01
    temperature: float = 0.02
    noise: float = 0.25
    titled: float = 0.4
    clusters: int = 4
    near: bool = True
    near_each: int = 0
    questions: float = 0.3
    limit: int = 256
    asked_temperature: float = 0.05
    refresh_at: tuple[float, ...] = ()
    mine_at: tuple[float, ...] = ()
    matryoshka: tuple[int, ...] = ()
    late: int = 0
    late_weight: float = 0.3
    layers: tuple[int, ...] = ()
    frozen: int = 0
    average: float = 0.0

    def changed(self, changes: dict[str, Any]) -> "Recipe":
        """The recipe with other values; `sizes` and `weights` keep the parts not named."""
        merged: dict[str, Any] = {
            name: {**getattr(self, name), **value} if isinstance(value, dict) else value
            for name, value in changes.items()
        }
        for name, value in merged.items():
            if isinstance(value, list):
                merged[name] = tuple(value)
        return replace(self, **merged)


def default_recipe(*, gpu: bool) -> Recipe:
    """The recipe of the shipped weights, in sizes for the machine."""
    weights = {
        "own": 1.0, "help": 1.0, "cloze": 0.3, "pairs": 0.3, "nli": 0.3, "scored": 0.3, "asked": 1.0
    }  # fmt: skip
    sizes = GPU_SIZES if gpu else CPU_SIZES
    return Recipe(sizes=dict(sizes), weights=weights, limit=256 if gpu else 128)
