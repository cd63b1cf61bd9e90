"""The reads of papers at Alibaba Cloud SMS: qualifications, letters of authorization, trademarks, app records."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from alibabacloud_dysmsapi20170525 import models as requests

from filing.paper_models import AppRecord, AuthorizationLetter, QualificationRecord, Trademark
from filing.snapshot import Qualification
from gateway import paper_readings as readings
from gateway import wire
from gateway.errors import NotFoundError

# The most that QuerySmsQualificationRecord takes.
_PAGE_SIZE = 50


class PaperReads(ABC):
    """The part of ``gateway.protocol.SmsGateway`` that reads papers."""

    @abstractmethod
    async def _call(self, operation: str, request: Any, method: str) -> Any:
        """Make one call and return the body of an answer whose ``Code`` is ``OK``."""

    async def read_qualification(self, qualification_id: int) -> Qualification:
        """See the protocol."""
        return readings.qualification(await self._qualification(qualification_id), qualification_id)

    async def read_administrator_mark(self, qualification_id: int, salt: bytes) -> str | None:
        """See the protocol."""
        return readings.administrator_mark(await self._qualification(qualification_id), salt)

    async def read_qualification_records(
        self, *, work_order_id: int | None = None, most: int = _PAGE_SIZE
    ) -> list[QualificationRecord]:
        """See the protocol; an entry that does not say which qualification it is of is left out."""
        entries: list[Any] = []
        while len(entries) < most:
            request = requests.QuerySmsQualificationRecordRequest(
                work_order_id=work_order_id, page_no=len(entries) // _PAGE_SIZE + 1, page_size=_PAGE_SIZE
            )
            body = await self._call("QuerySmsQualificationRecord", request, "query_sms_qualification_record")
            found = body.data.list if body.data else []
            entries += found
            if len(found) < _PAGE_SIZE or len(entries) == wire.number(body.data.total):
                break
        return [record for record in map(readings.qualification_record, entries[:most]) if record]

    async def read_letter(self, letter_id: int) -> AuthorizationLetter:
        """See the protocol."""
        request = requests.QuerySmsAuthorizationLetterRequest(authorization_letter_id_list=[letter_id])
        body = await self._call("QuerySmsAuthorizationLetter", request, "query_sms_authorization_letter")
        return readings.letter(_only(body, "authorization_letter_id", letter_id), letter_id)

    async def read_trademark(self, trademark_id: int) -> Trademark:
        """See the protocol."""
        request = requests.QuerySmsTrademarkRequest(trademark_id_list=[trademark_id])
        body = await self._call("QuerySmsTrademark", request, "query_sms_trademark")
        return readings.trademark(_only(body, "trademark_id", trademark_id), trademark_id)

    async def read_app_record(self, record_id: int) -> AppRecord:
        """See the protocol."""
        request = requests.QuerySmsAppIcpRecordRequest(app_icp_record_id_list=[record_id])
        body = await self._call("QuerySmsAppIcpRecord", request, "query_sms_app_icp_record")
        return readings.app_record(_only(body, "app_icp_record_id", record_id), record_id)

    async def _qualification(self, qualification_id: int) -> Any:
        # QuerySingleSmsQualification needs no work order id.
        request = requests.QuerySingleSmsQualificationRequest(qualification_group_id=qualification_id)
        body = await self._call("QuerySingleSmsQualification", request, "query_single_sms_qualification")
        if body.data is None:
            raise NotFoundError(
                f"the account has no qualification {qualification_id}",
                request_id=body.request_id or "",
                advice="check the qualification id in the console",
            )
        return body.data


def _only(body: Any, key: str, wanted: int) -> Any:
    """The entry of this id, whatever else the platform answers with."""
    entries: Sequence[Any] = body.data or []
    for entry in entries:
        if wire.number(getattr(entry, key)) == wanted:
            return entry
    raise NotFoundError(
        f"the account has no {key} {wanted}",
        request_id=str(body.request_id or ""),
        advice="check the id in the console",
    )
