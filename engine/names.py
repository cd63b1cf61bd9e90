"""Workflow ids, workflow types and task queue: every name that outlives a deployment, in one place."""

from filing.vocabulary import Carrier

FILING_WORKFLOW = "SignatureFiling"
CARRIER_WORKFLOW = "CarrierFiling"
TASK_QUEUE = "sms-filing"


def filing_id(account: str, sign_name: str) -> str:
    """The id of the filing of a signature; names are unique within an account at the platform."""
    return f"filing/{account}/{sign_name}"


def round_id(account: str, sign_name: str, carrier: Carrier, number: int) -> str:
    """The id of one round of one carrier."""
    return f"{filing_id(account, sign_name)}/{carrier}/{number}"
