"""What commands find out before they act: who asks, and which filing of which account is meant."""

import getpass
import socket

from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.options import Common
from cli.settings import Settings, load_settings
from engine.names import filing_id

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


async def locate(filings: Filings, common: Common, sign_name: str) -> str:
    """Find the workflow id of the filing that a command names.

    Args:
        filings: Where to look if the account has to be found.
        common: Options; the account named there is taken as it is.
        sign_name: The name, with its brackets 【】 or without.

    Raises:
        CliError: Several accounts have a filing of this name (2), or none has (4).
    """
    name = plain_name(sign_name)
    account = common.account or only_account(load_settings(common.settings_file))
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
    return filing_id(account, name)
