import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console, RenderableType

from cli.filings import FilingRow
from cli.rendering import age, list_view, preview_view, report_view
from filing.amendment import Amendment, AmendmentKind, AmendmentStage, Confirmation, Deletion, Replacement, Wish
from filing.application import SignatureApplication
from filing.policy import Policy
from filing.preview import Preview
from filing.record import ActionCode, Event
from filing.report import report_on
from filing.round_state import SendState
from filing.snapshot import Reason
from filing.state import CarrierState, FilingState, ReviewState
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, Phase, ReviewStatus
from tests.filing.builders import sent_test

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
    assert "starter.py edit 云杉科技 --account main --set qualification_id=ID" in shown
    assert "number 11" in shown
    assert "number 1 " not in shown


def test_a_workflow_that_ended_by_itself_is_pointed_out() -> None:
    report = report_on(failed_filing(), "filing/main/云杉科技", NOW)

    assert "TERMINATED: nobody follows this filing" in text_of(report_view(report, "TERMINATED", NOW))
    assert "nobody follows" not in text_of(report_view(report, "RUNNING", NOW))


def edited_filing() -> FilingState:
    state = failed_filing()
    wish = Wish(
        kind=AmendmentKind.EDIT,
        changes={"qualification_id": 2},
        by="Li",
        reason="the other papers",
        asked_at=NOW - timedelta(hours=3),
    )
    state.amendment = Amendment(
        wish=wish,
        way=FilingWay.UPDATE_SIGN,
        application=state.application,
        differences={"qualification_id": ("1", "2")},
        stage=AmendmentStage.IN_REVIEW,
        order_id="20000000007",
        written_at=NOW - timedelta(hours=2),
        overdue_at=NOW + timedelta(days=2),
    )
    return state


def shown_of(state: FilingState) -> str:
    return text_of(report_view(report_on(state, "filing/main/云杉科技", NOW), "RUNNING", NOW))


def test_an_edit_under_review_is_shown_with_order_deadline_and_fields() -> None:
    shown = shown_of(edited_filing())

    assert (
        "编辑签名 (edit): 审核中 IN_REVIEW since 2026-03-12 10:00 (2 h ago), order 20000000007, "
        "overdue after 2026-03-14 12:00 (in 2 days), by Li: the other papers\n  qualification_id 1 → 2\n"
    ) in shown
    assert "answer was lost" not in shown
    assert "'s word" not in shown


def test_an_edit_that_ended_is_shown_with_who_says_so() -> None:
    state = edited_filing()
    assert state.amendment is not None
    state.amendment.stage = AmendmentStage.REJECTED
    state.amendment.ended_at, state.amendment.words = NOW, "名称不符"
    state.amendment.ended_by = "platform"
    by_platform = shown_of(state)
    state.amendment.ended_by = "Wang"
    by_person = shown_of(state)

    assert "审核不通过 REJECTED since 2026-03-12 12:00 (0 s ago), order 20000000007, by Li" in by_platform
    assert "overdue" not in by_platform
    assert "\n  名称不符\n" in by_platform
    assert "word" not in by_platform
    assert "审核不通过 by Wang's word, not the platform's" in by_person


def test_what_is_unclear_waits_or_is_to_end_is_shown() -> None:
    state = edited_filing()
    assert state.amendment is not None
    state.amendment.unclear = True
    state.queued = Wish(
        kind=AmendmentKind.REFILE,
        carriers=(Carrier.TELECOM,),
        accept_reset=(Carrier.MOBILE,),
        by="Wang",
        reason="timed out",
        asked_at=NOW,
    )
    state.deletion = Deletion(by="Wang", asked_at=NOW)
    state.replaces = Replacement(sign_name="云杉", by="Li")
    shown = shown_of(state)

    assert "answer was lost, and nothing shows yet that it has it" in shown
    assert (
        "waits (queued): 重新报备 电信 telecom; timed out; by Wang 2026-03-12 12:00 (0 s ago); "
        "may be filed anew: 移动 mobile"
    ) in shown
    assert "being deleted at the platform" in shown
    assert "takes the place of 【云杉】" in shown


def test_a_persons_word_stands_beside_the_facts() -> None:
    state = failed_filing()
    word = Confirmation(by="Li", at=NOW, reason="all arrive")
    state.carriers[Carrier.MOBILE] = CarrierState(
        status=CarrierStatus.REGISTERING, platform_code=-1, usable_word=word, told_deliveries=[word, word]
    )
    shown = shown_of(state)

    assert "报备中 (-1)" in shown
    assert "usable by Li's word of 2026-03-12 12:00 (all arrive), not the platform's" in shown
    assert "by a person's word, not the platform's: 2" in shown


def test_a_dry_run_shows_parameters_differences_and_risk() -> None:
    shown = text_of(
        preview_view(
            Preview(
                operation="UpdateSmsSign",
                changes={"qualification_id": ("1", "2")},
                waits_for=["审核中, order 7"],
                may_reset=[Carrier.MOBILE, Carrier.UNICOM],
                not_accepted=[Carrier.UNICOM],
                risk="back to 报备中",
                last_traffic_on=NOW.date(),
            ),
            "云杉科技",
            {"QualificationId": 2, "ThirdParty": False, "Remark": "用途", "MoreData": ["凭证.pdf"]},
        )
    )

    for line in (
        "operation: UpdateSmsSign",
        "  QualificationId = 2",
        "  ThirdParty = false",
        "  Remark = 用途",
        '  MoreData = ["凭证.pdf"]',
        "waits for: 审核中, order 7",
        "at risk: 移动 mobile, 联通 unicom 报备成功: back to 报备中",
        "  not accepted yet: 联通 unicom",
        "last traffic: 2026-03-12",
    ):
        assert line in shown.splitlines()


def test_a_test_message_shows_its_code_and_what_it_showed() -> None:
    state = failed_filing()
    failed = sent_test(1, NOW, SendState.FAILED, biz_id="9001^0", code="PORT_NOT_REGISTERED", settled_at=NOW)
    arrived = sent_test(2, NOW, SendState.DELIVERED, code="DELIVERED", settled_at=NOW, shown_signature="云杉科技")
    state.carriers[Carrier.TELECOM].extra_tests = [failed, arrived]

    one, other = [line for line in shown_of(state).splitlines() if "139****0001" in line]

    assert "电信 -/1" in one
    assert "9001^0" in one
    assert "FAILED PORT_NOT_REGISTERED (报备问题)" in one
    assert other.count("DELIVERED") == 1
    assert "【云杉科技】" in other


def row_of(phase: Phase, execution: str) -> FilingRow:
    return FilingRow(
        workflow_id="filing/main/云杉科技",
        account="main",
        sign_name="云杉科技",
        phase=phase,
        carriers={Carrier.MOBILE: CarrierStatus.REGISTERED, Carrier.UNICOM: None, Carrier.TELECOM: None},
        failure_reasons=[],
        action_required=True,
        next_due_at=NOW + timedelta(days=30),
        expires_at=None,
        qualification_id=900001,
        needed_by=None,
        execution=execution,
        opened_at=NOW,
        closed_at=None,
    )


@pytest.mark.parametrize("phase", [Phase.RELEASED, Phase.DELETED])
def test_a_list_shows_how_a_filing_was_closed(phase: Phase) -> None:
    shown = text_of(list_view([row_of(phase, "COMPLETED")], NOW))

    assert phase.label in shown
    assert "COMPLETED" not in shown


def test_a_list_shows_dates_of_open_filings_only() -> None:
    row = row_of(Phase.ACTIVE, "RUNNING")

    assert "(in 30 days)" in text_of(list_view([row], NOW))
    closed = row_of(Phase.ACTIVE, "TERMINATED")
    assert "(in 30 days)" not in text_of(list_view([closed], NOW))
    assert "TERMINATED" in text_of(list_view([closed], NOW))
    assert "No filings" in text_of(list_view([], NOW))
