"""Load documents: whole accounts, with their keys, papers and signatures, in one JSON document.

Every stock document (see ``sandbox.stock``) is a load document. Beyond it there are ``accounts``, each with its name
and all that a stock document has; its papers are for it alone, where those beside ``accounts`` are for every account.
There may also be ``fates`` per signature, and ``numbers``, what becomes of messages to phone numbers::

    {
        "accounts": [
            {
                "account": "shop",
                "keys": [{"id": "shop-key", "secret": "..."}],
                "callbacks": {"url": "http://127.0.0.1:9000/reports"},
                "settings": {"balance": 100},
                "qualifications": [...], "letters": [...], "trademarks": [...], "app_records": [...],
                "templates": [...], "signatures": [...]
            }
        ],
        "qualifications": [...],
        "fates": {"云杉科技": {"telecom": "silent"}},
        "numbers": [{"number": "13900000001", "fails_with": "MOBILE_NOT_ON_SERVICE"}]
    }

It adds to what is stored, all of it or nothing: papers replace those of the same id, signatures those of the same name.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ConfigDict, Field, model_validator

from sandbox.accounts import Accounts
from sandbox.callbacks import Callbacks, CallbackTarget
from sandbox.fates import parse_fates
from sandbox.keys import AccessKey
from sandbox.pace import Pace
from sandbox.receipts import AskedFate
from sandbox.settings import AccountSettings, put_settings
from sandbox.stock import Stock, load
from sandbox.store import Store


class LoadedAccount(Stock):
    """An account with what belongs to it alone. ``keys`` may be absent where the account has some already."""

    # What cannot be read is named without its value, which may be a secret or a phone number.
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    account: str = Field(min_length=1)
    keys: list[AccessKey] = Field(default_factory=list)
    callbacks: CallbackTarget | None = None
    settings: AccountSettings | None = None

    @model_validator(mode="after")
    def _parts_name_no_other_account(self) -> "LoadedAccount":
        named = {key.account for key in self.keys} | {part.account for part in (self.callbacks, self.settings) if part}
        if named - {"", None, self.account}:
            raise ValueError("keys, callbacks and settings of an account name no other account")
        return self


class LoadDocument(Stock):
    """A load document."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    accounts: list[LoadedAccount] = Field(default_factory=list)
    fates: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Of each signature by its name, as in the control plane."""
    numbers: list[AskedFate] = Field(default_factory=list)

    @model_validator(mode="after")
    def _are_told_apart(self) -> "LoadDocument":
        for what, all_of in (
            ("account", [account.account for account in self.accounts]),
            ("access key", [key.id for account in self.accounts for key in account.keys]),
        ):
            twice = sorted({one for one in all_of if all_of.count(one) > 1})
            if twice:
                raise ValueError(f"the {what} {', '.join(twice)} comes twice")
        return self


def load_document(
    document: LoadDocument, store: Store, accounts: Accounts, callbacks: Callbacks, pace: Pace
) -> list[str]:
    """Stores a load document, all of it or nothing.

    Args:
        document: What to store.
        store: Where to.
        accounts: Who there is already.
        callbacks: Told where the accounts' callbacks go.
        pace: For the time of the receipts of ``sent``.

    Returns:
        The names of its signatures.

    Raises:
        ValueError: It cannot be stored; the message names field and rule.
    """
    try:
        with store.transaction():
            for index, account in enumerate(document.accounts):
                with _naming(f"accounts.{index}"):
                    accounts.put(account.account, account.keys)
            accounts.refresh()
            with _naming("account"):
                owner = accounts.resolved(document.account)
            _load_stock("", document, owner, store, pace)
            for index, account in enumerate(document.accounts):
                _load_account(f"accounts.{index}.", account, store, callbacks, pace)
            for sign_name, fates in document.fates.items():
                with _naming(f"fates.{sign_name}"):
                    parse_fates(fates)
                store.put_fates(sign_name, fates)
            for number in document.numbers:
                store.put_paper("number", number.number, number.model_dump())
    finally:
        # Of what was rolled back nothing may be remembered.
        accounts.refresh()
        callbacks.refresh()
    return [signature.sign_name for part in (document, *document.accounts) for signature in part.signatures]


def _load_account(field: str, account: LoadedAccount, store: Store, callbacks: Callbacks, pace: Pace) -> None:
    _load_stock(field, account, account.account, store, pace, papers_for=account.account)
    if account.settings:
        put_settings(store, account.account, account.settings)
    if account.callbacks:
        callbacks.put(account.account, account.callbacks)


def _load_stock(field: str, stock: Stock, owner: str, store: Store, pace: Pace, papers_for: str | None = None) -> None:
    """Stores papers and signatures, one after the other, so that a refusal can name which."""
    load(store, stock.model_copy(update={"signatures": []}), owner, pace, papers_for)
    for index, signature in enumerate(stock.signatures):
        with _naming(f"{field}signatures.{index}"):
            load(store, Stock(account=owner, signatures=[signature]), owner, pace)


@contextmanager
def _naming(field: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from error
