"""The command ``adopt``: a filing for a signature that exists already (存量签名), in whatever state it is.

What the platform does not return is asked for once: by options, by a file, or at a terminal. What nobody tells stays
unknown (未知), and nothing of it is handed in before somebody does.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cli.context import plain_name, sender
from cli.exits import CliError, Exit
from cli.facts import Facts, Word, choices, nameable, read_facts, word_of
from cli.filings import Filings
from cli.options import Common
from cli.output import console, fail, print_json
from cli.settings import Settings, load_settings
from cli.stock_reader import StockReader, named_account
from cli.submitting import open_filing, wait_for_all
from cli.waiting import read_limit
from filing.adopting import EARLIER_RECORDS, told_unknown
from filing.application import SignatureApplication, unknown_fields
from filing.commands import command_line
from filing.existing import ExistingSignature, application_of
from filing.naming.normalising import normalise_sign_name
from filing.vocabulary import SignatureSource, SignatureType


@dataclass(frozen=True)
class Answers:
    """What a command was told of the signatures to adopt, as it was typed; see ``cli.facts.Facts``."""

    source: str | None = None
    sign_type: str | None = None
    company: str | None = None
    file: Path | None = None
    policy: str | None = None
    by: str | None = None

    def read(self) -> Facts:
        """Read it.

        Raises:
            CliError: Anything cannot be read (2).
        """
        return read_facts(source=self.source, sign_type=self.sign_type, company=self.company, file=self.file)


async def adopt(names: Sequence[str], common: Common, answers: Answers, *, wait: str | None) -> Exit:
    """Open a filing for every signature that is named, or else for those of the file.

    Raises:
        CliError: Nothing is named or something cannot be read (2), the platform refuses (3), it has no signature of
            one of the names (4), or no worker answers (5); nothing was adopted, or the message says what was.
    """
    limit, facts = read_limit(wait), answers.read()
    wanted = list(dict.fromkeys(filter(None, map(plain_name, names)))) or list(facts.by_name)
    if not wanted:
        raise CliError(Exit.UNREADABLE, "nothing to adopt: say NAME... or --from FILE; 'starter.py stock' lists all")
    strangers = [name for name in facts.by_name if name not in wanted]
    if strangers:
        told = f"--from names {', '.join(strangers)}, which is not to be adopted"
        raise CliError(Exit.UNREADABLE, f"{told}; name it too, or leave it out")
    settings = load_settings(common.settings_file)
    account = named_account(common, settings)
    settings.policy_asked(account, answers.policy)
    filings = await Filings.connect(common.connection)
    found = await StockReader(filings, account, settings.task_queue).named(wanted)
    missing = [one.sign_name for one in found if not one.snapshot.found]
    if missing:
        told = ", ".join(map(_named, missing))
        raise CliError(
            Exit.NOT_FOUND,
            f"account {account} has no signature {told}; nothing was adopted; 'starter.py stock' lists all",
            {"missing": missing},
        )
    results = await adopt_all(filings, found, account, settings, common, answers)
    if not common.as_json:
        show_adopted(results)
    try:
        trouble = await wait_for_all(filings, results, limit, quiet=common.as_json)
    except CliError as failure:
        trouble = failure
    if trouble is not None:
        return fail(trouble, as_json=common.as_json, done={"filings": results})
    if common.as_json:
        print_json({"filings": results, "notes": [EARLIER_RECORDS]})
    return Exit.DONE


def _named(missing: str) -> str:
    """A name that the account has not, with the plain one where it was typed in another coding (全角 for instance)."""
    plain = normalise_sign_name(missing).text
    return f"【{missing}】" if plain == missing else f"【{missing}】 (did you mean 【{plain}】?)"


async def adopt_all(
    filings: Filings,
    found: Sequence[ExistingSignature],
    account: str,
    settings: Settings,
    common: Common,
    answers: Answers,
) -> list[dict[str, Any]]:
    """Open a filing for each of some signatures, and leave those alone that are followed already.

    Returns:
        What ``--json`` shows of each; ``result`` is ``adopted`` or ``followed``.

    Raises:
        CliError: An answer cannot be read, or one could not be opened; the message says which were before.
    """
    facts = answers.read()
    if terminal(common):
        facts = ask_for(facts, found)
    applications = [_application(existing, account, facts) for existing in found]
    results: list[dict[str, Any]] = []
    for application in applications:
        try:
            opened = await open_filing(filings, application, settings, answers.policy, sender(answers.by), adopt=True)
        except CliError as failure:
            opened_before = [result["sign_name"] for result in results if result["result"] == "adopted"]
            before = f"; adopted before that: {', '.join(opened_before)}" if opened_before else ""
            told = f"【{application.sign_name}】: {failure.message}{before}"
            raise CliError(failure.code, told, {**failure.details, "filings": results}) from failure
        adopted = opened["result"] == "submitted"
        results.append(
            opened
            | {
                "result": "adopted" if adopted else "followed",
                "differences": {},
                "application": application.model_dump(mode="json") if adopted else None,
                "unknown": told_unknown(application) if adopted else "",
            }
        )
    return results


def _application(existing: ExistingSignature, account: str, facts: Facts) -> SignatureApplication:
    try:
        return application_of(existing, account, facts.of(existing))
    except ValidationError as failure:
        told = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in failure.errors())
        why = f"【{existing.sign_name}】 cannot be adopted as the platform shows it: {told}; correct it by --from FILE"
        raise CliError(Exit.REFUSED, f"{why}; nothing was adopted") from failure


def terminal(common: Common) -> bool:
    """Whether somebody is there who can be asked."""
    return not common.as_json and sys.stdin.isatty() and sys.stderr.isatty()


def ask_for(facts: Facts, found: Sequence[ExistingSignature]) -> Facts:
    """Ask at the terminal, once for all, for what nobody told yet; an empty answer leaves it unknown."""
    if _lacking(facts, found, "source"):
        facts = replace(facts, source=_asked("source (签名来源)", SignatureSource))
    if _lacking(facts, found, "sign_type"):
        facts = replace(facts, sign_type=_asked("type (签名类型)", SignatureType))
    if names := _lacking(facts, found, "company_name"):
        facts = replace(facts, company=_typed(f"company (企业) of {', '.join(names)}") or None)
    return facts


def _lacking(facts: Facts, found: Sequence[ExistingSignature], field: str) -> list[str]:
    """The signatures of which a field is unknown still."""
    return [existing.sign_name for existing in found if field in unknown_fields(_application(existing, "any", facts))]


def _asked(what: str, words: type[Word]) -> Word | None:
    while answer := _typed(f"{what}: {choices(words)}"):
        word = word_of(answer, nameable(words))
        if word is not None:
            return word
        console(stderr=True).print(f"{answer!r} is none of them", style="yellow")
    return None


def _typed(what: str) -> str:
    # It belongs to the terminal alone, so it is loaded only there.
    import typer  # noqa: PLC0415

    answer: str = typer.prompt(f"{what}; nothing leaves it unknown", default="", show_default=False, err=True)
    return answer.strip()


def show_adopted(results: Sequence[dict[str, Any]]) -> None:
    """Print what became of each."""
    out = console()
    for result in results:
        name, where = f"【{result['sign_name']}】", f"account {result['account']}, workflow {result['workflow_id']}"
        if result["result"] == "followed":
            out.print(f"{name} is followed already, nothing changed ({where})")
            continue
        out.print(f"{name} adopted ({where})")
        if result["unknown"]:
            out.print(f"  {result['unknown']} (未知); name it by an edit before it is handed in anew", style="yellow")
        if (continues := result["continues"]) and continues["records"] is not None:
            out.print(f"  continues the records of an {continues['earlier']}")
        out.print(f"  {command_line('watch', result['sign_name'], result['account'])}", style="dim")
    if any(result["result"] == "adopted" for result in results):
        out.print(f"Note: {EARLIER_RECORDS}", style="dim")
