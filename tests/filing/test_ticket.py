import re

from filing.report import report_on
from filing.round_state import SendState
from filing.state import FilingState
from filing.ticket import ticket
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from tests.filing.builders import DAY, START, round_of, sent_test
from tests.filing.edits import filed

MOBILE, UNICOM = Carrier.MOBILE, Carrier.UNICOM


def written(state: FilingState, *carriers: Carrier, waited: dict[Carrier, int] | None = None) -> str:
    return ticket(report_on(state, "filing/acme/云杉科技", START + 30 * DAY), carriers, waited or {}, START + 30 * DAY)


def test_a_ticket_about_a_stalled_carrier_says_what_support_asks_for() -> None:
    state = filed(CarrierStatus.REGISTERING)
    state.review.api_request_id = "REQ-SUBMIT"
    round_of(state).tests = [
        sent_test(
            biz_id="9001^0",
            api_request_id="REQ-SEND",
            state=SendState.FAILED,
            code="PORT_NOT_REGISTERED",
            settled_at=START + DAY,
        ),
        sent_test(2, biz_id="9002^0"),
    ]

    text = written(state, MOBILE, waited={MOBILE: 21})

    assert text.startswith("问题：短信签名【云杉科技】移动报备中\n")
    assert "工单号（OrderId）：20001，提交请求ID（RequestId）：REQ-SUBMIT" in text
    assert "报备开始：2026-03-02 10:00，已等待21个工作日，截至目前仍未收到运营商反馈的报备结果" in text
    assert re.search(
        r"139\*\*\*\*0001，发送2026-03-02 10:00，BizId 9001\^0，RequestId REQ-SEND，"
        r"回执2026-03-03 10:00 PORT_NOT_REGISTERED",
        text,
    )
    assert "BizId 9002^0，RequestId 未知，暂无回执" in text
    assert "联通" not in text
    assert not re.search(r"1\d{10}", text), "no whole number"


def test_several_carriers_and_their_reasons_stand_in_one_ticket() -> None:
    text = written(filed({MOBILE: CarrierStatus.FAILED, UNICOM: CarrierStatus.REGISTERING}), MOBILE, UNICOM)
    assert "移动报备失败，联通报备中" in text
    assert text.count("运营商：") == 2


def test_a_ticket_about_an_overdue_review_names_the_date_and_no_carrier() -> None:
    state = filed(CarrierStatus.NOT_FILED)
    state.review.status, state.review.reviewed_at = ReviewStatus.IN_REVIEW, None
    text = written(state)
    assert "审核中，超过正常审核时间" in text
    assert "应于2026-03-03" in text
    assert "运营商：" not in text
