"""Workflow ids, workflow types and task queue: every name that outlives a deployment, in one place."""

from filing.application import SignatureApplication
from filing.vocabulary import Carrier

FILING_WORKFLOW = "SignatureFiling"
CARRIER_WORKFLOW = "CarrierFiling"
STOCK_WORKFLOW = "SignatureStock"
TASK_QUEUE = "sms-filing"


QUALIFICATION_MEMO = "qualification_id"
NEEDED_BY_MEMO = "needed_by"


def memo_of(application: SignatureApplication) -> dict[str, int | str | None]:
    """What the memo of a filing holds for whoever lists filings: what it rests on, and when it is needed."""
    needed_by = application.needed_by.isoformat() if application.needed_by else None
    return {QUALIFICATION_MEMO: application.qualification_id, NEEDED_BY_MEMO: needed_by}


def filing_id(account: str, sign_name: str) -> str:
    """The id of the filing of a signature; names are unique within an account at the platform."""
    return f"filing/{account}/{sign_name}"


def round_id(account: str, sign_name: str, carrier: Carrier, number: int) -> str:
    """The id of one round of one carrier."""
    return f"{filing_id(account, sign_name)}/{carrier}/{number}"


def stock_id(account: str) -> str:
    """The id of the reading of an account's existing signatures (存量签名): one at a time, to spare the platform."""
    return f"stock/{account}"
