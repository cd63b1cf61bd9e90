"""What commands find out before they act: who asks, and which filing of which account is meant."""

import getpass
import socket

from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.options import Common
from cli.output import console
from cli.settings import Settings, load_settings
from engine.names import filing_id
from filing.naming.normalising import normalise_sign_name
from filing.snapshot import Finding

_BY_MAX = 100


def only_account(settings: Settings) -> str | None:
    """The account to take where none is named: the only one there is."""
    return next(iter(settings.accounts)) if len(settings.accounts) == 1 else None


def sender(by: str | None) -> str:
    """Who sends a message: the given name, or else ``user@host``, since Temporal knows no user."""
    if by and by.strip():
        return by.strip()[:_BY_MAX]
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that no account has.
        user = "unknown"
    return f"{user}@{socket.gethostname()}"[:_BY_MAX]


def plain_name(sign_name: str) -> str:
    """A sign name as it was typed, without its brackets 【】."""
    return sign_name.strip().strip("【】").strip()


def tell_normalised(changed: Finding) -> None:
    """Say on standard error that another coding of a name is looked for than was typed, and what was changed."""
    console(stderr=True).print(f"starter.py: {changed.part}: {changed.rule}", style="yellow")


async def locate(filings: Filings, common: Common, sign_name: str) -> str:
    """Find the workflow id of the filing that a command names; see ``find``."""
    return filing_id(*await find(filings, common, sign_name))


async def find(filings: Filings, common: Common, sign_name: str) -> tuple[str, str]:
    """Find the account and the name of the filing that a command names.

    Args:
        filings: Where to look if account or name have to be found.
        common: Options; the account named there is taken as it is.
        sign_name: The name, with its brackets 【】 or without. In another coding than names are filed in (全角 for
            instance) it means the plain one, unless a filing has it as it is: those taken over (存量签名) may.

    Raises:
        CliError: Several accounts have a filing of this name (2), or none has (4).
    """
    name = plain_name(sign_name)
    account = common.account or only_account(load_settings(common.settings_file))
    normalised = normalise_sign_name(name)
    if normalised.finding is not None and not await filings.rows(account=account, sign_name=name, closed=True):
        tell_normalised(normalised.finding)
        name = normalised.text
    if account is None:
        rows = await filings.rows(sign_name=name) or await filings.rows(sign_name=name, closed=True)
        accounts = sorted({row.account for row in rows})
        if not accounts:
            raise CliError(Exit.NOT_FOUND, f"no filing of 【{name}】 in any account; 'starter.py list --all' shows all")
        if len(accounts) > 1:
            choices = ", ".join(accounts)
            raise CliError(
                Exit.UNREADABLE,
                f"several accounts file 【{name}】: say --account with one of {choices}",
                {"accounts": accounts},
            )
        account = accounts[0]
    return account, name
