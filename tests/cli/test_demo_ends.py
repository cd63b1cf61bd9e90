from datetime import UTC, datetime, timedelta

import pytest

from cli.demo_ends import EXAMPLES, EXAMPLES_DIR, Example, Progress
from filing.application import SignatureApplication
from filing.policy import Policy
from filing.record import Event
from filing.report import FilingReport, report_on
from filing.snapshot import Reason
from filing.state import CarrierState, FilingState
from filing.vocabulary import Carrier, CarrierStatus, Phase

AT = datetime(2026, 3, 2, tzinfo=UTC)
LAPSE = next(example for example in EXAMPLES if example.file == "lapse.yaml")


def filing() -> FilingState:
    application = SignatureApplication(
        account="demo", sign_name="杭州云杉", company_name="杭州云杉科技有限公司", qualification_id=1
    )
    return FilingState(application=application, policy=Policy(), by="Li", opened_at=AT, origin_run_id="run")


def seen(state: FilingState, phase: Phase, status: CarrierStatus, reason: str) -> FilingReport:
    state.phase = phase
    for carrier in Carrier:
        state.carriers[carrier] = CarrierState(status=status, reasons=(Reason(code=reason),))
    return report_on(state.model_copy(deep=True), "filing/demo/杭州云杉", AT)


def test_an_end_is_reached_by_what_was_seen_on_the_way_and_last() -> None:
    progress, state = Progress(LAPSE), filing()

    progress.take(seen(state, Phase.ACTIVE, CarrierStatus.REGISTERED, "DETECT_SUCCESS"))
    assert not progress.reached
    state.record(Event.EXPIRY_WARNING, at=AT)
    progress.take(seen(state, Phase.INACTIVE, CarrierStatus.EXPIRED, "NO_SEND_RECORD"))
    assert list(progress.missing()) == []
    assert progress.to_answer is LAPSE.answer
    assert not progress.reached, "what an operator does about it is a part of the example"

    progress.answered = True
    assert progress.to_answer is None
    assert "mobile is EXPIRED, not REGISTERED" in progress.missing()
    state.record(Event.EDIT_APPROVED, at=AT)
    progress.take(seen(state, Phase.ACTIVE, CarrierStatus.REGISTERED, "DETECT_SUCCESS"))
    assert progress.reached
    assert list(progress.missing()) == []


def test_a_way_that_was_skipped_is_missing() -> None:
    progress, state = Progress(LAPSE), filing()

    progress.take(seen(state, Phase.INACTIVE, CarrierStatus.EXPIRED, "SUBPORT_RECYCLE"))

    assert not progress.reached
    assert list(progress.missing()) == [
        "never ACTIVE",
        "mobile never gave NO_SEND_RECORD",
        "telecom never gave NO_SEND_RECORD",
        "unicom never gave NO_SEND_RECORD",
        "no record: expiry warning",
    ]


def test_an_end_once_reached_stays_reached() -> None:
    progress = Progress(Example("a.yaml", "", dict.fromkeys(Carrier, CarrierStatus.REGISTERED)))
    state = filing()

    progress.take(seen(state, Phase.ACTIVE, CarrierStatus.REGISTERED, "DETECT_SUCCESS"))
    progress.take(seen(state, Phase.INACTIVE, CarrierStatus.EXPIRED, "NO_SEND_RECORD"))

    assert progress.reached


def test_only_new_records_are_news() -> None:
    progress, state = Progress(LAPSE), filing()
    state.record(Event.OPENED, at=AT)
    first = progress.take(seen(state, Phase.CHECKING, CarrierStatus.NOT_FILED, ""))
    state.record(Event.SUBMITTED, at=AT + timedelta(seconds=1))
    second = progress.take(seen(state, Phase.IN_REVIEW, CarrierStatus.NOT_FILED, ""))

    assert [record.event for record in first] == [Event.OPENED]
    assert [record.event for record in second] == [Event.SUBMITTED]


def test_without_a_report_everything_is_missing() -> None:
    assert "mobile is unknown, not EXPIRED" in list(Progress(LAPSE).missing())


def test_every_example_file_has_an_expected_end() -> None:
    assert {example.file for example in EXAMPLES} == {file.name for file in EXAMPLES_DIR.glob("*.yaml")}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.file)
def test_every_example_expects_something_of_every_carrier(example: Example) -> None:
    assert set(example.carriers) == set(Carrier)
