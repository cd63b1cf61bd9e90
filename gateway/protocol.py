"""What the activities need of an SMS platform; ``gateway.aliyun`` is the real one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from filing.application import SignatureApplication
from filing.snapshot import Qualification, Receipt, SignatureSnapshot


class SmsGateway(Protocol):
    """One account at the platform.

    Every method raises ``gateway.errors``: ``TryLaterError`` where nothing happened and asking again can help,
    ``RefusedError`` (or one of its kinds) where the answer is final, and the five that write,
    ``create_signature``, ``update_signature``, ``change_qualification``, ``delete_signature`` and ``send_test``, also
    ``UnclearError``. Dates are Beijing dates, datetimes carry a zone.
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

    async def update_signature(self, application: SignatureApplication) -> str:
        """Submit an edit for review and return its order id (``UpdateSmsSign``).

        The application names the signature and replaces its material as a whole. Until the review is passed, and for
        ever if it is not, ``read_signature`` shows the old material under the old order id.

        Raises:
            NotFoundError: There is no such signature, or no such qualification; the code tells which.
        """
        ...

    async def change_qualification(
        self, sign_name: str, *, qualification_id: int, authorization_letter_id: int | None
    ) -> None:
        """Bind an approved signature to another qualification (资质) (``ChangeSignatureQualification``).

        The platform names no order for it, and says that the operation is to be retired (待下线).

        Raises:
            NotFoundError: There is no such signature, or no such qualification; the code tells which.
        """
        ...

    async def delete_signature(self, sign_name: str) -> None:
        """Delete a signature for ever (``DeleteSmsSign``); refused while it is in review.

        Raises:
            NotFoundError: The account has no signature of this name.
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
