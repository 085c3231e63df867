"""What is measured, in which order it is shown, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A figure between 0 and 1: the mean of a value that each question has or lacks.

    ``higher`` is None where neither way is better by itself; an ``exact`` one is a promise, not a
    rate, and may not fall at all.
    """

    name: str
    meaning: str
    higher: bool | None = True
    exact: bool = False


METRICS: dict[str, Metric] = {
    "answered": Metric("답한 비율", "답을 지어 보인 질문", higher=None),
    "recall_at_1": Metric("답이 있는 절이 1위", "정답 절이 검색 결과의 첫째"),
    "recall_at_3": Metric("답이 있는 절이 3위 안", "정답 절이 검색 결과 셋 안에 있음"),
    "recall_at_5": Metric("답이 있는 절이 5위 안", "정답 절이 검색 결과 다섯 안에 있음"),
    "recall_at_10": Metric("답이 있는 절이 10위 안", "정답 절이 검색 결과 열 안에 있음"),
    "rr": Metric("MRR@10", "정답 절의 순위의 역수"),
    "ndcg": Metric("nDCG@10", "정답 절들이 위에 모인 정도"),
    "fact_in_answer": Metric("사실의 수치가 답에 있음", "한 사실의 수치가 모두 답변 글에 있음"),
    "fact_in_quote": Metric("사실의 수치가 인용에 있음", "한 사실의 수치가 모두 인용문에 있음"),
    "cited": Metric("답이 있는 절을 인용", "정답 절이 하나라도 인용됨"),
    "citation_precision": Metric("인용 정밀도", "인용한 절 가운데 정답 절"),
    "citation_recall": Metric("인용 재현율", "정답 절 가운데 인용한 절"),
    "quotes_exact": Metric("인용이 원문과 같음", "모든 인용이 그 자리의 글자 그대로", exact=True),
    "numbers_grounded": Metric("숫자에 근거가 있음", "답변의 숫자 가운데 인용 구절에 있는 것"),
    "channel": Metric("맞는 채널", "안내한 채널이 맞는 채널 가운데 하나"),
    "opening": Metric(
        "열림 상태가 맞음", "묻는 시각에 그 채널이 열려 있는지 바르게 말함", exact=True
    ),
    "abstention_precision": Metric("거절이 옳음", "거절한 질문 가운데 답할 수 없는 것"),
    "abstention_recall": Metric("답 못 할 질문을 거절", "답할 수 없는 질문 가운데 거절한 것"),
    "in_scope_declined": Metric(
        "답할 질문을 거절", "답할 수 있는 질문 가운데 거절한 것", higher=False
    ),
}
CALIBRATION: dict[str, Metric] = {
    "smooth_calibration_error": Metric(
        "보정 오차(smECE)", "확신과 실제의 차이, 맞추는 데 쓰지 않은 질문에서", higher=False
    ),
    "brier": Metric("Brier 점수", "확신의 제곱 오차, 맞추는 데 쓰지 않은 질문에서", higher=False),
    "aurc": Metric(
        "위험-응답률 넓이(AURC)", "확신이 큰 것부터 답할 때의 평균 오답률", higher=False
    ),
}
ALL = {**METRICS, **CALIBRATION}
