"""The receipts (回执) that messages get: by what the number is, and by how the carrier stands.

Every number whose middle four digits are 9999 is a test number; its last four say what becomes of a message to it::

    139 9999 0001 -> MOBILE_NOT_ON_SERVICE        ... 0011  REQUEST_SUCCESS until the receipt comes
             0002 -> INVALID_NUMBER                   0012  the receipt takes a day
             0003 -> MOBILE_ACCOUNT_ABNORMAL          0013  no receipt ever
             0004 -> MOBILE_IN_BLACK                  0014  REQUEST_SUCCESS, and no receipt ever
             0005 -> USER_REJECT
             0006 -> MOBLLE_TERMINAL_ERROR (sic)
             0007 -> MOBILE_SEND_LIMIT
             0008 -> NO_ROUTE
             0009 -> SP_UNKNOWN_ERROR
             0010 -> CONTENT_KEYWORD

Any other last four digits, and any other number, get the receipt that the carrier's filing earns. The control plane can
ask for the same per number. A number that fails does so whether or not the signature is filed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sandbox.clock import LATEST
from sandbox.numbers import carrier_of, normalise
from sandbox.pace import Span
from sandbox.rules import Rules
from sandbox.timeline import USABLE, CarrierState, Filing

_PENDING = "REQUEST_SUCCESS"
_TEST_NUMBER = "9999"


@dataclass(frozen=True)
class NumberFate:
    """What becomes of messages to one number."""

    fails_with: str | None = None
    """The ErrCode, or ``None`` where the filing decides."""
    takes: Span | None = None
    """From the send to the receipt, instead of the pace's time."""
    answers: bool = True
    """Off: the receipt never comes."""
    pending_code: str = ""
    """The ErrCode until it comes."""


_OF_TEST_NUMBERS: Mapping[str, NumberFate] = {
    "0001": NumberFate("MOBILE_NOT_ON_SERVICE"),
    "0002": NumberFate("INVALID_NUMBER"),
    "0003": NumberFate("MOBILE_ACCOUNT_ABNORMAL"),
    "0004": NumberFate("MOBILE_IN_BLACK"),
    "0005": NumberFate("USER_REJECT"),
    "0006": NumberFate("MOBLLE_TERMINAL_ERROR"),
    "0007": NumberFate("MOBILE_SEND_LIMIT"),
    "0008": NumberFate("NO_ROUTE"),
    "0009": NumberFate("SP_UNKNOWN_ERROR"),
    "0010": NumberFate("CONTENT_KEYWORD"),
    "0011": NumberFate(pending_code=_PENDING),
    "0012": NumberFate(takes=Span(fixed=timedelta(days=1))),
    "0013": NumberFate(answers=False),
    "0014": NumberFate(answers=False, pending_code=_PENDING),
}


class AskedFate(BaseModel):
    """The control plane's document about one number; all but the number left out takes an earlier one back."""

    model_config = ConfigDict(extra="forbid")

    number: str
    fails_with: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z_.]{2,60}$")
    takes: str | None = None
    """A span such as 30s, 2h or 1d."""
    answers: bool = True
    pending_code: str = Field(default="", pattern=r"^[A-Za-z_.]{0,60}$")

    @field_validator("number")
    @classmethod
    def _eleven_digits(cls, number: str) -> str:
        digits = normalise(number)
        if digits is None or carrier_of(digits) is None:
            raise ValueError("not a mobile number of a known carrier")
        return digits

    @field_validator("takes")
    @classmethod
    def _readable(cls, takes: str | None) -> str | None:
        if takes is not None:
            Span.parse(takes)
        return takes

    @property
    def fate(self) -> NumberFate:
        """What becomes of messages to the number."""
        return NumberFate(
            self.fails_with, Span.parse(self.takes) if self.takes else None, self.answers, self.pending_code
        )


@dataclass(frozen=True)
class Receipt:
    """The receipt that a message will get."""

    at: datetime
    delivered: bool
    code: str | None
    """``ErrCode``, or ``None`` where it is the usual one."""
    pending_code: str


def fate_of(number: str, asked: NumberFate | None) -> NumberFate:
    """Returns what becomes of messages to eleven digits: as asked for, as the test number says, or nothing special."""
    if asked is not None:
        return asked
    if number[3:7] == _TEST_NUMBER:
        return _OF_TEST_NUMBERS.get(number[7:], NumberFate())
    return NumberFate()


def receipt_for(fate: NumberFate, carrier: CarrierState, sent_at: datetime, usual: timedelta, rules: Rules) -> Receipt:
    """Settles the receipt of a message when it is sent.

    Args:
        fate: Of the number.
        carrier: How the number's carrier stands with the signature.
        sent_at: When it was sent.
        usual: The pace's time to a receipt.
        rules: The switches for behaviour that is not documented.
    """
    at = fate.takes.after(sent_at) if fate.takes else sent_at + usual
    if not fate.answers:
        return Receipt(LATEST, delivered=False, code=None, pending_code=fate.pending_code)
    if fate.fails_with:
        return Receipt(at, delivered=False, code=fate.fails_with, pending_code=fate.pending_code)
    arrives = delivers(carrier, rules)
    return Receipt(at, arrives, None if arrives else rules.unfiled_receipt, fate.pending_code)


def delivers(carrier: CarrierState, rules: Rules) -> bool:
    """Returns whether a carrier that stands so delivers."""
    return carrier.status in USABLE or (rules.registering_delivers and carrier.status is Filing.REGISTERING)
