"""Waiting for what the platform answers: a filing answers at once, the platform when it is asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.output import console, fail, print_json
from filing.advice import Advice
from filing.amendment import AmendmentStage
from filing.record import ActionCode, Event
from filing.report import EditReport, FilingReport
from filing.span import parse_duration, show_duration
from filing.vocabulary import Phase

_LOOK_EVERY = 0.5

_STOP_SUBMISSION = (ActionCode.FIX_APPLICATION, ActionCode.SUBMIT_REFUSED, ActionCode.FIX_ACCOUNT)


@dataclass(frozen=True)
class Outcome:
    """How a wait ended.

    Attributes:
        code: The exit code of a command that waited for this alone.
        told: What came of it; empty where there was nothing to wait for.
        details: The same for programs.
    """

    code: Exit
    told: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def error(self) -> CliError | None:
        """What the command ends with, none where all is well."""
        return CliError(self.code, self.told, self.details) if self.code is not Exit.DONE else None

    @property
    def document(self) -> dict[str, Any]:
        """The outcome as ``--json`` shows it."""
        return {"told": self.told, **self.details}


def read_limit(text: str | None) -> timedelta | None:
    """Read ``--wait``.

    Raises:
        CliError: It is no length of time (2).
    """
    try:
        return parse_duration(text) if text is not None else None
    except ValueError as failure:
        raise CliError(Exit.UNREADABLE, f"--wait: {failure}") from failure


class Limit:
    """Until when is waited; begins with its making, and several waits may share it."""

    def __init__(self, length: timedelta) -> None:
        self.length = show_duration(length)
        self._ends = asyncio.get_running_loop().time() + length.total_seconds()

    @property
    def left(self) -> float:
        """Seconds until the end, never below none."""
        return max(0.0, self._ends - asyncio.get_running_loop().time())


class Wait:
    """What is looked for in a filing's reports, beginning with the submission itself."""

    def __call__(self, report: FilingReport) -> Outcome | None:
        """What a report tells of the outcome, none while it is open."""
        if report.review.submitted_at is not None:
            how = "adopted, as it existed already" if report.adopted else "handed in"
            return _handed_in(how, report.review.order_id)
        asked = next((action for action in report.actions if action.code in _STOP_SUBMISSION), None)
        if asked is not None:
            return _ask(asked)
        return _closed(report) if report.phase.closed else None

    def late(self, report: FilingReport) -> Outcome:
        """The outcome where the time is up."""
        return Outcome(Exit.WAITING, f"not handed in yet; it is {report.phase.label} ({report.phase})")


class WaitForEdit(Wait):
    """An edit or a re-file, known by the id of the update that asked for it."""

    def __init__(self, request_id: str, *, submitted: bool) -> None:
        """Prepare.

        Args:
            request_id: Id of the update.
            submitted: Whether the signature was handed in before; if not, its submission is the answer.
        """
        self._request_id = request_id
        self._submitted = submitted
        self._seen = False

    def __call__(self, report: FilingReport) -> Outcome | None:
        """What a report tells of the outcome, none while it is open."""
        queued, edit = report.queued_edit, self._own(report)
        if edit is None and (queued is None or queued.request_id != self._request_id):
            if not self._submitted:
                return super().__call__(report)
            if self._seen:
                return Outcome(Exit.NEEDS_PERSON, "it no longer waits: withdrawn, or taken over by a later message")
            # What only changes the filing, or asks for a click in the console, is done with the answer.
            return Outcome(Exit.DONE, "")
        self._seen = True
        outcome = _of_edit(report, edit) if edit is not None else None
        return _closed(report) if outcome is None and report.phase.closed else outcome

    def late(self, report: FilingReport) -> Outcome:
        """The outcome where the time is up."""
        edit = self._own(report)
        if edit is not None and edit.unclear:
            told = "the platform's answer was lost, and nothing shows that it has it"
            return Outcome(Exit.NEEDS_PERSON, f"{told}; your word is asked for if it stays so", _facts(edit))
        waits = next((action for action in report.actions if action.code is ActionCode.EDIT_QUEUED), None)
        why = f": {waits.why}" if waits else ", the filing is paused" if report.paused else ""
        return Outcome(Exit.WAITING, f"not handed in yet{why}")

    def _own(self, report: FilingReport) -> EditReport | None:
        edit = report.edit
        return edit if edit is not None and edit.request_id == self._request_id else None


class WaitForDeletion(Wait):
    """The deletion of the signature."""

    def __call__(self, report: FilingReport) -> Outcome | None:
        """What a report tells of the outcome, none while it is open."""
        if report.phase is Phase.DELETED:
            return Outcome(Exit.DONE, "deleted at the platform")
        if report.phase.closed:
            return _closed(report)
        if report.deleting:
            return None
        why = next((action.why for action in report.actions if action.code is ActionCode.DELETE_REFUSED), "")
        said = (record.detail for record in reversed(report.records) if record.event is Event.DELETE_REFUSED)
        return Outcome(Exit.REFUSED, f"not deleted: {why or next(said, 'the deletion was taken back')}")

    def late(self, report: FilingReport) -> Outcome:
        """The outcome where the time is up."""
        return Outcome(Exit.WAITING, f"not deleted yet{', the filing is paused' if report.paused else ''}")


async def wait_for(filings: Filings, workflow_id: str, wait: Wait, limit: Limit) -> Outcome:
    """Ask a filing for its report until it tells the outcome or the time is up; at least once.

    Raises:
        CliError: No worker answers (5).
    """
    while True:
        report = await filings.report(workflow_id)
        outcome = wait(report)
        if outcome is not None:
            return outcome
        if not limit.left:
            late = wait.late(report)
            return Outcome(late.code, f"{late.told} (waited {limit.length})", late.details)
        await asyncio.sleep(min(_LOOK_EVERY, limit.left))


async def conclude(
    filings: Filings, document: dict[str, Any], wait: Wait | None, limit: timedelta | None, *, as_json: bool
) -> Exit:
    """End a command that sent a message: wait for the platform's answer and print it.

    Args:
        filings: Where the filing is.
        document: What ``--json`` shows, with the ``workflow_id`` of the filing.
        wait: What is waited for.
        limit: How long, none for not at all.
        as_json: Whether one document is printed.

    Returns:
        The exit code; where no worker answers any more, ``UNREACHABLE``.
    """
    trouble = None
    if wait is not None and limit is not None:
        try:
            outcome = await wait_for(filings, document["workflow_id"], wait, Limit(limit))
        except CliError as failure:
            trouble = failure
        else:
            trouble = outcome.error
            document["platform"] = outcome.document
            if outcome.told and trouble is None and not as_json:
                console().print(outcome.told)
    if trouble is not None:
        return fail(trouble, as_json=as_json, done=document)
    if as_json:
        print_json(document)
    return Exit.DONE


def _of_edit(report: FilingReport, edit: EditReport) -> Outcome | None:
    order = edit.order_id
    match edit.stage:
        case AmendmentStage.IN_REVIEW if edit.unclear:
            asked = next((action for action in report.actions if action.code is ActionCode.EDIT_UNCLEAR), None)
            return _ask(asked) if asked is not None else None
        case AmendmentStage.TO_WRITE:
            return None
        case AmendmentStage.IN_REVIEW | AmendmentStage.APPROVED:
            return _handed_in("handed in", order, edit)
        case AmendmentStage.REFUSED:
            return Outcome(Exit.REFUSED, f"refused by the platform: {edit.words}", _facts(edit))
        case AmendmentStage.REJECTED:
            said = f": {edit.words}" if edit.words else ""
            return Outcome(Exit.REFUSED, f"handed in, order {order or 'unknown'}, and {edit.label}{said}", _facts(edit))
        case AmendmentStage.OVERTAKEN:
            return Outcome(Exit.NEEDS_PERSON, f"{edit.label}: {edit.words}", _facts(edit))


def _handed_in(how: str, order_id: str | None, edit: EditReport | None = None) -> Outcome:
    return Outcome(Exit.DONE, f"{how}, order {order_id or 'unknown'}", _facts(edit) if edit else {"order_id": order_id})


def _facts(edit: EditReport) -> dict[str, Any]:
    return {"order_id": edit.order_id, "edit": edit.model_dump(mode="json")}


def _ask(asked: Advice) -> Outcome:
    told = f"{asked.what}\n  {asked.why}\n  {asked.command}"
    return Outcome(Exit.NEEDS_PERSON, told, {"action": asked.model_dump(mode="json")})


def _closed(report: FilingReport) -> Outcome:
    return Outcome(Exit.NEEDS_PERSON, f"the filing was closed meanwhile: {report.phase.label} ({report.phase})")
