"""Typing errors: repeatable, few, and of the kinds that sellers make."""

from __future__ import annotations

import random
import unicodedata
from itertools import pairwise

import pytest
from rapidfuzz.distance import Levenshtein

from index.embedding.noise import FINALS, INITIALS, KEYBOARD, SOUNDS, VOWELS, mistyped, noisy

TEXT = "구매확정 뒤에 정산이 언제 들어오는지 알려 주세요 급합니다"


def test_the_same_seed_makes_the_same_errors() -> None:
    assert noisy(TEXT, random.Random(1)) == noisy(TEXT, random.Random(1))
    assert len({noisy(TEXT, random.Random(n)) for n in range(20)}) > 15


@pytest.mark.parametrize("text", ["", "가", "ab", "?", "정산"])
def test_short_texts_survive(text: str) -> None:
    for seed in range(50):
        assert isinstance(noisy(text, random.Random(seed)), str)
        assert isinstance(mistyped(text, random.Random(seed)), str)


def test_the_measured_noise_is_one_error_for_five_words() -> None:
    """Counted in letters without spaces: an error touches a few of them at most."""

    def letters(text: str) -> str:
        return unicodedata.normalize("NFKD", text.replace(" ", ""))

    words = len(TEXT.split())
    changes = [
        Levenshtein.distance(letters(TEXT), letters(mistyped(TEXT, random.Random(n))))
        for n in range(300)
    ]
    assert max(changes) <= 6 * -(-words // 5)
    assert 0.5 < sum(changes) / len(changes) < 4
    unchanged = sum(mistyped(TEXT, random.Random(n)) == TEXT for n in range(300))
    assert unchanged < 30


def test_letters_are_swapped_for_neighbours_or_similar_sounds_alone() -> None:
    near = {frozenset((one, other)) for row in KEYBOARD for one, other in pairwise(row)} | {
        frozenset((one, other)) for group in SOUNDS for one in group for other in group
    }
    seen = 0
    for seed in range(400):
        spoiled = mistyped("정산", random.Random(seed))
        if len(spoiled) != 2 or spoiled == "정산" or not all("가" <= c <= "힣" for c in spoiled):
            continue
        before, after = (
            [divmod(ord(c) - ord("가"), 28) for c in text] for text in ("정산", spoiled)
        )
        for (one, final), (other, last) in zip(before, after, strict=True):
            pairs = (
                (INITIALS[one // 21], INITIALS[other // 21]),
                (VOWELS[one % 21], VOWELS[other % 21]),
                (FINALS[final], FINALS[last]),
            )
            assert all(frozenset(pair) in near for pair in pairs if pair[0] != pair[1]), spoiled
        seen += 1
    assert seen > 50


def test_every_kind_of_error_occurs() -> None:
    texts = [noisy(TEXT, random.Random(n)) for n in range(300)]
    assert any(" " not in text for text in texts)
    assert any("ㄱ" <= c <= "ㅣ" for text in texts for c in text)
    assert any(len(text) > len(TEXT) for text in texts)
