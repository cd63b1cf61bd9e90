"""The commands ``gate`` and ``ticket``: may be sent in bulk now, and what to write to the platform's support."""

from datetime import UTC, datetime

from cli.context import locate
from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.options import Common
from cli.output import console, fail, print_json
from filing.calendar import working_days_between
from filing.gate import GateVerdict, gate
from filing.report import FilingReport
from filing.ticket import ticket
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus

_CODES = {
    GateVerdict.OPEN: Exit.DONE,
    GateVerdict.WAIT: Exit.WAITING,
    GateVerdict.NEEDS_PERSON: Exit.NEEDS_PERSON,
    GateVerdict.CLOSED: Exit.REFUSED,
}


async def check_gate(sign_name: str, common: Common, *, carrier: Carrier | None) -> Exit:
    """Say whether bulk sending is safe on one carrier or on all three; the exit code is the answer."""
    filings = await Filings.connect(common.connection)
    workflow_id = await locate(filings, common, sign_name)
    report = await filings.report(workflow_id)
    execution = await filings.execution(workflow_id)
    followed = execution == "RUNNING" and not report.phase.closed
    answer = gate(report, [carrier] if carrier else list(Carrier), followed=followed)
    code = _CODES[answer.verdict]
    if common.as_json:
        print_json({"sign_name": report.sign_name, "exit_code": int(code), **answer.model_dump(mode="json")})
        return code
    for each in answer.carriers:
        name = f"{each.carrier.label} {each.carrier}"
        console().print(f"【{report.sign_name}】 {name}: {each.verdict} ({each.can_send}); {each.why}", soft_wrap=True)
    return code


async def write_ticket(sign_name: str, common: Common, *, carrier: Carrier | None) -> Exit:
    """Print the text of a ticket (工单) about the review, or about the carriers that need one.

    Raises:
        CliError: Nothing has been submitted, so there is nothing to ask about (3).
    """
    filings = await Filings.connect(common.connection)
    report = await filings.report(await locate(filings, common, sign_name))
    if report.review.submitted_at is None:
        raise CliError(Exit.REFUSED, f"【{report.sign_name}】 was not submitted yet, there is nothing to ask about")
    now = datetime.now(UTC)
    carriers = [carrier] if carrier else _worth_a_ticket(report)
    if not carriers and report.review.status is ReviewStatus.APPROVED:
        why = f"【{report.sign_name}】 is registered with all three carriers; name one with --carrier to write anyway"
        return fail(CliError(Exit.REFUSED, why), as_json=common.as_json)
    waited = {
        each: working_days_between(since, now)[0]
        for each in carriers
        if (since := report.carriers[each].submitted_at) is not None
    }
    text = ticket(report, carriers, waited, now)
    if common.as_json:
        print_json({"sign_name": report.sign_name, "carriers": [str(each) for each in carriers], "text": text})
    else:
        console().print(text, soft_wrap=True, highlight=False, markup=False)
    return Exit.DONE


def _worth_a_ticket(report: FilingReport) -> list[Carrier]:
    return [each for each in Carrier if report.carriers[each].status is not CarrierStatus.REGISTERED]
