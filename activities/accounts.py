"""The platform accounts that a worker serves, with the numbers that test messages go to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from temporalio import activity
from temporalio.exceptions import ApplicationError

from filing.masking import mask_phone
from filing.naming import LENGTH_MAX
from filing.policy import DEFAULT_POLICY, Policy
from filing.vocabulary import Carrier
from gateway.protocol import SmsGateway


@dataclass(frozen=True)
class Account:
    """One account: how it is reached, and what its test messages look like."""

    gateway: SmsGateway
    template_code: str
    """An approved template; the help page wants verification codes or notifications for tests, no promotion."""
    template_params: Mapping[str, str] = field(default_factory=dict)
    phones: Mapping[Carrier, Sequence[str]] = field(default_factory=dict, repr=False)
    """Test phones by the carrier that the operator names; prefixes do not tell, since numbers can be ported."""
    policy: Policy = DEFAULT_POLICY
    """The policy of filings that ask for none."""
    price_per_message: float | None = None
    """Yuan, as the operator has agreed with the platform; none where the settings name none."""
    sign_name_length_max: int = LENGTH_MAX
    """The most characters that a signature may have, by the settings of the worker."""

    def pool(self, carrier: Carrier) -> dict[str, str]:
        """The numbers of a carrier by their masked form, the only one that leaves the worker.

        Two numbers that look alike when masked are told apart by a counter.
        """
        seen: Counter[str] = Counter()
        pool = {}
        for phone in self.phones.get(carrier, ()):
            masked = mask_phone(phone)
            seen[masked] += 1
            pool[masked if seen[masked] == 1 else f"{masked}#{seen[masked]}"] = phone
        return pool


class Accounts:
    """The accounts of a worker by key."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = dict(accounts)

    def get(self, key: str) -> Account:
        """Find an account.

        Raises:
            ApplicationError: This worker has no such account; tried again later, since another worker or a restart
                with mended settings may have it.
        """
        try:
            return self._accounts[key]
        except KeyError:
            known = ", ".join(sorted(self._accounts)) or "none"
            raise ApplicationError(
                f"no account {key!r} in this worker's settings (it has: {known}); add it and restart the worker",
                type="UNKNOWN_ACCOUNT",
            ) from None

    async def close(self) -> None:
        """Close every gateway."""
        for account in self._accounts.values():
            await account.gateway.close()


def now() -> datetime:
    """The time of the attempt, right on an ordinary clock and on a skipping one."""
    return activity.info().started_time if activity.in_activity() else datetime.now(UTC)
