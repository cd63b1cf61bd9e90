"""The command ``submit``: everything is read and checked first, so that it is all or nothing up to the first start."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cli.context import only_account, sender
from cli.exits import CliError, Exit
from cli.filings import ClosedFiling, Filings
from cli.foresight import Foresight, foresee, show_foresight
from cli.linting import beside_open_filings, show_warnings
from cli.options import Common
from cli.output import console, fail, print_json
from cli.reading import examine_applications
from cli.rendering import differences_view
from cli.settings import Settings, load_settings
from cli.waiting import Limit, Wait, read_limit, wait_for
from engine.names import filing_id
from filing.application import SignatureApplication, differing_fields
from filing.calendar import shown


async def submit(
    files: Sequence[Path], common: Common, *, policy: str | None, by: str | None, wait: str | None
) -> Exit:
    """Open a filing for every application of the files.

    Raises:
        CliError: Nothing was submitted, or Temporal went away midway; the message says which.
    """
    limit = read_limit(wait)
    settings = load_settings(common.settings_file)
    examination = examine_applications(
        files,
        account=common.account,
        default_account=only_account(settings),
        length_max=settings.sign_name_length_max,
    )
    examination.require_passing()
    for one in examination.applications:
        settings.policy_asked(one.application.account, policy)
    filings = await Filings.connect(common.connection)
    examined = await beside_open_filings(filings, examination.applications)
    show_warnings(examined)
    results: list[dict[str, Any]] = []
    foreseen: list[Foresight] = []
    for one in examined:
        source, findings = one.source, [finding.model_dump() for finding in one.findings]
        try:
            opened = await open_filing(filings, one.application, settings, policy, sender(by))
            seen = foresee(one.application, settings, policy, datetime.now(UTC))
            results.append({"source": source, **opened, "findings": findings, "forecast": seen.document})
            foreseen.append(seen)
        except CliError as failure:
            submitted = [result["sign_name"] for result in results if result["result"] == "submitted"]
            before = f"; submitted before that: {', '.join(submitted)}" if submitted else ""
            raise CliError(
                failure.code, f"{source}: {failure.message}{before}", {**failure.details, "filings": results}
            ) from failure
    if not common.as_json:
        for result, seen in zip(results, foreseen, strict=True):
            show_opened(result)
            if result["result"] == "submitted":
                show_foresight(result["sign_name"], seen)
    try:
        trouble = different(results) or await wait_for_all(filings, results, limit, quiet=common.as_json)
    except CliError as failure:
        trouble = failure
    if trouble is not None:
        return fail(trouble, as_json=common.as_json, done={"filings": results})
    if common.as_json:
        print_json({"filings": results})
    return Exit.DONE


async def open_filing(
    filings: Filings,
    application: SignatureApplication,
    settings: Settings,
    policy: str | None,
    by: str,
    *,
    adopt: bool = False,
) -> dict[str, Any]:
    """Open a filing, or find that one of its name is open.

    A closed one of the same name leaves its records and the numbers of its rounds to the new one. To ``adopt`` takes
    over a signature that exists already.

    Returns:
        What ``--json`` shows of it; ``result`` is ``submitted``, ``unchanged``, or ``different`` where another
        content is open, of which nothing was changed.
    """
    workflow_id = filing_id(application.account, application.sign_name)
    result: dict[str, Any] = {
        "workflow_id": workflow_id,
        "account": application.account,
        "sign_name": application.sign_name,
        "result": "submitted",
        "differences": {},
        "continues": None,
    }
    asked = settings.policy_asked(application.account, policy)
    closed = await filings.closed(workflow_id)
    left = closed.left if closed is not None else None
    if await filings.start(application, asked, by, settings.task_queue, left, adopt=adopt):
        if closed is not None and left is None:
            lost = f"the records of 【{application.sign_name}】's {_earlier(closed)} could not be read, they begin anew"
            console(stderr=True).print(f"starter.py: {lost}", style="yellow")
        return result | {"policy": asked.name if asked else None, "continues": _continued(closed)}
    report = await filings.report(workflow_id)
    differences = differing_fields(report.application, application)
    return result | {
        "policy": report.policy,
        "result": "different" if differences else "unchanged",
        "differences": {field: {"open": old, "new": new} for field, (old, new) in differences.items()},
    }


def different(results: Sequence[dict[str, Any]]) -> CliError | None:
    """The refusal of applications whose names are open with another content, none where there are none."""
    names = [result["sign_name"] for result in results if result["result"] == "different"]
    if not names:
        return None
    return CliError(Exit.REFUSED, f"open already with another content, nothing was changed: {', '.join(names)}")


def show_opened(result: dict[str, Any]) -> None:
    """Print what became of one application."""
    out, name = console(), f"【{result['sign_name']}】"
    policy = result["policy"] or "of the account"
    where = f"account {result['account']}, policy {policy}, workflow {result['workflow_id']}"
    match result["result"]:
        case "submitted":
            out.print(f"{name} submitted ({where})")
            if (continues := result["continues"]) and continues["records"] is not None:
                out.print(f"  continues the records of an {continues['earlier']}")
            out.print(f"  starter.py watch {result['sign_name']} --account {result['account']}", style="dim")
        case "unchanged":
            out.print(f"{name} is already open, nothing changed ({where})")
        case _:
            out.print(f"{name} is already open with another content ({where}):")
            out.print(differences_view({k: (d["open"], d["new"]) for k, d in result["differences"].items()}))


def _continued(closed: ClosedFiling | None) -> dict[str, Any] | None:
    if closed is None:
        return None
    left = closed.left
    return {
        "earlier": _earlier(closed),
        "ended": closed.ended,
        "closed_at": closed.closed_at.isoformat() if closed.closed_at else None,
        "records": len(left.records) if left else None,
        "rounds": left.model_dump(mode="json")["rounds"] if left else None,
    }


def _earlier(closed: ClosedFiling) -> str:
    when = f" {shown(closed.closed_at)}" if closed.closed_at else ""
    return f"earlier filing, closed{when} ({closed.ended})"


async def wait_for_all(
    filings: Filings, results: Sequence[dict[str, Any]], length: timedelta | None, *, quiet: bool
) -> CliError | None:
    """Wait for the platform's answer to each, all within the same time.

    Returns:
        What the command ends with, none where each was handed in.
    """
    if length is None:
        return None
    limit, missed = Limit(length), []
    for result in results:
        outcome = await wait_for(filings, result["workflow_id"], Wait(), limit)
        result["platform"] = outcome.document
        told = f"【{result['sign_name']}】 {outcome.told}"
        if outcome.code is not Exit.DONE:
            missed.append((outcome.code, told))
        elif not quiet:
            console().print(told)
    if not missed:
        return None
    return CliError(max(code for code, _ in missed), "\n".join(told for _, told in missed))
