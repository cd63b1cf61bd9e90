"""Lives at random on the real SDK and a skipping clock: whatever the platform and people do, the rules hold.

``RANDOM_LIVES=200 pytest tests/workflows/test_random_lives.py`` plays more of them; a seed that failed plays the same.
"""

import asyncio
import os
import random
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from filing.amendment import AmendmentStage
from filing.calendar import beijing_date
from filing.policy import DEFAULT_POLICY
from filing.record import ActionCode, Event
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, Phase, ReviewStatus
from sandbox.clock import parse_instant
from sandbox.rules import Rules
from tests.workflows.life import Filing, Life, application, count_events, events_of, new_life

LIVES = int(os.environ.get("RANDOM_LIVES", "8"))
STEPS = 40
LONGEST = 60.0
"""Seconds that a life may take; five are usual."""
OTHER_SEEDS = 1_000_000
SKIPPING_SERVER_STUCK = ("ACTIVITY_UNKNOWN", "invalid history builder state")

# One carrier that never answers keeps every edit waiting, so it is rare.
FATES = ["ok", *["days:2"] * 4, *["seconds:3600"] * 4, *["fail:QUALIFICATION_ERROR"] * 3, "silent"]
PREFIXES = {"139": Carrier.MOBILE, "186": Carrier.UNICOM, "189": Carrier.TELECOM}
FAULTS = [
    ("SendSms", "drop_after"),
    ("SendSms", "drop_before"),
    ("UpdateSmsSign", "drop_after"),
    ("UpdateSmsSign", "drop_before"),
    ("UpdateSmsSign", "http_503"),
    ("GetSmsSign", "garbage"),
    ("GetSmsSign", "http_500"),
    ("QuerySendDetails", "throttle"),
    ("DeleteSmsSign", "drop_after"),
]
ASKED_OF_A_PERSON = {
    CarrierStatus.FAILED: ActionCode.FILING_FAILED,
    CarrierStatus.EXPIRED: ActionCode.FILING_EXPIRED,
    CarrierStatus.UNKNOWN: ActionCode.STATUS_UNKNOWN,
}


class RandomLife:
    """One life, drawn from a seed."""

    def __init__(self, life: Life, filing: Filing, chance: random.Random) -> None:
        self.life, self.filing, self.chance = life, filing, chance
        self.asked: Counter[str] = Counter()

    async def play(self) -> None:
        """Let things happen until the steps are over or the filing is closed."""
        for _ in range(STEPS):
            await self._step()
            report = await self.filing.report()
            self._check(report)
            if report.phase.closed:
                break

    async def _step(self) -> None:
        match self.chance.choices(["time", "message", "fault", "person"], [8, 8, 2, 1])[0]:
            case "time":
                hours = self.chance.choice([0.1, 1, 5, 24, 24, 72, 240])
                await self.life.pass_time(timedelta(hours=hours))
            case "message":
                await self._message()
            case "fault":
                operation, kind = self.chance.choice(FAULTS)
                await self.life.fault(operation, kind, count=self.chance.choice([1, 1, 2]))
            case _:
                await self._in_the_console()
        # Nothing is called off in the instant in which it begins, which the skipping server would lose.
        await self.life.pass_time(timedelta(seconds=30))

    async def _message(self) -> None:
        name, fields = self._drawn()
        try:
            if self.chance.random() < 0.3:
                await self.filing.handle.signal(name, {"by": "tester", **fields})
            else:
                await self.filing.message(name, **fields)
        except WorkflowUpdateFailedError as refusal:
            if not isinstance(refusal.cause, ApplicationError) or refusal.cause.type != "REFUSED":
                raise
            return
        self.asked[name] += 1

    def _drawn(self) -> tuple[str, dict[str, Any]]:
        chance, carrier = self.chance, self.chance.choice(list(Carrier)).value
        waits = chance.random() < 0.5
        accepted = chance.choice([[], ["mobile"], *[["mobile", "unicom", "telecom"]] * 4])
        edit = {"set": {"remark": self._remark()}, "accept_reset": accepted, "when_settled": waits}
        refile = {
            "reason": "x",
            "carrier": chance.choice([None, carrier]),
            "way": chance.choice([None, *FilingWay]),
            "accept_reset": accepted,
            "when_settled": waits,
        }
        drawn: list[tuple[int, str, dict[str, Any]]] = [
            (8, "edit", edit),
            (1, "edit", {"set": {"needed_by": "2031-01-01"}}),
            (1, "edit", {"withdraw": True}),
            (5, "refile", refile),
            (3, "confirm", {"review": chance.choice(["approved", "rejected", "not_received"])}),
            (1, "confirm", {"usable": carrier}),
            (1, "confirm", {"test_delivered": carrier}),
            (2, "test_send", {"carrier": chance.choice([None, carrier])}),
            (1, "look_now", {}),
            (1, "pause", {}),
            (4, "resume", {}),
            (1, "delete", {"confirm": "云杉科技", "force": chance.random() < 0.2}),
        ]
        _, name, fields = chance.choices(drawn, [weight for weight, _, _ in drawn])[0]
        return name, fields

    def _remark(self) -> str:
        review = self.chance.choice(["ok", "ok", "ok", "reject", "silent"])
        fates = " ".join(f"{carrier.value}={self.chance.choice(FATES)}" for carrier in Carrier)
        return f"第{self.chance.randrange(100)}次 [sandbox review={review} {fates}]"

    async def _in_the_console(self) -> None:
        try:
            await self.life.click_report("云杉科技", self.chance.choice(list(Carrier)))
        except AssertionError:
            # The console refuses what cannot be filed now.
            return

    def _check(self, report: FilingReport) -> None:
        """What must hold at every moment."""
        asked = {(action.code, action.carrier) for action in report.actions}
        if report.phase.closed:
            assert not asked
            return
        assert report.phase in Phase
        for carrier, shown in report.carriers.items():
            code = ASKED_OF_A_PERSON.get(shown.status)
            assert code is None or (code, carrier) in asked, (carrier, shown.status, asked)
        if report.review.status in (ReviewStatus.REJECTED, ReviewStatus.CANCELLED):
            at_work = report.edit is not None and report.edit.stage.at_work
            assert at_work or (ActionCode.REVIEW_REJECTED, None) in asked
        if report.queued_edit is not None:
            assert (ActionCode.EDIT_QUEUED, None) in asked or report.review.submitted_at is None

    async def check_the_whole(self) -> None:
        """What must hold of the life as a whole, by the platform's own journal."""
        report = await self.filing.report()
        await self._check_sends()
        for carrier, shown in report.carriers.items():
            started = [line for line in events_of(report, Event.ROUND_STARTED, carrier) if line.detail != "restarted"]
            numbers = [line.round for line in started]
            assert len(numbers) == len(set(numbers))
            assert len(started) <= shown.round
        updates = await self.life.calls("UpdateSmsSign") + await self.life.calls("ChangeSignatureQualification")
        assert len(updates) <= self.asked["edit"] + self.asked["refile"] + self.asked["confirm"]
        assert len(await self.life.calls("CreateSmsSign")) == 1
        assert len(await self.life.calls("DeleteSmsSign")) <= 1
        events = count_events(await self.filing.history())
        assert events["WORKFLOW_TASK_FAILED"] == 0
        if report.edit is not None and report.edit.stage is AmendmentStage.APPROVED:
            assert report.application.sign_name == "云杉科技"

    async def _check_sends(self) -> None:
        sends = await self.life.sends()
        out_ids = [send["parameters"]["OutId"] for send in sends]
        assert len(set(out_ids)) == len(out_ids), "never twice for one intent"
        per_day: dict[tuple[Carrier, object], int] = defaultdict(int)
        for send in sends:
            carrier = PREFIXES[send["parameters"]["PhoneNumbers"][:3]]
            per_day[carrier, beijing_date(parse_instant(send["asked_at"]))] += 1
        assert max(per_day.values(), default=0) <= DEFAULT_POLICY.tests_per_day


@pytest.mark.parametrize("seed", range(LIVES))
async def test_the_rules_hold_whatever_happens(seed: int, capfd: pytest.CaptureFixture[str]) -> None:
    for attempt in range(3):
        try:
            async with asyncio.timeout(LONGEST):
                await play(seed + attempt * OTHER_SEEDS)
        except (TimeoutError, RPCError):
            # The skipping test server cannot take what happens in the very instant in which an activity ends, and then
            # stands still; the worker says so. The real server can. Another life is played in the place of this one.
            said = capfd.readouterr().out
            if not any(words in said for words in SKIPPING_SERVER_STUCK):
                raise
        else:
            return
    pytest.fail("the skipping test server stood still in three lives")


async def play(seed: int) -> None:
    """Draw a life from a seed and play it."""
    chance = random.Random(seed)
    rules = Rules(
        edit_resets_carriers=chance.random() < 0.5,
        edit_shows_in_review=chance.random() < 0.6,
        rebind_is_reviewed=chance.random() < 0.5,
    )
    policy = DEFAULT_POLICY.model_copy(
        update={"refile_by": chance.choice(list(FilingWay)), "keep_alive": chance.random() < 0.5}
    )
    async with new_life(rules=rules) as life:
        fates = " ".join(f"{carrier.value}={chance.choice(FATES)}" for carrier in Carrier)
        filing = await life.file(application(remark=f"[sandbox {fates}]"), policy)
        await life.pass_time(timedelta(minutes=5))
        drawn = RandomLife(life, filing, chance)
        try:
            await drawn.play()
        except RPCError as failure:
            # A closed filing takes no message.
            if failure.status is not RPCStatusCode.NOT_FOUND:
                raise
        await drawn.check_the_whole()
