"""The command ``replace``: a new signature is filed, and the old one may go once the new one is usable."""

from pathlib import Path
from typing import Any

from cli.context import find, sender
from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.linting import beside_open_filings, show_warnings
from cli.messaging import compose
from cli.options import Common
from cli.output import console, fail
from cli.reading import Examined, examine_applications
from cli.settings import Settings, load_settings
from cli.submitting import different, open_filing, show_opened
from cli.waiting import Wait, conclude, read_limit
from engine.names import filing_id
from filing.application import SignatureApplication
from filing.commands import command_line
from filing.messages import Replace
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus


async def replace(
    old: str, file: Path, common: Common, *, policy: str | None, by: str | None, wait: str | None
) -> Exit:
    """File a new signature that takes the place of an old one.

    It may be run again: what is open with the same content is taken as it is.

    Raises:
        CliError: The file cannot be used (2 or 3), the new signature is the old one or of another account (3), the old
            one is not followed here (4), or no worker answers (5).
    """
    limit = read_limit(wait)
    settings = load_settings(common.settings_file)
    filings = await Filings.connect(common.connection)
    report = await _followed(filings, *await find(filings, common, old))
    examined = _only_application(file, common, report, settings)
    show_warnings(await beside_open_filings(filings, [examined]))
    application = examined.application
    settings.policy_asked(application.account, policy)
    result = await open_filing(filings, application, settings, policy, sender(by))
    if not common.as_json:
        show_opened(result)
    if (refusal := different([result])) is not None:
        return fail(refusal, as_json=common.as_json, done={"filings": [result]})
    carriers = [c for c in Carrier if report.carriers[c].status is CarrierStatus.REGISTERED]
    message = compose(Replace, by=sender(by), old=report.sign_name, carriers=carriers)
    document: dict[str, Any] = {
        "filings": [result],
        "workflow_id": result["workflow_id"],
        "message": "replace",
        "old": report.workflow_id,
        "carriers": carriers,
    }
    try:
        document["answer"] = await filings.send(result["workflow_id"], "replace", message)
    except CliError as failure:
        again = f"【{application.sign_name}】 is open and replaces nothing yet; give the same command again"
        told = f"{failure.message}\n{again}"
        return fail(CliError(failure.code, told, failure.details), as_json=common.as_json, done=document)
    document["commands"] = [
        command_line("release", report.sign_name, report.account),
        command_line("delete", report.sign_name, report.account, "--confirm", report.sign_name),
    ]
    if not common.as_json:
        console().print(document["answer"])
        _show_plan(application, report, carriers, document["commands"])
    return await conclude(filings, document, Wait(), limit, as_json=common.as_json)


async def _followed(filings: Filings, account: str, sign_name: str) -> FilingReport:
    """The report of the old signature's filing, which has to be open: it is told that it may go."""
    workflow_id = filing_id(account, sign_name)
    execution = await filings.execution(workflow_id)
    if execution != "RUNNING":
        told = f"the filing of 【{sign_name}】 is over ({execution}), so there is nothing to replace"
        raise CliError(Exit.NOT_FOUND, f"{told}; file the new name by submit")
    return await filings.report(workflow_id)


def _only_application(file: Path, common: Common, old: FilingReport, settings: Settings) -> Examined:
    examination = examine_applications(
        [file], account=common.account, default_account=old.account, length_max=settings.sign_name_length_max
    )
    examination.require_passing()
    count = len(examination.applications)
    if count != 1:
        raise CliError(Exit.UNREADABLE, f"{file}: holds {count} applications; one takes the place of one")
    [examined] = examination.applications
    source, application = examined.source, examined.application
    if application.account != old.account:
        told = f"{source}: account {application.account}, but 【{old.sign_name}】 is filed by account {old.account}"
        raise CliError(Exit.REFUSED, f"{told}; a signature takes the place of one of its own account")
    if application.sign_name == old.sign_name:
        told = f"{source}: 【{old.sign_name}】 cannot take its own place"
        raise CliError(Exit.REFUSED, f"{told}; what is to be different about it is changed by edit")
    return examined


def _show_plan(
    application: SignatureApplication, old: FilingReport, carriers: list[Carrier], commands: list[str]
) -> None:
    registered = CarrierStatus.REGISTERED.label
    where = ", ".join(f"{c.label} {c}" for c in carriers) or f"any carrier, as 【{old.sign_name}】 is so nowhere"
    out = console()
    out.print(f"once 【{application.sign_name}】 is {registered} at {where}, 【{old.sign_name}】 asks to be let go:")
    for command in commands:
        out.print(f"  {command}", style="dim")
