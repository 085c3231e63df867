"""When own documents come first: ``python -m evals.own_margin`` prints what the numbers do.

The two numbers of `index.preference` are weighed against each other. *Won*: own wordings of
topics that the built-in corpus treats too (below), each asked twice; the own text should come
first. *Lost*: the dev questions that the built-in corpus answers first, half of its documents
taken for own ones, without the questions at their sections and without the document that answers;
an own text that comes first is wrong. Half of the manual beside the other half is the hardest
neighbour that there can be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import click
import numpy as np
from numpy.typing import NDArray

from assistant.settings import load_settings
from corpus import Document
from corpus.loader import sections
from evals.gold import facts
from evals.questions import SHIPPED, read_questions
from index import Index
from index import open as open_index
from index.analysis import analyse
from index.fusion import fuse, plain, tuned
from index.lexical import analyzer
from index.making import chunked, view_texts
from index.preference import AS_GOOD_WITHIN, SAME_MATTER

MATTERS = (0.5, 0.55, 0.58, 0.6, 0.65, 0.7)
MARGINS = (-0.02, 0.0, 0.01, 0.02, 0.05)
Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Wording:
    """A passage of a seller's own, and questions that it answers."""

    title: str
    section: str
    text: str
    questions: tuple[str, ...]


WORDINGS = (
    Wording(
        "우리 가게 반품 정책",
        "반품 배송비",
        "우리 가게의 반품 배송비는 편도 3,500원이고 제주와 도서 산간은 7,000원입니다. "
        "단순 변심은 구매자가 냅니다.",
        ("반품 배송비 얼마예요?", "변심인데 택배비는 누구 돈으로 해요"),
    ),
    Wording(
        "사내 매뉴얼",
        "정산 일정",
        "정산금은 구매확정 다음 날 들어오고 회계팀이 매주 월요일에 확인합니다.",
        ("정산은 언제 되나요?", "돈은 언제 들어와요"),
    ),
    Wording(
        "CS 매뉴얼",
        "교환 처리",
        "교환은 수거 완료를 확인한 뒤 같은 옵션으로 다시 보냅니다. 재고가 없으면 환불로 바꿉니다.",
        ("교환해 달라는데 재고가 없어요", "교환 어떻게 처리해요"),
    ),
    Wording(
        "쿠폰 운영 규칙",
        "할인 쿠폰",
        "쿠폰은 혜택 등록 메뉴에서 만들고 팀장 승인을 받은 뒤 발급합니다.",
        ("쿠폰은 어떻게 만드나요", "할인권 뿌리고 싶어요"),
    ),
    Wording(
        "고객 응대 매뉴얼",
        "톡톡 상담 시간",
        "톡톡 상담은 우리 팀이 평일 10시부터 17시까지 답합니다. 점심은 12시 30분부터 1시간입니다.",
        ("톡톡상담 몇 시까지 해요", "점심시간에도 답 오나요"),
    ),
    Wording(
        "리뷰 관리 지침",
        "악성 리뷰",
        "욕설이 있는 리뷰는 신고하고 캡처를 남깁니다. 별점이 낮아도 사실이면 사과 답글을 답니다.",
        ("악플 같은 리뷰가 달렸어요", "리뷰 신고하는 방법"),
    ),
    Wording(
        "광고 운영안",
        "검색광고 예산",
        "쇼핑검색광고는 하루 예산 3만 원으로 시작하고 클릭당 비용이 500원을 넘으면 멈춥니다.",
        ("광고비 얼마 정도 써요", "검색광고 하루 예산"),
    ),
)


@dataclass(frozen=True)
class Trial:
    """A question: how much better an own text fits than the best one, and how alike they are.

    One row an own passage; ``right`` says whether one of them should come first.
    """

    better: Vector
    alike: Vector
    right: bool

    def first(self, matter: float, margin: float) -> bool:
        """Whether an own passage comes first."""
        return bool(((self.better >= -margin) & (self.alike >= matter)).any())


def trials(index: Index) -> Iterator[Trial]:
    """All of them; the index must hold the built-in corpus and nothing else."""
    texts = np.stack([index.encoder.encode_passages([p.embedded_text])[0] for p in index.passages])
    yield from _wordings(index, texts)
    yield from _dev_questions(index, texts)


def _scores(index: Index, question: str) -> tuple[Vector, Vector, Vector]:
    """The question's vector, and the fused and plain scores of every passage."""
    tokens = analyzer().tokens(question)
    vector = index.encoder.encode_query(question)
    parts = index.parts(vector, tokens)
    information = index.lexical.information(tokens)
    fused = fuse(parts, tuned(), information)
    return vector, fused, plain(parts, tuned(), information)


def _wordings(index: Index, texts: Vector) -> Iterator[Trial]:
    settings = load_settings()
    for one in WORDINGS:
        body = f"# {one.title}\n\n## {one.section}\n\n{one.text}\n"
        made = Document(
            id="own:x", title=one.title, category=None, text=body,
            sections=tuple(sections(body)), own=True,
        )  # fmt: skip
        [passage] = chunked([made], settings)
        own = index.encoder.encode_passages([next(view_texts([passage])).text])[0]
        terms = analyse(passage, analyzer()).terms.all
        for question in one.questions:
            vector, fused, by_text = _scores(index, question)
            best = int(np.argmax(fused))
            covered = index.lexical.covered(analyzer().tokens(question), terms)
            words = tuned().lexical * covered / 2  # BM25 gives about half of full coverage
            better = float(own @ vector) + words - float(by_text[best])
            alike = float(own @ texts[best])
            yield Trial(np.array([better], np.float32), np.array([alike], np.float32), True)


def _dev_questions(index: Index, texts: Vector) -> Iterator[Trial]:
    where = [(p.document_id, p.section) for p in index.passages]
    half = np.array([hashlib.sha256(name.encode()).digest()[0] % 2 for name, _ in where])
    known = facts()
    for question in read_questions(SHIPPED / "dev.jsonl"):
        gold = [known[name] for name in question.facts if name in known]
        told = np.array([any(fact.tells(*place) for fact in gold) for place in where])
        _, fused, by_text = _scores(index, question.question)
        best = int(np.argmax(fused))
        for side in (0, 1):
            own = half == side
            if told[best] and not (own & told).any():
                alike = texts[own] @ texts[best]
                yield Trial(by_text[own] - by_text[best], alike, False)


@click.command()
def main() -> None:
    """Print, for each pair of numbers, the shares of trials won and lost."""
    found = list(trials(open_index(load_settings())))
    for matter in MATTERS:
        for margin in MARGINS:
            won, lost = (
                np.mean([trial.first(matter, margin) for trial in found if trial.right is right])
                for right in (True, False)
            )
            used = " <- in use" if (matter, margin) == (SAME_MATTER, AS_GOOD_WITHIN) else ""
            click.echo(f"matter {matter} margin {margin:+.2f}: won {won:.2f} lost {lost:.3f}{used}")


if __name__ == "__main__":
    main()
