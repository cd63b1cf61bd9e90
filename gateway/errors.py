"""Every way in which a call to the platform can go wrong, sorted by what to do next.

::

    GatewayError
    ├── TryLaterError       nothing happened; ask again after ``retry_after``
    │   └── QuotaError      nothing happened; a quota is used up until its window opens
    │       └── NumberQuotaError   the quota of one number; another may have some left
    ├── RefusedError        the platform said no; the same request will be refused again
    │   ├── NotFoundError   it knows no such thing
    │   ├── AlreadyExistsError   a signature of this name is there already (``SignName.Exists``)
    │   ├── AccountError    money, permission, credentials, contract: a person must act on the account
    │   └── BadNumberError  this phone cannot receive; another can
    └── UnclearError        a write may have happened or not; find out before writing again

The codes behind each class are in ``gateway.codes``; a code nobody documented is a ``RefusedError`` that keeps it.
"""

from datetime import timedelta


class GatewayError(Exception):
    """Base of all; its text never holds a phone number or a credential.

    Attributes:
        code: The platform's own, empty where the failure was below its protocol.
        text: The platform's words, or ours where it said nothing.
        advice: What a person can do about it, empty where nothing but waiting helps.
        request_id: What the platform's support asks for.
    """

    def __init__(self, message: str, *, code: str = "", request_id: str = "", advice: str = "") -> None:
        stated = f"{code}: {message}" if code else message
        super().__init__(f"{stated} ({advice})" if advice else stated)
        self.code = code
        self.text = message
        self.advice = advice
        self.request_id = request_id


class TryLaterError(GatewayError):
    """The platform is busy or cannot be reached, and certainly did nothing.

    ``retry_after`` is the delay it asked for, none where it named none.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        request_id: str = "",
        advice: str = "",
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message, code=code, request_id=request_id, advice=advice)
        self.retry_after = retry_after


class QuotaError(TryLaterError):
    """A limit per number, per day or per month is used up; costs nothing, opens again after ``retry_after``."""


class NumberQuotaError(QuotaError):
    """The limit is one of the number that the message was for."""


class RefusedError(GatewayError):
    """The platform's answer is no and will stay no for this request."""


class NotFoundError(RefusedError):
    """The platform knows no such signature or paper."""


class AlreadyExistsError(RefusedError):
    """``SignName.Exists``: the account has a signature of this name, so it is to be adopted, not created."""


class AccountError(RefusedError):
    """Nothing about the signature: credentials, permission, balance or contract of the account."""


class BadNumberError(RefusedError):
    """The number is out of service, blocked or malformed; the signature is not to blame."""


class UnclearError(GatewayError):
    """The answer to a write was lost: it may have taken effect."""
