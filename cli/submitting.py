"""The command ``submit``: everything is read and checked first, so that it is all or nothing up to the first start."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cli.context import only_account, sender
from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.options import Common
from cli.output import console, error_document, print_json
from cli.reading import read_applications
from cli.rendering import differences_view
from cli.settings import Settings, load_settings
from engine.names import filing_id
from filing.application import SignatureApplication, differing_fields


async def submit(files: Sequence[Path], common: Common, *, policy: str | None, by: str | None) -> Exit:
    """Open a filing for every application of the files.

    Raises:
        CliError: Nothing was submitted, or Temporal went away midway; the message says which.
    """
    settings = load_settings(common.settings_file)
    applications = read_applications(files, account=common.account, default_account=only_account(settings))
    for _, application in applications:
        settings.policy_asked(application.account, policy)
    filings = await Filings.connect(common.connection)
    results: list[dict[str, Any]] = []
    for source, application in applications:
        try:
            results.append({"source": source, **await _open(filings, application, settings, policy, sender(by))})
        except CliError as failure:
            submitted = [result["sign_name"] for result in results if result["result"] == "submitted"]
            before = f"; submitted before that: {', '.join(submitted)}" if submitted else ""
            raise CliError(
                failure.code, f"{source}: {failure.message}{before}", {**failure.details, "filings": results}
            ) from failure
    return _tell(results, as_json=common.as_json)


async def _open(
    filings: Filings, application: SignatureApplication, settings: Settings, policy: str | None, by: str
) -> dict[str, Any]:
    workflow_id = filing_id(application.account, application.sign_name)
    result: dict[str, Any] = {
        "workflow_id": workflow_id,
        "account": application.account,
        "sign_name": application.sign_name,
        "result": "submitted",
        "differences": {},
    }
    asked = settings.policy_asked(application.account, policy)
    if await filings.start(application, asked, by, settings.task_queue):
        return result | {"policy": asked.name if asked else None}
    report = await filings.report(workflow_id)
    differences = differing_fields(report.application, application)
    return result | {
        "policy": report.policy,
        "result": "different" if differences else "unchanged",
        "differences": {field: {"open": old, "new": new} for field, (old, new) in differences.items()},
    }


def _tell(results: list[dict[str, Any]], *, as_json: bool) -> Exit:
    different = [result["sign_name"] for result in results if result["result"] == "different"]
    refusal = CliError(Exit.REFUSED, f"open already with another content, nothing was changed: {', '.join(different)}")
    if as_json:
        print_json({"filings": results} | (error_document(refusal) if different else {}))
    else:
        for result in results:
            _tell_one(result)
    if different:
        console(stderr=True).print(f"starter.py: {refusal.message}", style="red")
        return Exit.REFUSED
    return Exit.DONE


def _tell_one(result: dict[str, Any]) -> None:
    out, name = console(), f"【{result['sign_name']}】"
    policy = result["policy"] or "of the account"
    where = f"account {result['account']}, policy {policy}, workflow {result['workflow_id']}"
    match result["result"]:
        case "submitted":
            out.print(f"{name} submitted ({where})")
            out.print(f"  starter.py watch {result['sign_name']} --account {result['account']}", style="dim")
        case "unchanged":
            out.print(f"{name} is already open, nothing changed ({where})")
        case _:
            out.print(f"{name} is already open with another content ({where}):")
            out.print(differences_view({k: (d["open"], d["new"]) for k, d in result["differences"].items()}))
