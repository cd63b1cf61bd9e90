"""What the activities need of an SMS platform; ``gateway.aliyun`` is the real one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from filing.application import SignatureApplication
from filing.existing import ExistingSignature, SignaturePage
from filing.paper_models import AppRecord, AuthorizationLetter, QualificationRecord, Trademark
from filing.snapshot import DayTraffic, Qualification, Receipt, SignatureSnapshot


class Accepted(NamedTuple):
    """A write that the platform took.

    Attributes:
        number: What it goes by there, ``OrderId`` or ``BizId``; empty where the platform named none.
        request_id: ``RequestId`` of the answer, which the platform's support asks for.
    """

    number: str
    request_id: str


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

    async def read_qualification_records(
        self, *, work_order_id: int | None = None, most: int = 50
    ) -> list[QualificationRecord]:
        """Read the reviews of the account's qualifications (``QuerySmsQualificationRecord``).

        Args:
            work_order_id: The work order (工单) that alone is wanted; none wants all.
            most: The most entries that are read; a call brings fifty, and what lies beyond is left out.
        """
        ...

    async def read_administrator_mark(self, qualification_id: int, salt: bytes) -> str | None:
        """Read a mark that is the same for qualifications of the same administrator (管理员).

        Args:
            qualification_id: The qualification.
            salt: Known to nobody else; marks under different salts cannot be compared. The identity number itself
                never leaves the adapter.

        Returns:
            The mark, none where the platform does not show the identity number.

        Raises:
            NotFoundError: The account has no qualification of this id.
        """
        ...

    async def read_letter(self, letter_id: int) -> AuthorizationLetter:
        """Read a letter of authorization (委托授权书). Raises ``NotFoundError`` where there is none of this id."""
        ...

    async def read_trademark(self, trademark_id: int) -> Trademark:
        """Read a trademark (商标). Raises ``NotFoundError`` where the account has none of this id."""
        ...

    async def read_app_record(self, record_id: int) -> AppRecord:
        """Read an app's ICP record (APP 备案). Raises ``NotFoundError`` where the account has none of this id."""
        ...

    async def read_signature(self, sign_name: str) -> SignatureSnapshot:
        """Read a signature with its review and its three carriers; one unknown there is ``found=False``."""
        ...

    async def list_signatures(self, page: int) -> SignaturePage:
        """Read one page of the account's signatures, from 1 on, without their carriers (``QuerySmsSignList``)."""
        ...

    async def read_existing(self, sign_name: str) -> ExistingSignature:
        """Read a signature with its material (``GetSmsSign``); see ``read_signature`` for one unknown there.

        Its qualification and its type stay unread.
        """
        ...

    async def create_signature(self, application: SignatureApplication) -> Accepted:
        """Submit a new signature for review and return its order (``CreateSmsSign``).

        Raises:
            AlreadyExistsError: The account has a signature of this name.
        """
        ...

    async def update_signature(self, application: SignatureApplication) -> Accepted:
        """Submit an edit for review and return its order (``UpdateSmsSign``).

        The application names the signature and replaces its material as a whole. Until the review is passed, and for
        ever if it is not, ``read_signature`` shows the old material under the old order id.

        Raises:
            NotFoundError: There is no such signature, or no such qualification; the code tells which.
        """
        ...

    async def change_qualification(
        self, sign_name: str, *, qualification_id: int, authorization_letter_id: int | None
    ) -> Accepted:
        """Bind an approved signature to another qualification (资质) (``ChangeSignatureQualification``).

        The platform names no order for it, so the number stays empty, and says that the operation is to be retired
        (待下线).

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
    ) -> Accepted:
        """Send one billable message and return its ``BizId`` (``SendSms``); never retried in here.

        Raises:
            QuotaError: A quota is used up; nothing was sent. A ``NumberQuotaError`` is about this number alone.
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

    async def read_traffic(self, sign_name: str, *, since: date, until: date) -> list[DayTraffic]:
        """What was sent under the signature day by day, and what became of it (``QuerySendStatistics``)."""
        ...

    async def close(self) -> None:
        """Release what the adapter holds open."""
        ...
