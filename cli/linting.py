"""The command ``lint``: what the naming and source rules say of applications; also what ``submit`` shows of it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.context import only_account
from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.options import Common
from cli.output import console, fail, print_json
from cli.problems import InputError
from cli.reading import Examined, examine_applications
from cli.settings import load_settings
from filing.naming import Verdict, verdict
from filing.naming.similar import check_similar
from filing.snapshot import Finding
from filing.vocabulary import SignatureSource

SEVERITY_STYLES: dict[str, str] = {"ok": "green", "warn": "yellow", "reject": "red"}

_NO_ACCOUNT = "default"
"""Stands for the account where none is named: rules do not depend on it, so none has to exist yet."""


async def lint(files: Sequence[Path], common: Common) -> Exit:
    """Judge applications by the naming and source rules; nothing else is asked.

    Returns:
        2 where anything cannot be read, 3 where anything is rejected, else 0.
    """
    settings = load_settings(common.settings_file)
    examination = examine_applications(
        files,
        account=common.account,
        default_account=only_account(settings) or _NO_ACCOUNT,
        length_max=settings.sign_name_length_max,
    )
    document = {"applications": [plain(one) for one in examination.applications]}
    if not common.as_json:
        for one in examination.applications:
            console().print(lint_view(one))
    trouble = _unreadable(examination.problems) or _rejected(examination.applications)
    if trouble is not None:
        return fail(trouble, as_json=common.as_json, done=document)
    if common.as_json:
        print_json(document)
    return Exit.DONE


async def beside_open_filings(filings: Filings, examined: Sequence[Examined]) -> list[Examined]:
    """Add a warning to each application whose name looks like that of another open filing of its account.

    Raises:
        CliError: Temporal does not answer (5).
    """
    accounts = {one.application.account for one in examined}
    open_names = defaultdict(list)
    for row in await filings.rows(account=next(iter(accounts)) if len(accounts) == 1 else None):
        open_names[row.account].append(row.sign_name)
    return [
        replace(one, findings=(*one.findings, *check_similar(one.application.sign_name, existing, "of an open filing")))
        for one in examined
        for existing in (open_names[one.application.account],)
    ]


def show_warnings(examined: Sequence[Examined]) -> None:
    """Print what warns about applications that are handed in nevertheless, apart from what the command prints."""
    out = console(stderr=True)
    for one in examined:
        for finding in one.findings:
            if finding.severity == "warn":
                out.print(Text(f"{one.source}: {finding_text(finding)}", SEVERITY_STYLES["warn"]))


def plain(examined: Examined) -> dict[str, Any]:
    """What ``--json`` shows of an application."""
    application = examined.application
    return {
        "file": examined.source,
        "account": application.account,
        "sign_name": application.sign_name,
        "source": application.source,
        "grade": application.source.recommendation,
        "verdict": verdict(examined.findings),
        "findings": [finding.model_dump() for finding in examined.findings],
    }


def lint_view(examined: Examined) -> RenderableType:
    """What people see of an application: the verdict, and under it each finding with what to do."""
    application = examined.application
    head = verdict_line(application.sign_name, verdict(examined.findings), application.source)
    return Group(head.append(f"  {examined.source}", "dim"), *finding_lines(examined.findings))


def verdict_line(sign_name: str, given: Verdict, source: SignatureSource) -> Text:
    """A name, its verdict, and how well its source does (推荐度)."""
    grade = f"推荐度 {source.recommendation}" if source.recommendation else "已下线"
    return Text.assemble(
        (f"【{sign_name}】 ", "bold"), (given, SEVERITY_STYLES[given]), f"  {source} {source.label}, {grade}"
    )


def finding_lines(findings: Sequence[Finding]) -> Iterator[Text]:
    """Each finding on two lines: what is the matter, and what to do about it."""
    for finding in findings:
        yield Text.assemble(
            "  ", (finding.severity, SEVERITY_STYLES.get(finding.severity, "")), f" {_told(finding)} [{finding.code}]"
        )
        yield Text(f"    {finding.advice}", "dim")


def finding_text(finding: Finding) -> str:
    """A finding in one line."""
    return f"{_told(finding)}; {finding.advice}"


def _told(finding: Finding) -> str:
    part = f"{finding.part}: " if finding.part else ""
    return f"{finding.field}: {part}{finding.rule}"


def _unreadable(problems: Sequence[Any]) -> CliError | None:
    return InputError(problems, undone="read of these") if problems else None


def _rejected(examined: Sequence[Examined]) -> CliError | None:
    names = [one.application.sign_name for one in examined if verdict(one.findings) == "reject"]
    if not names:
        return None
    return CliError(Exit.REFUSED, f"{len(names)} of {len(examined)} rejected: {', '.join(names)}")
