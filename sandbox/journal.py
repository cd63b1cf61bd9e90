"""What the journal keeps of a request: no credential, no identity number, no whole phone number.

Parameters are written down whatever operation they were meant for, so that a client's mistakes can be read; a value is
cleaned by what it is called and by what it looks like.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from sandbox.numbers import masked

HIDDEN = "****"

_NAMES_OF_SECRETS = re.compile(r"secret|token|password|credential|certifycode|idcardno", re.IGNORECASE)
_LISTED = re.compile(r"[^,\[\]\"'\s]+")
"""One number of a list as SendSms has it, or of a JSON array as SendBatchSms."""
_PHONE_NUMBER = re.compile(r"(?<!\d)(?:\+?86|0086)?1[3-9]\d{9}(?!\d)")
_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def cleaned(parameters: Mapping[str, str]) -> dict[str, str]:
    """Returns the parameters of a request as the journal keeps them."""
    return {cleaned_text(name): _cleaned_value(name, value) for name, value in parameters.items()}


@lru_cache(maxsize=10_000)
def cleaned_text(text: str) -> str:
    """Returns a text with what looks like a phone number or an identity number hidden."""
    return _IDENTITY_NUMBER.sub(HIDDEN, _PHONE_NUMBER.sub(lambda match: masked(match[0]), text))


@lru_cache(maxsize=10_000)
def _cleaned_value(name: str, value: str) -> str:
    if _NAMES_OF_SECRETS.search(name):
        return HIDDEN
    if "phone" in name.lower():
        return _LISTED.sub(lambda match: masked(match[0]), value)
    return cleaned_text(value)
