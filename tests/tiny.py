"""The text of a tiny corpus, and the words that a tiny model knows."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

Tree = Callable[..., Path]
"""The ``tiny_corpus`` fixture: writes the files below, some of them replaced or left out."""

DELIVERY = """\
---
id: order-delivery
title: 송장 등록
category: order
updated: 2026-01-02
aliases:
- [송장, 운송장]
sources:
- {url: "https://example.naver.com/help", as_of: "2025-03", title: 도움말}
---

# 송장 등록

## 송장번호 입력

발송처리를 하려면 송장번호를 입력해야 합니다. 송장번호는 발주확인 뒤에 입력할 수 있습니다.

1. 발송관리 메뉴로 들어갑니다.
2. 송장번호를 적고 발송처리를 누릅니다.

## 송장번호 수정

잘못 적은 송장번호는 배송완료 전까지 수정할 수 있습니다.

관련 문서: [정산 주기](../settlement/settlement-cycle.md#정산-주기)
"""

SETTLEMENT = """\
---
id: settlement-cycle
title: 정산 안내
category: settlement
updated: 2026-01-02
sources:
- {file: seed.txt, as_of: "2025"}
---

# 정산 안내

## 정산 주기

정산은 구매확정 다음 영업일에 됩니다. 정산예정금액은 정산관리 메뉴에서 봅니다.

| 구분 | 시점 |
|---|---|
| 일반정산 | 구매확정 + 1영업일 |
| 빠른정산 | 집화처리 + 1영업일 |

## 정산 계좌 변경

정산 계좌는 판매자정보에서 바꿉니다. 예금주는 대표자 이름과 같아야 합니다.
"""

PHONE = """\
---
id: support-phone
title: 고객센터 전화
category: support
updated: 2026-01-02
sources:
- {file: seed.txt, as_of: 미상}
---

# 고객센터 전화

## 전화번호

고객센터 전화번호는 1588-3819입니다.

## 운영시간

고객센터는 평일 09시부터 18시까지 전화를 받습니다. 점심시간에는 쉽니다.
"""

QUESTIONS = """\
"송장번호 입력":
  - "택배 번호 어디에 적어요?"
"송장번호 수정":
  - "번호를 틀리게 넣었어요"
"""


def _channel(name: str, extra: str = "") -> str:
    return textwrap.dedent(f"""\
        - id: {name}
          name: 채널 {name}
          names: [{name}]
          location: 어딘가
          suits: 무언가
          sources:
            - {{file: seed.txt, as_of: "2025"}}
        """) + textwrap.indent(textwrap.dedent(extra), "  ")


PHONE_HOURS = """\
hours: {days: [0, 1, 2, 3, 4], open: "09:00", close: "18:00", lunch: ["12:00", "13:00"]}
documents: [support-phone]
"""

CHANNELS = "".join(
    _channel(name, PHONE_HOURS if name == "phone" else "")
    for name in ("phone", "manual", "faq", "inquiry", "remote", "talktalk")
)

MODEL_WORDS = (
    "query passage 정산 정산은 언제 되나요 송장 송장번호 입력 수정 구매확정 다음 영업일 에 됩니다 "
    "고객센터 전화번호 는 택배 번호 어디 1588 represent this sentence for searching"
)

FILES: dict[str, str] = {
    "guide/support-phone.md": PHONE,
    "manual/order/order-delivery.md": DELIVERY,
    "manual/settlement/settlement-cycle.md": SETTLEMENT,
    "questions/order-delivery.yaml": QUESTIONS,
    "channels.yaml": CHANNELS,
}
