"""Phone numbers made unreadable, for records, logs and error messages that outlive the test they come from."""

import re

_KEPT_AT_END = 4

# Eleven digits standing alone are a mainland mobile number, with or without the country code. Longer runs are ids
# (BizId, order id) that a person needs in full.
_PHONE = re.compile(
    r"(?<!\d)(?P<country>(?:\+|00)?86[- ]?)?(?P<head>\d{3})(?P<separator>[- ]?)\d{4}(?P=separator)(?P<tail>\d{4})(?!\d)"
)


def mask_phone(phone: str) -> str:
    """Mask one phone number, for example ``13900001234`` as ``139****1234``.

    A mainland number keeps its country code as written. Anything else keeps its last four characters at most, and
    nothing where it is no longer than that.
    """
    number = phone.strip()
    if _PHONE.fullmatch(number):
        return mask_phones_in(number)
    return "*" * min(len(number), _KEPT_AT_END) + number[_KEPT_AT_END:][-_KEPT_AT_END:]


def mask_phones_in(text: str) -> str:
    """Mask every mainland mobile number in a text and leave the rest as it is."""
    return _PHONE.sub(lambda found: f"{found['country'] or ''}{found['head']}****{found['tail']}", text)
