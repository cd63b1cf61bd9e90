"""Whole lives on the real SDK, the sandbox and a skipping clock, with true durations."""

from datetime import timedelta

import pytest

from filing.calendar import beijing_date, working_day_after
from filing.policy import DEFAULT_POLICY
from filing.record import ActionCode, Event
from filing.span import Span
from filing.vocabulary import CanSend, Carrier, CarrierStatus, Phase, ReasonCode, ReviewStatus
from tests.workflows import scenarios
from tests.workflows.life import (
    WORKFLOW_TASKS,
    application,
    count_actions,
    count_events,
    events_of,
    new_life,
)

FAILURES = [
    ReasonCode.QUALIFICATION_ERROR,
    ReasonCode.SIGNATURE_ERROR,
    ReasonCode.SIGNATURE_QUALIFICATION_ERROR,
    ReasonCode.ONE_CODE_MULTIPLE_SIGN,
    ReasonCode.OTHERS_ERROR,
    ReasonCode.REGISTER_TIMEOUT,
]


async def test_happy_life_of_seven_months_ends_in_expiry_and_costs_little() -> None:
    async with new_life() as life:
        filing = await scenarios.happy_to_expiry(life)
        report = await filing.report()

        assert report.review.status is ReviewStatus.APPROVED
        assert report.review.order_id
        for carrier in Carrier:
            shown = report.carriers[carrier]
            assert shown.status is CarrierStatus.EXPIRED
            assert [reason.code for reason in shown.reasons] == ["NO_SEND_RECORD"]
            assert (shown.round, shown.tests_sent, shown.tests_delivered) == (1, 1, 1)
            assert shown.can_send is CanSend.NO
            assert len(events_of(report, Event.ROUND_STARTED, carrier)) == 1
        assert set(scenarios.action_on(report, ActionCode.FILING_EXPIRED)) == set(Carrier)
        assert len(await life.sends()) == 3, "one message per carrier proves a filing"

        warnings = events_of(report, Event.EXPIRY_WARNING)
        lapsed = min(line.at for line in events_of(report, Event.STATUS_CHANGED) if "报备失效" in line.detail)
        assert [round((lapsed - warning.at) / timedelta(days=1)) for warning in warnings] == [30, 7]

        parent = count_events(await filing.history())
        assert parent.total() <= 220, parent
        for carrier in Carrier:
            assert count_events(await filing.round_history(carrier)).total() <= 50
        assert await count_actions(filing, [(carrier, 1) for carrier in Carrier]) <= 140


async def test_what_may_be_sent_is_told_as_of_the_moment_of_asking() -> None:
    """A filing that waits has not moved for weeks; deliveries of long ago no longer vouch for a carrier."""
    async with new_life() as life:
        filing = await scenarios.happy(life, policy=DEFAULT_POLICY.model_copy(update={"bulk_from_delivered": 1}))
        now = await life.now()
        assert (await filing.report(now)).carriers[Carrier.TELECOM].can_send is CanSend.BULK
        later = await filing.report(now + timedelta(days=40))
        assert later.carriers[Carrier.TELECOM].can_send is CanSend.TRIAL


async def test_waiting_longer_costs_no_history() -> None:
    """Carriers that take 3 or 30 working days leave the same events while nothing is late."""
    patient = DEFAULT_POLICY.model_copy(
        update={"result_due": Span(working_days=40), "result_stalled": Span(working_days=60)}
    )
    counts = {}
    for fate in ("days:3", "days:30"):
        async with new_life() as life:
            filing = await scenarios.happy(life, carriers=fate, policy=patient)
            histories = [await filing.history(), *[await filing.round_history(carrier) for carrier in Carrier]]
            counts[fate] = [
                {name: number for name, number in count_events(history).items() if name not in WORKFLOW_TASKS}
                for history in histories
            ]
    assert counts["days:3"] == counts["days:30"]


async def test_being_late_costs_two_warnings_a_carrier_and_no_more() -> None:
    """At the default policy 30 working days are overdue and stalled: one letter from each round for each."""
    totals = {}
    for fate in ("days:3", "days:30"):
        async with new_life() as life:
            filing = await scenarios.happy(life, carriers=fate)
            totals[fate] = count_events(await filing.history())
    extra = {name: totals["days:30"][name] - totals["days:3"][name] for name in totals["days:30"]}
    assert extra["WORKFLOW_EXECUTION_SIGNALED"] == 6
    assert extra["ACTIVITY_TASK_SCHEDULED"] == 0
    assert extra["UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"] <= 2


@pytest.mark.parametrize("reason", FAILURES)
async def test_a_carrier_that_refuses_is_shown_with_its_reason_and_advice(reason: ReasonCode) -> None:
    carrier = list(Carrier)[FAILURES.index(reason) % 3]
    async with new_life() as life:
        filing = await scenarios.one_carrier_fails(life, carrier, reason.value)
        report = await filing.report()

        shown = report.carriers[carrier]
        assert [given.code for given in shown.reasons] == [reason.value]
        assert shown.can_send is CanSend.NO
        (action,) = [action for action in report.actions if action.carrier is carrier]
        assert action.code is ActionCode.FILING_FAILED
        assert reason.value in action.why
        others = [report.carriers[other].status for other in Carrier if other is not carrier]
        assert others == [CarrierStatus.REGISTERED] * 2
        assert len(await life.sends()) == 2, "no message goes to a carrier that refused"


async def test_a_silent_carrier_is_told_overdue_and_stalled_once_each_and_still_read() -> None:
    async with new_life() as life:
        filing = await scenarios.silent_carrier(life)
        report = await filing.report()

        shown = report.carriers[Carrier.UNICOM]
        assert shown.submitted_at
        assert shown.result_due_at
        (overdue,) = events_of(report, Event.RESULT_OVERDUE)
        (stalled,) = events_of(report, Event.RESULT_STALLED)
        submitted_on = beijing_date(shown.submitted_at)
        # Due at the end of the tenth working day, which is the Beijing midnight of the day after.
        assert beijing_date(overdue.at - timedelta(seconds=60)) == working_day_after(submitted_on, 10)
        assert beijing_date(stalled.at - timedelta(seconds=60)) == working_day_after(submitted_on, 20)
        assert scenarios.action_on(report, ActionCode.RESULT_STALLED) == [Carrier.UNICOM]
        assert shown.can_send is CanSend.TRIAL

        await life.control("PUT", f"/_sandbox/fates/{filing.sign_name}", {"unicom": "days:40"})
        await filing.until(
            "unicom answers after all",
            lambda seen: seen.carriers[Carrier.UNICOM].status is CarrierStatus.REGISTERED and not seen.actions,
            within=timedelta(days=60),
            step=scenarios.HALF_A_DAY,
        )


async def test_two_days_without_the_platform_are_waited_out() -> None:
    async with new_life() as life:
        filing = await scenarios.platform_down(life)
        report = await filing.report()

        assert report.phase is Phase.ACTIVE
        assert not report.actions
        assert len(await life.sends()) == 3
        assert {line.event for line in report.records} & {Event.GONE, Event.ROUND_BROKEN, Event.READ_REFUSED} == set()
        assert count_events(await filing.history()).total() <= 220


async def test_a_rejected_review_says_why_and_is_followed_on() -> None:
    async with new_life() as life:
        filing = await scenarios.rejected_review(life)
        report = await filing.report()

        assert report.review.status is ReviewStatus.REJECTED
        assert report.review.reasons
        assert scenarios.action_on(report, ActionCode.REVIEW_REJECTED) == [None]
        assert all(shown.status is CarrierStatus.NOT_FILED for shown in report.carriers.values())


async def test_an_overdue_review_becomes_an_action_once() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates={"review": "silent"})
        report = await filing.until(
            "review overdue",
            lambda seen: bool(scenarios.action_on(seen, ActionCode.REVIEW_OVERDUE)),
            within=timedelta(days=5),
            step=scenarios.HALF_A_DAY,
        )
        assert report.phase is Phase.IN_REVIEW
        await life.pass_time(timedelta(days=10))
        assert len(events_of(await filing.report(), Event.REVIEW_OVERDUE)) == 1


async def test_releasing_ends_the_rounds_and_deletes_nothing() -> None:
    async with new_life() as life:
        filing = await scenarios.released_while_filing(life)
        report = await filing.report()

        assert report.phase is Phase.RELEASED
        assert [line.detail for line in events_of(report, Event.ROUND_ENDED)] == ["RELEASED"] * 3
        journal = await life.control("GET", "/_sandbox/journal?operation=DeleteSmsSign")
        assert journal["entries"] == []


async def test_a_life_without_a_cache_replays_at_every_step() -> None:
    """Every task is replayed from the beginning, which shows at once what is not deterministic."""
    async with new_life(cached_workflows=0) as life:
        filing = await scenarios.happy_to_expiry(life)
        history = count_events(await filing.history())
        assert history["WORKFLOW_TASK_FAILED"] == 0
        assert history["WORKFLOW_TASK_TIMED_OUT"] == 0
