"""Applications as an operator hands them in."""

from typing import Any

from filing.application import SignatureApplication


def application(**changes: Any) -> SignatureApplication:
    fields = {"sign_name": "云杉科技", "company_name": "杭州云杉科技有限公司", "qualification_id": 900001}
    return SignatureApplication.model_validate(fields | changes)
