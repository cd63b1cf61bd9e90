"""What the activities need of an SMS platform; ``gateway.aliyun`` is the real one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from filing.application import SignatureApplication
from filing.snapshot import Qualification, Receipt, SignatureSnapshot


class SmsGateway(Protocol):
    """One account at the platform.

    Every method raises ``gateway.errors``: ``TryLaterError`` where nothing happened and asking again can help,
    ``RefusedError`` (or one of its kinds) where the answer is final, and the two that write,
    ``create_signature`` and ``send_test``, also ``UnclearError``. Dates are Beijing dates, datetimes carry a zone.
    """

    async def read_qualification(self, qualification_id: int) -> Qualification:
        """Read a qualification (资质). Raises ``NotFoundError`` where the account has none of this id."""
        ...

    async def read_signature(self, sign_name: str) -> SignatureSnapshot:
        """Read a signature with its review and its three carriers; one unknown there is ``found=False``."""
        ...

    async def create_signature(self, application: SignatureApplication) -> str:
        """Submit a new signature for review and return its order id (``CreateSmsSign``).

        Raises:
            AlreadyExistsError: The account has a signature of this name.
        """
        ...

    async def send_test(
        self,
        *,
        phone: str,
        sign_name: str,
        template_code: str,
        template_params: Mapping[str, str],
        out_id: str,
    ) -> str:
        """Send one billable message and return its ``BizId`` (``SendSms``); never retried in here.

        Raises:
            QuotaError: The number's or the account's quota is used up; nothing was sent.
            BadNumberError: The number cannot be used; nothing was sent.
            UnclearError: The answer was lost; ``read_receipts`` tells by ``out_id`` whether it was sent.
        """
        ...

    async def read_receipts(self, *, phone: str, sent_on: Sequence[date]) -> list[Receipt]:
        """Read what was sent to a number on the given dates, newest pages included (``QuerySendDetails``)."""
        ...

    async def last_traffic_on(self, sign_name: str, *, since: date, until: date) -> date | None:
        """The last date with a message under the signature between two dates inclusive (``QuerySendStatistics``)."""
        ...

    async def close(self) -> None:
        """Release what the adapter holds open."""
        ...
