"""Playing a life: a filing is submitted on a stack of its own, whose clock skips until nothing more happens."""

import asyncio
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import RPCTimeoutOrCancelledError, WorkflowHandle
from temporalio.service import RPCError

from engine.names import FILING_WORKFLOW, TASK_QUEUE, filing_id
from engine.search_attributes import at_start
from filing.application import SignatureApplication
from filing.calendar import beijing_date, beijing_midnight, months_after
from filing.messages import FilingStart
from filing.naming import LENGTH_MAX
from filing.policy import Policy
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from rehearsal.chronicle import Chronicle
from rehearsal.fates import SILENT, Cast
from rehearsal.papers import TEMPLATES, TemplateType, made_up_phones, stock_for
from rehearsal.skipping import STANDSTILL, SkippingServer, require_going_on
from rehearsal.stack import SandboxAccount, rehearsal_stack
from sandbox.pace import REAL, Span
from sandbox.rules import Rules

TRIES = 3
"""The server's clock now and then stands still, which no life is to blame for: it is played again."""

_MORNING_BEFORE = timedelta(hours=-12)
PACE = replace(REAL, registration={**REAL.registration, "telecom": Span(working_days=10, fixed=_MORNING_BEFORE)})
"""The sandbox's true durations, of which the longest ends with the morning of its tenth working day, not at the hour
of the approval. Seen only at the midnight at which the result is due, an answer would come in the instant in which the
deadline rings, which the server does not take well (see ``skipping.STANDSTILL``)."""

STEP_WHILE_FILING = timedelta(days=1)
"""Shorter than a verdict takes, so that no deadline comes and goes unseen; records carry their own dates."""
STEP_WHILE_GUARDED = timedelta(days=3)

QUIET = timedelta(days=14)
"""A life is over once nothing happened for so long, no date lies ahead and no carrier will answer any more; whatever
comes then comes from people."""

QUICKEST_READ = timedelta(minutes=5)
"""A policy that reads more often is made for the demo's seconds; months of it would take hours."""

_BY = "rehearsal"
_PATIENCE = timedelta(seconds=30)


class RehearsalError(Exception):
    """A life that could not be played; the message says what to do."""


class UnplayableError(RehearsalError):
    """A script that nobody can play."""


@dataclass(frozen=True)
class Script:
    """What is played.

    Attributes:
        application: What is submitted.
        policy: How patient the filing is.
        cast: What the platform and the carriers do.
        phones: How many test phones there are per carrier.
        template_type: What the test messages are.
        begins: When it is submitted, not in the past; at once where none is given.
        months: For how many calendar months it is played at most.
        sign_name_length_max: The most characters that a signature may have, for the check and for the sandbox.
    """

    application: SignatureApplication
    policy: Policy
    cast: Cast
    phones: Mapping[Carrier, int]
    template_type: TemplateType
    begins: datetime | None = None
    months: int = 13
    sign_name_length_max: int = LENGTH_MAX


@dataclass(frozen=True)
class Life:
    """A life that was played.

    Attributes:
        began_at: When it was submitted.
        ended_at: Until when it was played.
        over: Whether it came to a natural end; false where it would go on.
        report: What the filing said of itself last.
        chronicle: What happened.
    """

    began_at: datetime
    ended_at: datetime
    over: bool
    report: FilingReport
    chronicle: Chronicle


async def play(script: Script, *, output: int | None = DEVNULL) -> Life:
    """Play a life on a fresh stack, and again where the server's clock stood still.

    Args:
        script: What is played.
        output: Where what the server writes goes, as for ``subprocess``; nobody reads it by default.

    Raises:
        EmbeddedStackError: The server's binary is missing, or it does not come up.
        UnplayableError: The policy is one for demos, or the beginning lies in the past.
        RehearsalError: The clock stood still every time.
    """
    _require_true_durations(script.policy)
    for _ in range(TRIES):
        try:
            return await _play_once(script, output)
        except (RPCError, RPCTimeoutOrCancelledError, TimeoutError) as failure:
            require_going_on()
            last = failure
    raise RehearsalError(
        f"the clock of the rehearsal stood still {TRIES} times ({last}); the application is not to blame: try again"
    ) from last


async def _play_once(script: Script, output: int | None) -> Life:
    policy, application = script.policy, script.application
    template_code, template_params = TEMPLATES[script.template_type]
    account = SandboxAccount(
        key=application.account,
        phones=made_up_phones(script.phones),
        template_code=template_code,
        template_params=template_params,
        policy=policy,
        sign_name_length_max=script.sign_name_length_max,
    )
    rules = Rules(sign_name_max_length=script.sign_name_length_max)
    async with rehearsal_stack(account, pace=PACE, rules=rules, output=output, standstill=STANDSTILL) as stack:
        began_at = await _begin(stack.server, script.begins)
        await stack.control("POST", "/_sandbox/stock", stock_for(application, beijing_date(began_at)))
        await stack.control("PUT", f"/_sandbox/fates/{application.sign_name}", dict(script.cast.fates))
        handle: WorkflowHandle[Any, Any] = await stack.server.client.start_workflow(
            FILING_WORKFLOW,
            FilingStart(application=application, policy=policy, by=_BY),
            id=filing_id(application.account, application.sign_name),
            task_queue=TASK_QUEUE,
            search_attributes=at_start(application.account, application.sign_name),
        )
        chronicle = Chronicle(policy)
        horizon = beijing_midnight(months_after(beijing_date(began_at), script.months)) + timedelta(days=1)
        while True:
            now = await stack.server.get_current_time()
            report = await _report(handle, now)
            chronicle.take(report, now)
            over = _is_over(report, script.cast, chronicle, now)
            if over or now >= horizon:
                return Life(began_at, now, over, report, chronicle)
            filing = any(shown.round_open for shown in report.carriers.values()) or not chronicle.registered_at
            step = STEP_WHILE_FILING if filing else STEP_WHILE_GUARDED
            await stack.server.sleep(min(step, horizon - now))


async def _begin(server: SkippingServer, begins: datetime | None) -> datetime:
    """Let the clock skip to the beginning."""
    now = await server.get_current_time()
    if begins is None:
        return now
    if begins < now:
        raise UnplayableError("a rehearsal cannot begin in the past: its clock only moves forward")
    await server.sleep(begins - now)
    return await server.get_current_time()


async def _report(handle: WorkflowHandle[Any, Any], now: datetime) -> FilingReport:
    async with asyncio.timeout(_PATIENCE.total_seconds()):
        report: FilingReport = await handle.query("report", now, result_type=FilingReport, rpc_timeout=_PATIENCE)
    return report


def _require_true_durations(policy: Policy) -> None:
    quickest = min(
        policy.qualification_read_every,
        policy.review_read_every,
        policy.not_filed_read_every,
        policy.registering_read_every,
        policy.registering_faster_every,
        policy.verification_read_every,
        policy.guard_read_every,
    )
    if quickest < QUICKEST_READ:
        raise UnplayableError(
            f"the policy {policy.name} reads the platform every {quickest.total_seconds():g} s, as in a demo; a "
            "rehearsal has true durations: name one with --policy that reads every five minutes at most"
        )


def _is_over(report: FilingReport, cast: Cast, chronicle: Chronicle, now: datetime) -> bool:
    """Whether nothing more will happen unless a person does something."""
    if report.phase.closed:
        return True
    answers_ahead = any(
        shown.status is CarrierStatus.REGISTERING and cast.fates[carrier] != SILENT
        for carrier, shown in report.carriers.items()
    )
    last = chronicle.last_event_at
    quiet = last is not None and now - last >= QUIET
    return quiet and not answers_ahead and not any(date > now for date in _dates(report))


def _dates(report: FilingReport) -> list[datetime]:
    """All dates of a report that something may still happen on."""
    dates = [report.next_due_at, report.expires_at]
    if report.review.status is ReviewStatus.IN_REVIEW:
        dates.append(report.review.overdue_at)
    for shown in report.carriers.values():
        if shown.round_open:
            dates.append(shown.verdict_due_at)
            if shown.status is CarrierStatus.REGISTERING:
                dates += [shown.result_due_at, shown.stalled_at]
    return [date for date in dates if date is not None]
