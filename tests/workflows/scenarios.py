"""Whole lives, played to their end; tests assert on them, and their histories are saved for replays."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from filing.policy import DEFAULT_POLICY, Policy
from filing.record import ActionCode, Event
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus, Phase
from tests.workflows.life import Filing, Life, application, events_of

HALF_A_DAY = timedelta(hours=12)
A_DAY = timedelta(days=1)

Scenario = Callable[[Life], Awaitable[Filing]]


def in_phase(phase: Phase) -> Callable[[FilingReport], bool]:
    """A condition on the phase."""
    return lambda report: report.phase is phase


def action_on(report: FilingReport, code: ActionCode) -> list[Carrier | None]:
    """The carriers about which an action is asked."""
    return [action.carrier for action in report.actions if action.code is code]


async def happy(life: Life, *, carriers: str = "ok", policy: Policy = DEFAULT_POLICY) -> Filing:
    """Review, three rounds, verdicts; ``carriers`` is the fate of each, for example ``days:3``."""
    filing = await life.file(application(), policy, fates=dict.fromkeys(["mobile", "unicom", "telecom"], carriers))
    await filing.until("all registered", in_phase(Phase.ACTIVE), within=timedelta(days=70), step=HALF_A_DAY)
    return filing


async def happy_to_expiry(life: Life) -> Filing:
    """Seven months: registered, no further send, warned twice, lapsed."""
    filing = await happy(life)
    await filing.until("lapsed on all carriers", in_phase(Phase.INACTIVE), within=timedelta(days=215), step=A_DAY)
    return filing


async def one_carrier_fails(
    life: Life, carrier: Carrier = Carrier.TELECOM, reason: str = "QUALIFICATION_ERROR"
) -> Filing:
    """One carrier refuses, the others register."""
    filing = await life.file(application(), fates={carrier.value: f"fail:{reason}"})
    await filing.until(
        "others registered, this one failed",
        lambda report: report.phase is Phase.ACTIVE and report.carriers[carrier].status is CarrierStatus.FAILED,
        within=timedelta(days=40),
        step=HALF_A_DAY,
    )
    return filing


async def silent_carrier(life: Life) -> Filing:
    """One carrier never answers: overdue, then stalled, and still followed."""
    filing = await life.file(application(), fates={"unicom": "silent"})
    await filing.until(
        "unicom stalled",
        lambda report: bool(events_of(report, Event.RESULT_STALLED)),
        within=timedelta(days=60),
        step=HALF_A_DAY,
    )
    return filing


async def rejected_review(life: Life) -> Filing:
    """The platform's review says no."""
    filing = await life.file(application(), fates={"review": "reject"})
    await filing.until("rejected", in_phase(Phase.REJECTED), within=timedelta(days=2), step=timedelta(hours=1))
    return filing


async def released_while_filing(life: Life) -> Filing:
    """An operator lets go while three rounds are open."""
    filing = await life.file(application())
    await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=timedelta(hours=6))
    await filing.message("release", reason="not needed any more")
    await filing.handle.result()
    return filing


async def platform_down(life: Life) -> Filing:
    """The platform cannot be reached for two days, in the middle of the carriers' answers."""
    begin = await life.now()
    since, until = begin + timedelta(days=10), begin + timedelta(days=12)
    await life.control(
        "POST",
        "/_sandbox/faults",
        {"kind": "drop_before", "from": since.isoformat(), "until": until.isoformat()},
    )
    return await happy(life)


async def talked_to(life: Life) -> Filing:
    """A person pauses, resumes, hints and asks for tests, in a round and outside; a round is cancelled by hand."""
    filing = await life.file(application(), fates={"telecom": "silent"})
    # The test server loses an activity that is called off in the moment in which it is scheduled.
    await filing.until("submitted", in_phase(Phase.IN_REVIEW), within=HALF_A_DAY, step=timedelta(minutes=5))
    await filing.message("pause", reason="too early")
    await life.pass_time(HALF_A_DAY)
    await filing.message("resume")
    await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=timedelta(hours=6))
    await filing.message("look_now")
    await filing.message("test_send", carrier="telecom")
    await life.pass_time(A_DAY)
    await life.env.client.get_workflow_handle(f"{filing.handle.id}/unicom/1").cancel()
    await filing.until(
        "mobile registered",
        lambda report: report.carriers[Carrier.MOBILE].status is CarrierStatus.REGISTERED,
        within=timedelta(days=30),
        step=HALF_A_DAY,
    )
    await filing.message("test_send", carrier="mobile")
    await life.pass_time(A_DAY)
    return filing


async def kept_alive(life: Life) -> Filing:
    """A filing that is kept alive by one message per carrier."""
    filing = await happy(life, policy=DEFAULT_POLICY.model_copy(update={"keep_alive": True}))
    await life.pass_time(timedelta(days=200))
    return filing


async def cured_by_edit(life: Life) -> Filing:
    """A rejected edit, one that waits, and one that cures a failed carrier and files all three again."""
    filing = await life.file(application(remark="[sandbox telecom=fail:QUALIFICATION_ERROR]"))
    await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=timedelta(hours=6))
    await filing.message("edit", set={"app_link": "https://a.example"}, when_settled=True)
    await filing.until(
        "waits for a word",
        lambda report: any("your word" in action.why for action in report.actions),
        within=timedelta(days=40),
        step=HALF_A_DAY,
    )
    await filing.message("edit", set={"remark": "[sandbox review=reject]"}, accept_reset="mobile,unicom")
    await filing.until(
        "rejected",
        lambda report: bool(action_on(report, ActionCode.EDIT_REJECTED)),
        within=timedelta(days=2),
        step=timedelta(hours=1),
    )
    await filing.message("edit", set={"remark": "用于通知"}, accept_reset="mobile,unicom")
    await filing.until(
        "all registered",
        lambda report: (
            report.phase is Phase.ACTIVE
            and all(shown.status is CarrierStatus.REGISTERED for shown in report.carriers.values())
        ),
        within=timedelta(days=60),
        step=HALF_A_DAY,
    )
    return filing


async def filed_again_and_deleted(life: Life) -> Filing:
    """A filing that lapses, is filed again, vouched for, and deleted in the end."""
    filing = await happy_to_expiry(life)
    await filing.message("refile", reason="旺季")
    await filing.until("filed again", in_phase(Phase.ACTIVE), within=timedelta(days=60), step=HALF_A_DAY)
    await filing.message("confirm", usable="unicom")
    await filing.message("delete", confirm=filing.sign_name, force=True)
    await filing.handle.result()
    return filing


SCENARIOS: dict[str, Scenario] = {
    "happy_to_expiry": happy_to_expiry,
    "one_carrier_fails": one_carrier_fails,
    "silent_carrier": silent_carrier,
    "rejected_review": rejected_review,
    "released_while_filing": released_while_filing,
    "platform_down": platform_down,
    "talked_to": talked_to,
    "kept_alive": kept_alive,
    "cured_by_edit": cured_by_edit,
    "filed_again_and_deleted": filed_again_and_deleted,
}
"""The lives whose histories are kept and replayed."""
