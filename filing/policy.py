"""How patient, how eager and how careful a filing is: every waiting time and every limit in one place."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from filing.snapshot import without_unknown
from filing.span import Duration, Span
from filing.vocabulary import FilingWay


def _minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


class Policy(BaseModel):
    """The rules of waiting and sending. A filing carries its policy from its submission on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "default"

    qualification_read_every: Duration = timedelta(hours=1)
    """A qualification takes about two working days to be reviewed, so an hour's delay costs nothing."""
    paper_expiry_warning: Duration = timedelta(days=60)
    """How long before its last day a licence, a letter of authorization or a trademark is called expiring.

    A new one is reviewed, and the signature filed anew with it, within a month."""

    review_read_every: Duration = _minutes(15)
    """The platform's review takes about two hours."""
    review_hours: tuple[int, int] | None = (9, 21)
    """The Beijing hours in which the review works, on every day of the week; no reads outside them."""
    review_overdue: Span = Span(working_days=1)
    """Enough for the night, and for the statutory holidays on which the review rests."""
    review_overdue_government: Span = Span(working_days=2)
    """Government-related signatures are reviewed in about two working days."""
    not_filed_grace: Duration = timedelta(days=1)
    """How long a carrier may show 未报备 after the approval, which starts the filing by itself."""
    not_filed_read_every: Duration = timedelta(hours=1)

    registering_read_every: Duration = timedelta(hours=24)
    """No carrier answers in the first days, so one read a day is enough."""
    registering_faster_after: Span = Span(working_days=5)
    """Help page: 5-7 working days on average."""
    registering_faster_every: Duration = timedelta(hours=8)
    """On working days; on others no carrier answers, and the slow pace is kept."""
    result_due: Span = Span(working_days=10)
    """Help page: 7-10 working days observed, with no promise. Past it the slow pace returns."""
    result_stalled: Span = Span(working_days=20)
    """Help page: a refusal may never be returned and shows as 报备中 for ever."""

    verification_read_every: Duration = timedelta(hours=6)
    tests_per_day: int = Field(3, ge=1, le=50)
    """Help page: 请使用少量测试即可. Test messages are billed."""
    tests_apart: Duration = _minutes(10)
    tests_per_round: int = Field(12, ge=1, le=200)
    """After these a person has to look; the round goes on without sending."""
    send_unclear_after: Duration = _minutes(2)
    """When a send or an edit that gave no answer, as of a worker that died, counts as unclear and is looked up.

    Longer than all its calls together can take."""
    next_batch_after: Duration = timedelta(hours=24)
    """Pause before the next batch when nothing of the last one arrived."""
    receipt_read_after: tuple[Duration, ...] = Field(
        (timedelta(seconds=30), _minutes(2), _minutes(10), timedelta(hours=1)), min_length=1
    )
    """When a receipt is looked up after a send; then at the last of these intervals."""
    receipt_given_up_after: Duration = timedelta(hours=24)
    verdict_due: Duration = timedelta(hours=48)
    """Help page: 24-48 hours after a delivered test the status changes by itself; then the next batch goes out."""

    guard_read_every: Duration = timedelta(days=7)
    expiry: Span = Span(months=6)
    """Help page: 超过6个月未有任何发送记录, counted from the last traffic."""
    expiry_warnings: tuple[Duration, ...] = (timedelta(days=30), timedelta(days=7))
    """How long before the expected expiry a person is warned, each once."""
    keep_alive: bool = False
    """Whether to send one test message per carrier at the last warning; it costs money, so it is asked for."""

    bulk_from_delivered: int = Field(3, ge=1)
    """Messages delivered on a carrier within ``bulk_window`` from which on bulk sending is called safe."""
    bulk_window: Duration = timedelta(days=30)

    trial_while_registering: bool = True
    """Whether small trials (少量多次) are allowed in 报备中, as the help page has it; test messages then too."""

    failure_rate_alarm: float = Field(0.2, gt=0, le=1)
    """Share of failed messages within a week from which on a person is asked to look, if it is also twice the usual."""
    failures_least: int = Field(10, ge=1)
    """Failed messages that it takes; a share of few messages says nothing."""

    refile_by: FilingWay = FilingWay.UPDATE_SIGN
    """What is done to file again; no API does it directly."""

    platform_retry_max: Annotated[Duration, Field(ge=timedelta(seconds=1))] = _minutes(10)
    """Longest pause between attempts while the platform cannot be reached; the engine's shortest is a second."""

    @field_validator("review_hours")
    @classmethod
    def _within_a_day(cls, value: tuple[int, int] | None) -> tuple[int, int] | None:
        if value is not None and not 0 <= value[0] < value[1] <= 24:
            raise ValueError("expected two hours of one day, the earlier first, such as [9, 21]")
        return value

    @field_validator("expiry")
    @classmethod
    def _without_holidays(cls, value: Span) -> Span:
        # The guard recomputes it inside the workflow, where data that changes with a release must not be asked.
        if value.working_days:
            raise ValueError("expected months or a plain length such as '6 months' or '180 days', not working days")
        return value


StoredPolicy = Annotated[Policy, BeforeValidator(without_unknown(Policy))]
"""Strict where people write it, lenient where it is stored, like ``StoredApplication``."""

DEFAULT_POLICY = Policy()

DEMO_POLICY = Policy(
    name="demo",
    qualification_read_every=timedelta(seconds=2),
    review_read_every=timedelta(seconds=1),
    review_hours=None,
    review_overdue=Span(duration=timedelta(seconds=30)),
    review_overdue_government=Span(duration=timedelta(seconds=60)),
    not_filed_grace=timedelta(seconds=10),
    not_filed_read_every=timedelta(seconds=1),
    registering_read_every=timedelta(seconds=2),
    registering_faster_after=Span(duration=timedelta(seconds=6)),
    registering_faster_every=timedelta(seconds=1),
    result_due=Span(duration=timedelta(seconds=20)),
    result_stalled=Span(duration=timedelta(seconds=35)),
    verification_read_every=timedelta(seconds=1),
    # A day cannot be shortened, so here the budget of the round is the only one.
    tests_per_day=12,
    tests_apart=timedelta(seconds=2),
    send_unclear_after=timedelta(seconds=15),
    next_batch_after=timedelta(seconds=6),
    receipt_read_after=(timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=5)),
    receipt_given_up_after=timedelta(seconds=60),
    verdict_due=timedelta(seconds=15),
    guard_read_every=timedelta(seconds=5),
    expiry=Span(duration=timedelta(minutes=10)),
    expiry_warnings=(timedelta(minutes=3), timedelta(minutes=1)),
    platform_retry_max=timedelta(seconds=5),
)
"""Seconds in place of days, so that a whole life can be watched; goes with the sandbox's ``demo`` pace."""

DEMO_LAPSE_POLICY = DEMO_POLICY.model_copy(
    update={
        "name": "demo-lapse",
        "expiry": Span(duration=timedelta(seconds=25)),
        "expiry_warnings": (timedelta(seconds=12), timedelta(seconds=5)),
        "guard_read_every": timedelta(seconds=2),
    }
)
"""The ``demo`` policy for a signature that lapses within half a minute of its last message."""

BUILT_IN_POLICIES = {policy.name: policy for policy in (DEFAULT_POLICY, DEMO_POLICY, DEMO_LAPSE_POLICY)}
