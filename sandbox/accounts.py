"""The accounts of a sandbox and their access keys: those it was started with, and those that documents brought.

What documents bring is stored, secrets included, so that it survives a restart; use made-up ones.
"""

from collections.abc import Iterable, Sequence

from sandbox.authentication import Authenticator
from sandbox.keys import AccessKey
from sandbox.store import Store

ACCOUNT, KEY = "account", "key"
"""The kinds under which they are stored."""


class Accounts:
    """Who there is. A key is told apart by its id, an account by its name."""

    def __init__(self, store: Store, given: Sequence[AccessKey], authenticator: Authenticator) -> None:
        """Takes the keys that the sandbox was started with; they win over stored ones of the same id.

        Args:
            store: Where further ones are stored.
            given: At least one key.
            authenticator: Told of every change.
        """
        self._store = store
        self._given = given
        self._authenticator = authenticator
        self._names: list[str] = []
        self.refresh()

    @property
    def names(self) -> Sequence[str]:
        """Every account: those that the sandbox was started with, then the others by name."""
        return self._names

    def resolved(self, named: str | None) -> str:
        """Returns an account by its name, the first one for ``None``.

        Raises:
            ValueError: There is no such account.
        """
        if named not in (None, *self._names):
            raise ValueError(f"{named!r} is not an account of this sandbox; there are {', '.join(self._names)}")
        return named or self._names[0]

    def put(self, account: str, keys: Iterable[AccessKey]) -> None:
        """Stores an account with keys; counts after ``refresh``.

        Raises:
            ValueError: A key's id is that of a key that the sandbox was started with, or of another account's.
        """
        self._store.put_paper(ACCOUNT, account, {"name": account})
        for key in keys:
            if key.id in {given.id for given in self._given}:
                raise ValueError(f"the access key {key.id} is one that the sandbox was started with")
            known = self._store.paper(KEY, key.id)
            if known and AccessKey.model_validate(known).owner != account:
                raise ValueError(f"the access key {key.id} belongs to another account")
            self._store.put_paper(KEY, key.id, key.model_copy(update={"account": account}).model_dump(mode="json"))

    def put_unless_given(self, key: AccessKey) -> None:
        """Stores a key with its account, unless the sandbox was started with one of that id.

        Raises:
            ValueError: Its id is that of another account's key.
        """
        if key.id not in {given.id for given in self._given}:
            self.put(key.owner, [key])

    def refresh(self) -> None:
        """Reads again what is stored."""
        keys = {key["id"]: AccessKey.model_validate(key) for key in self._store.papers(KEY)}
        keys |= {key.id: key for key in self._given}
        stored = [paper["name"] for paper in self._store.papers(ACCOUNT)]
        self._names = list(dict.fromkeys([*(key.owner for key in self._given), *stored]))
        self._authenticator.replace_keys(keys.values())
