"""What an account has (余额) and sets in the console (安全设置). Nothing is limited in the beginning."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from sandbox.clock import BEIJING
from sandbox.store import Store

_KIND = "settings"
_MOST = 10**9


class AccountSettings(BaseModel):
    """The control plane's document about an account. It replaces the one before; what is left out is unlimited."""

    model_config = ConfigDict(extra="forbid")

    account: str | None = None
    """The access key id; the sandbox's first account if not given."""
    balance: int | None = Field(default=None, ge=0, le=_MOST)
    """Messages that are paid for, from now on. Those that do not arrive cost nothing (按运营商回执状态计费)."""
    day_limit: int | None = Field(default=None, ge=0, le=_MOST)
    """Messages per Beijing date, the account's own 日发送量总量阈值."""
    month_limit: int | None = Field(default=None, ge=0, le=_MOST)
    """Messages per calendar month in Beijing, 月发送量总量阈值."""


def put_settings(store: Store, account: str, settings: AccountSettings) -> None:
    """Stores what an account has and sets; the balance counts from the next message on."""
    document = settings.model_dump() | {"account": account}
    store.put_paper(_KIND, account, {"settings": document, "since": store.next_message()})


def exceeded(store: Store, account: str, count: int, at: datetime) -> str | None:
    """Returns the code that refuses further messages of an account, or ``None`` if they may be sent.

    Args:
        store: Where its messages and settings are.
        account: Who sends.
        count: How many.
        at: When.
    """
    document = store.paper(_KIND, account)
    if document is None:
        return None
    settings = AccountSettings(**document["settings"])
    if settings.balance is not None and store.billed_since(account, document["since"]) + count > settings.balance:
        return "isv.AMOUNT_NOT_ENOUGH"
    midnight = at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    windows: Sequence[tuple[int | None, datetime, str]] = (
        (settings.day_limit, midnight, "isv.DAY_LIMIT_CONTROL"),
        (settings.month_limit, midnight.replace(day=1), "isv.MONTH_LIMIT_CONTROL"),
    )
    for limit, since, code in windows:
        if limit is not None and len(store.messages(account, since=since)) + count > limit:
            return code
    return None
