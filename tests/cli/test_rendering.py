import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console, RenderableType

from cli.filings import FilingRow
from cli.rendering import age, list_view, report_view
from filing.application import SignatureApplication
from filing.policy import Policy
from filing.record import ActionCode, Event
from filing.report import report_on
from filing.snapshot import Reason
from filing.state import CarrierState, FilingState, ReviewState
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus

NOW = datetime(2026, 3, 12, 4, tzinfo=UTC)


def text_of(view: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=300)
    with console.capture() as captured:
        console.print(view)
    return captured.get()


def failed_filing() -> FilingState:
    application = SignatureApplication(
        account="main", sign_name="云杉科技", company_name="杭州云杉科技有限公司", qualification_id=1
    )
    state = FilingState(
        application=application, policy=Policy(), by="Li", opened_at=NOW - timedelta(days=9), origin_run_id="run"
    )
    state.review = ReviewState(status=ReviewStatus.APPROVED, reviewed_at=NOW - timedelta(days=8))
    state.phase = Phase.INACTIVE
    state.carriers[Carrier.TELECOM] = CarrierState(
        status=CarrierStatus.FAILED,
        platform_code=0,
        reasons=(Reason(code="QUALIFICATION_ERROR"),),
        completed_at=NOW - timedelta(days=1),
    )
    state.ask(ActionCode.FILING_FAILED, at=NOW, carrier=Carrier.TELECOM, detail="QUALIFICATION_ERROR")
    for number in range(12):
        state.record(Event.MESSAGE, f"number {number}", at=NOW, by="Li")
    return state


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-5), "5 s ago"),
        (timedelta(minutes=-3), "3 min ago"),
        (timedelta(minutes=-119), "119 min ago"),
        (timedelta(hours=-47), "47 h ago"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(days=5, hours=1), "in 5 days"),
        (timedelta(), "0 s ago"),
    ],
)
def test_ages(distance: timedelta, words: str) -> None:
    assert age(NOW + distance, NOW) == words


def test_a_report_shows_review_carriers_actions_and_the_last_records() -> None:
    shown = text_of(report_view(report_on(failed_filing(), "filing/main/云杉科技", NOW), "RUNNING", NOW))

    assert "审核 (review): 审核通过 APPROVED since 2026-03-04 12:00 (8 days ago)" in shown
    assert "可用 (usable): 移动 no, 联通 no, 电信 no" in shown
    assert "报备失败 (0)" in shown
    assert "QUALIFICATION_ERROR 关联资质信息有误导致报备失败" in shown
    assert "1. 电信 telecom: 当前签名关联资质不准确" in shown
    assert "starter.py status 云杉科技 --account main" in shown
    assert "number 11" in shown
    assert "number 1 " not in shown


def test_a_workflow_that_ended_by_itself_is_pointed_out() -> None:
    report = report_on(failed_filing(), "filing/main/云杉科技", NOW)

    assert "TERMINATED: nobody follows this filing" in text_of(report_view(report, "TERMINATED", NOW))
    assert "nobody follows" not in text_of(report_view(report, "RUNNING", NOW))


def test_a_list_shows_dates_of_open_filings_only() -> None:
    row = FilingRow(
        workflow_id="filing/main/云杉科技",
        account="main",
        sign_name="云杉科技",
        phase=Phase.ACTIVE,
        carriers={Carrier.MOBILE: CarrierStatus.REGISTERED, Carrier.UNICOM: None, Carrier.TELECOM: None},
        failure_reasons=[],
        action_required=True,
        next_due_at=NOW + timedelta(days=30),
        expires_at=None,
        execution="RUNNING",
        opened_at=NOW,
        closed_at=None,
    )

    assert "(in 30 days)" in text_of(list_view([row], NOW))
    closed = FilingRow(**{**vars(row), "execution": "TERMINATED"})
    assert "(in 30 days)" not in text_of(list_view([closed], NOW))
    assert "TERMINATED" in text_of(list_view([closed], NOW))
    assert "No filings" in text_of(list_view([], NOW))
