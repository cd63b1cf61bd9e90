"""The command ``stock``: every signature of an account (存量签名), what is wrong with it today, and what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.adopting import Answers, adopt_all, show_adopted, terminal
from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.options import Common
from cli.output import console, print_json
from cli.rendering import status_text
from cli.settings import Settings, load_settings
from cli.stock_reader import StockReader, named_account
from filing.adopting import EARLIER_RECORDS
from filing.calendar import shown
from filing.existing import ExistingSignature
from filing.policy import DEFAULT_POLICY
from filing.stock import SOURCE_UNKNOWN, Judgement, Urgency, judge
from filing.vocabulary import Carrier, SignatureSource

NOTES = (SOURCE_UNKNOWN, EARLIER_RECORDS)

_URGENCY_STYLES = {Urgency.ACT: "red", Urgency.TEST: "cyan", Urgency.WAIT: "yellow", Urgency.NONE: "green"}


@dataclass(frozen=True)
class Entry:
    """One signature of the account, and what is to be said of it."""

    existing: ExistingSignature
    judgement: Judgement

    @property
    def is_problem(self) -> bool:
        """Whether a person has to do something about it."""
        return self.judgement.urgency in (Urgency.ACT, Urgency.TEST)


async def stock(common: Common, *, only_problems: bool, adopt: bool, pick: str | None, answers: Answers) -> Exit:
    """List the signatures of an account, the most urgent first, and take over those picked if asked to.

    Raises:
        CliError: No account is named, or the pick cannot be read (2); the platform refuses (3); no worker answers or
            the platform is away (5); somebody else reads the account (6).
    """
    settings = load_settings(common.settings_file)
    account = named_account(common, settings)
    if adopt and pick is None and not terminal(common):
        raise CliError(Exit.UNREADABLE, "--adopt asks which; without a terminal say --pick, or adopt them by name")
    filings = await Filings.connect(common.connection)
    entries = await read_entries(filings, account, settings)
    listed = [entry for entry in entries if entry.is_problem or not only_problems]
    if not common.as_json:
        console().print(stock_view(account, listed, len(entries)))
    document: dict[str, Any] = {
        "account": account,
        "total": len(entries),
        "signatures": [entry_document(entry) for entry in listed],
        "notes": list(NOTES),
    }
    if adopt:
        picked = [entry.existing for entry in picked_of(listed, pick if pick is not None else _ask(listed))]
        document["filings"] = await adopt_all(filings, picked, account, settings, common, answers)
        if not common.as_json:
            show_adopted(document["filings"])
    if common.as_json:
        print_json(document)
    return Exit.DONE


async def read_entries(filings: Filings, account: str, settings: Settings) -> list[Entry]:
    """Read the account and judge every signature once, the most urgent first."""
    followed = {row.sign_name: row.workflow_id for row in await filings.rows(account=account)}
    err = console(stderr=True)
    entries: dict[str, Entry] = {}
    length_max = settings.sign_name_length_max
    # Settings beside an embedded worker do not know its account.
    policy = settings.policy_of(account) if account in settings.accounts else DEFAULT_POLICY
    async for part in StockReader(filings, account, settings.task_queue).parts():
        for existing in part.signatures:
            name = existing.sign_name
            judgement = judge(
                existing,
                account,
                part.at,
                length_max=length_max,
                warn_within=policy.paper_expiry_warning,
                followed_by=followed.get(name),
            )
            entries[name] = Entry(existing, judgement)
        if part.next_page is not None and err.is_terminal:
            err.print(f"read {len(entries)} of {part.total or 'unknown'} signatures", style="dim")
    return sorted(entries.values(), key=lambda entry: (entry.judgement.urgency.rank, entry.existing.sign_name))


def picked_of(entries: Sequence[Entry], pick: str) -> list[Entry]:
    """The entries that a pick means.

    Args:
        entries: Those that were listed.
        pick: ``all``, ``problems``, or names and numbers of the list (``1-3``), separated by commas.

    Raises:
        CliError: A word is none of these (2). What a filing follows already may be picked; nothing happens to it.
    """
    picked: dict[str, Entry] = {}
    names = {entry.existing.sign_name: [entry] for entry in entries}
    for word in filter(None, (part.strip().strip("【】") for part in pick.split(","))):
        meant = names.get(word) or _meant(entries, word)
        if meant is None:
            told = f"{word!r} is no name and no number of the list; say all, problems, names or numbers such as 1-3,7"
            raise CliError(Exit.UNREADABLE, f"--pick: {told}")
        picked |= {entry.existing.sign_name: entry for entry in meant}
    return list(picked.values())


def _meant(entries: Sequence[Entry], word: str) -> Sequence[Entry] | None:
    if word in ("all", "problems"):
        return [entry for entry in entries if word == "all" or entry.is_problem]
    first, dash, last = word.partition("-")
    bounds = [first, last if dash else first]
    if not all(bound.isascii() and bound.isdigit() for bound in bounds):
        return None
    begin, end = int(bounds[0]), int(bounds[1])
    return entries[begin - 1 : end] if 1 <= begin <= end <= len(entries) else None


def _ask(entries: Sequence[Entry]) -> str:
    """Ask at the terminal which to take over."""
    # It belongs to the terminal alone, so it is loaded only there.
    import typer  # noqa: PLC0415

    answer: str = typer.prompt(
        f"which to take over (1-{len(entries)}, such as 1-3,7; problems; all; nothing for none)",
        default="",
        show_default=False,
        err=True,
    )
    return answer


def stock_view(account: str, entries: Sequence[Entry], total: int) -> RenderableType:
    """The list of the account's signatures, then what is to be done about each."""
    counts = _counted(entries)
    shown_of = f", {len(entries)} shown" if len(entries) != total else ""
    parts: list[RenderableType] = [
        Text(f"account {account}: {total} signatures (存量签名){shown_of}; {counts}", "bold")
    ]
    if entries:
        parts.append(_table(entries))
    for number, entry in enumerate(entries, start=1):
        if entry.judgement.todo or any(found.severity == "warn" for found in entry.judgement.findings):
            parts += [Text(), *_what_to_do(number, entry)]
    return Group(*parts, Text(), *(Text(f"Note: {note}", "dim") for note in NOTES))


def _counted(entries: Iterable[Entry]) -> str:
    urgencies = [entry.judgement.urgency for entry in entries]
    return ", ".join(f"{urgencies.count(each)} {each.label} {each}" for each in Urgency)


def _table(entries: Sequence[Entry]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for title in ("", "name", "审核", *(c.label for c in Carrier), "资质", "type", "created", "followed", "needs"):
        table.add_column(title)
    for number, entry in enumerate(entries, start=1):
        existing, judgement = entry.existing, entry.judgement
        seen = existing.snapshot
        table.add_row(
            str(number),
            existing.sign_name,
            seen.review.label,
            *(status_text(seen.reading(carrier).status) for carrier in Carrier),
            str(seen.qualification_id or "-"),
            existing.sign_type.label,
            shown(seen.created_at) if seen.created_at else "-",
            "yes" if judgement.followed_by else "no",
            Text(judgement.urgency.label, _URGENCY_STYLES[judgement.urgency]),
        )
    return table


def _what_to_do(number: int, entry: Entry) -> list[RenderableType]:
    judgement = entry.judgement
    lines: list[RenderableType] = [Text(f"{number}. 【{entry.existing.sign_name}】", "bold")]
    for todo in judgement.todo:
        carriers = "".join(f"{carrier.label} " for carrier in todo.carriers)
        lines.append(Text(f"   {carriers}{todo.why}", _URGENCY_STYLES[todo.urgency]))
        lines.append(Text(f"     {todo.what}"))
    lines += [
        Text(f"   {found.severity}: {found.field} {found.part}: {found.rule}; {found.advice}", "dim")
        for found in judgement.findings
        if not found.rejects
    ]
    return [*lines, Text(f"   {judgement.command}", "dim")]


def entry_document(entry: Entry) -> dict[str, Any]:
    """One signature as ``--json`` shows it."""
    existing, judgement = entry.existing, entry.judgement
    seen, qualification = existing.snapshot, existing.qualification
    return {
        "sign_name": existing.sign_name,
        "source": SignatureSource.UNKNOWN,
        "sign_type": existing.sign_type,
        "review": {"status": seen.review, "label": seen.review.label, "words": seen.review_text},
        "order_id": seen.order_id,
        "created_at": seen.created_at.isoformat() if seen.created_at else None,
        "audited_at": seen.audited_at.isoformat() if seen.audited_at else None,
        "qualification_id": seen.qualification_id,
        "qualification": qualification.model_dump(mode="json") if qualification else None,
        "carriers": {
            carrier: {
                "status": seen.reading(carrier).status,
                "label": seen.reading(carrier).status.label,
                "platform_code": seen.reading(carrier).platform_code,
                "reasons": [reason.model_dump() for reason in seen.reading(carrier).reasons],
            }
            for carrier in Carrier
        },
        "urgency": judgement.urgency,
        "urgency_label": judgement.urgency.label,
        "findings": [found.model_dump() for found in judgement.findings],
        "todo": [todo.model_dump(mode="json") for todo in judgement.todo],
        "followed_by": judgement.followed_by,
        "command": judgement.command,
    }
