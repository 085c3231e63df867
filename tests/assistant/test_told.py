"""What a question says of times, numbers, errors, wishes and papers, and what it does not."""

import pytest

from assistant.told import told


@pytest.mark.parametrize(
    ("question", "when"),
    [
        ("어제 저녁 8시쯤 취소됐어요", ("어제 저녁 8시쯤",)),
        ("정산금이 3일째 안 들어와요", ("3일째",)),
        ("이틀 전부터 안 떠요. 오늘 아침에도요", ("이틀 전", "오늘 아침")),
        ("11월 3일에 올린 상품이에요", ("11월 3일",)),
        ("지난주에 넣은 문의예요", ("지난주",)),
        ("오늘 안에 해결해 주세요", ()),
        ("토요일에도 8시까지 상담해요?", ()),
        ("발송은 3일 전까지 해야 하나요", ()),
    ],
)
def test_times_at_which_something_happened(question: str, when: tuple[str, ...]) -> None:
    assert told(question).when == when


@pytest.mark.parametrize(
    ("question", "errors"),
    [
        (
            "'처리 중 오류가 발생했습니다(E-1024)' 라고 떠요",
            ("처리 중 오류가 발생했습니다(E-1024)",),
        ),
        ("“권한이 없습니다” 창만 떠요", ("권한이 없습니다",)),
        ("'판매 제한 대상'이라는 문구가 나와요", ("판매 제한 대상",)),
        ("저장하면 ERR-500 오류가 나요", ("ERR-500",)),
        ("'노출관리' 메뉴가 어디 있어요?", ()),
        ("'노출관리'란 뭔가요", ()),
        ("'알림받기'라는 기능이 안 떠요", ()),
        ("상품명에 '품절'이라고 써도 되나요", ()),
        ("누르면 '잠시 후 다시 시도'라고 계속 떠요", ("잠시 후 다시 시도",)),
        ("상품 이름에 A-100 을 넣고 싶어요", ()),
    ],
)
def test_messages_that_a_screen_showed(question: str, errors: tuple[str, ...]) -> None:
    assert told(question).errors == errors


@pytest.mark.parametrize(
    ("question", "wishes"),
    [
        ("주문이 취소됐는데 다시 살려 주세요", ("다시 살려 주세요",)),
        ("매니저 권한이 잠겼어요 풀어 주세요 급해요", ("풀어 주세요",)),
        ("문의를 취소하고 싶어요", ("문의를 취소하고 싶어요",)),
        ("배송비 설정 방법 알려 주세요", ()),
        ("수수료가 궁금해요", ()),
    ],
)
def test_outcomes_that_are_wanted(question: str, wishes: tuple[str, ...]) -> None:
    assert told(question).wishes == wishes


@pytest.mark.parametrize(
    ("question", "numbers", "papers"),
    [
        ("주문번호 2026112512345678 건이에요", ("주문번호 2026112512345678",), ()),
        ("상품번호는 10293847 사진이 안 올라가요", ("상품번호 10293847",), ()),
        ("신분증 사진 첨부할게요", (), ("사진",)),
        ("엑셀 준비해 뒀고 스샷도 있어요", (), ("화면 캡처", "엑셀 파일")),
        ("주문번호가 안 보여요", (), ()),
    ],
)
def test_numbers_and_papers(
    question: str, numbers: tuple[str, ...], papers: tuple[str, ...]
) -> None:
    assert (told(question).numbers, told(question).papers) == (numbers, papers)
