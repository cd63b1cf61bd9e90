from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.service import RPCError, RPCStatusCode

from filing.calendar import beijing_date, months_after
from filing.policy import DEFAULT_POLICY, DEMO_POLICY
from filing.record import ActionCode, Event
from filing.vocabulary import Carrier, CarrierStatus, Phase, SignatureSource
from rehearsal import playing
from rehearsal.fates import cast, read_fates
from rehearsal.playing import RehearsalError, Script, UnplayableError, play
from rehearsal.skipping import SkippingServer
from tests.filing.builders import application

ONE_EACH = dict.fromkeys(Carrier, 1)


def script(*fates: str, months: int = 13) -> Script:
    return Script(
        application(qualification_id=424242),
        DEFAULT_POLICY,
        cast(read_fates(fates), ""),
        ONE_EACH,
        "verification",
        months=months,
    )


async def test_a_carrier_that_will_answer_late_is_waited_for_beyond_every_deadline() -> None:
    life = await play(script("mobile=days:60", "unicom=silent", "telecom=fail:SIGNATURE_ERROR", months=4))

    late = life.chronicle.registered_at[Carrier.MOBILE]
    assert late - life.began_at > timedelta(days=80)
    assert life.chronicle.registered_at.keys() == {Carrier.MOBILE}
    assert life.chronicle.ready_at is None
    assert life.chronicle.messages == 1
    codes = {(asked.code, asked.carrier) for asked in life.chronicle.asked}
    assert (ActionCode.RESULT_STALLED, Carrier.UNICOM) in codes
    assert (ActionCode.FILING_FAILED, Carrier.TELECOM) in codes
    assert not life.over
    assert beijing_date(life.ended_at) == months_after(beijing_date(life.began_at), 4) + timedelta(days=1)


async def test_a_review_that_never_comes_ends_soon_after_it_was_asked_about() -> None:
    unhurried = DEFAULT_POLICY.model_copy(update={"review_read_every": timedelta(hours=6)})
    life = await play(replace(script("review=silent"), policy=unhurried))

    assert life.over
    assert [asked.code for asked in life.chronicle.asked] == [ActionCode.REVIEW_OVERDUE]
    assert life.ended_at - life.began_at < timedelta(days=30)


async def test_papers_of_every_kind_pass_the_checks() -> None:
    applied = application(
        source=SignatureSource.TRADEMARK,
        trademark_id=11,
        third_party=True,
        authorization_letter_id=12,
        qualification_id=13,
    )
    life = await play(replace(script("review=reject"), application=applied))

    assert life.report.phase is Phase.REJECTED
    assert {Event.CHECK_PASSED, Event.SUBMITTED} <= {record.event for record in life.report.records}


async def test_without_a_test_phone_a_carrier_is_not_proven_and_a_person_is_asked() -> None:
    phones = {Carrier.MOBILE: 2, Carrier.UNICOM: 1, Carrier.TELECOM: 0}
    life = await play(replace(script(months=2), phones=phones))

    tests = {carrier: life.report.carriers[carrier].tests_sent for carrier in Carrier}
    assert tests == phones, "one message to every number"
    assert life.report.carriers[Carrier.TELECOM].status is CarrierStatus.PENDING_VERIFICATION
    assert ActionCode.NO_TEST_PHONE in {asked.code for asked in life.chronicle.asked}


async def test_a_clock_that_stood_still_is_played_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep, failures = SkippingServer.sleep, [RPCError("Timeout expired", RPCStatusCode.CANCELLED, b"")]

    async def stuck_once(self: SkippingServer, span: timedelta) -> None:
        if failures:
            raise failures.pop()
        await sleep(self, span)

    monkeypatch.setattr(SkippingServer, "sleep", stuck_once)

    life = await play(script("review=reject"))

    assert not failures
    assert life.over


async def test_a_clock_that_stands_still_every_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "STANDSTILL", timedelta(microseconds=1))

    with pytest.raises(RehearsalError, match=f"stood still {playing.TRIES} times"):
        await play(script())


async def test_a_policy_for_demos_is_refused_before_anything_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "rehearsal_stack", None)

    with pytest.raises(UnplayableError, match="policy demo reads the platform every 1 s"):
        await play(replace(script(), policy=DEMO_POLICY))


async def test_no_life_begins_in_the_past() -> None:
    with pytest.raises(UnplayableError, match="only moves forward"):
        await play(replace(script(), begins=datetime.now(UTC) - timedelta(days=1)))
