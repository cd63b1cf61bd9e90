"""Filings, rounds and looks at the platform, for tests of the domain."""

from datetime import UTC, datetime, timedelta
from typing import Any

from filing.application import SignatureApplication
from filing.messages import RoundNews
from filing.observing import Observation, take_in
from filing.policy import DEFAULT_POLICY, Policy
from filing.requests import RoundDates, WatchOutcome
from filing.round_state import RoundState, SendState, SentTest
from filing.snapshot import CarrierReading, Reason, SignatureSnapshot
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus, RoundOutcome

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Beijing."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def application(sign_name: str = "云杉科技", **fields: Any) -> SignatureApplication:
    """An application without a fault."""
    given = {"account": "acme", "company_name": "杭州云杉科技有限公司", "qualification_id": 900001, **fields}
    return SignatureApplication(sign_name=sign_name, **given)


def new_state(policy: Policy = DEFAULT_POLICY, **fields: Any) -> FilingState:
    """A filing that was just opened."""
    given = {"application": application(), "by": "tester", "opened_at": START, "origin_run_id": "run-1", **fields}
    return FilingState(policy=policy, **given)


def reading(status: CarrierStatus, *reasons: str, code: int | None = None) -> CarrierReading:
    """A carrier's entry in a snapshot."""
    return CarrierReading(status=status, platform_code=code, reasons=tuple(Reason(code=name) for name in reasons))


def snapshot(review: ReviewStatus = ReviewStatus.APPROVED, /, **carriers: CarrierStatus) -> SignatureSnapshot:
    """A snapshot, with the statuses of carriers by name; the others are 未报备."""
    return SignatureSnapshot(
        review=review, carriers={Carrier(name): reading(status) for name, status in carriers.items()}
    )


NOT_FOUND = SignatureSnapshot(found=False, review=ReviewStatus.NOT_SUBMITTED)


def dates(at: datetime) -> RoundDates:
    """Dates of a round that starts now."""
    return RoundDates(
        submitted_at=at, faster_at=at + 7 * DAY, due_at=at + 14 * DAY, stalled_at=at + 28 * DAY, estimated=False
    )


def look(state: FilingState, at: datetime, seen: SignatureSnapshot) -> Observation:
    """Take in a look at the platform."""
    return take_in(state, WatchOutcome(observed_at=at, snapshot=seen, dates=dates(at)))


def all_carriers(status: CarrierStatus) -> SignatureSnapshot:
    """An approved signature with the same status at every carrier."""
    return snapshot(**{carrier.value: status for carrier in Carrier})


def filing_on(status: CarrierStatus, at: datetime = START, policy: Policy = DEFAULT_POLICY) -> FilingState:
    """A filing whose three carriers were first seen in one status."""
    state = new_state(policy)
    look(state, at, all_carriers(status))
    return state


def round_of(state: FilingState, carrier: Carrier = Carrier.MOBILE) -> RoundState:
    """The current or last round of a carrier."""
    opened = state.carrier(carrier).last_round
    assert opened is not None
    return opened


def ended(opened: RoundState, outcome: RoundOutcome | None) -> RoundNews:
    """What a round returns at its end."""
    return RoundNews(state=opened.model_copy(deep=True, update={"outcome": outcome}))


def new_round(status: CarrierStatus = CarrierStatus.REGISTERING, at: datetime = START, **fields: Any) -> RoundState:
    """A round of 移动 by itself."""
    given = {**dates(at).model_dump(), **fields}
    return RoundState(carrier=Carrier.MOBILE, round=1, status=status, observed_at=at, **given)


def sent_test(number: int = 1, at: datetime = START, state: SendState = SendState.ACCEPTED, **fields: Any) -> SentTest:
    """A test message."""
    given = {"out_id": f"out-{number}", "phone": "139****0001", "accepted_at": at, **fields}
    return SentTest(number=number, intended_at=at, state=state, **given)
