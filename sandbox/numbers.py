"""Phone numbers of mainland China and the carrier (运营商) that the sandbox routes them to."""

import re

CARRIERS = ("mobile", "unicom", "telecom")
"""The platform's ``OperatorCode`` values: 中国移动, 中国联通, 中国电信."""

_PREFIXES = {
    "mobile": "134 135 136 137 138 139 147 150 151 152 157 158 159 172 178 182 183 184 187 188 195 197 198",
    "unicom": "130 131 132 145 155 156 166 167 171 175 176 185 186 196",
    "telecom": "133 149 153 162 173 177 180 181 189 190 191 193 199",
}
_CARRIER_OF = {prefix: carrier for carrier, prefixes in _PREFIXES.items() for prefix in prefixes.split()}
_NUMBER = re.compile(r"(?:\+86|0086|86)?(1[0-9]{10})")


def normalise(number: str) -> str | None:
    """Returns the eleven digits of a mainland mobile number, or ``None`` if it is not one.

    The prefixes ``+86``, ``0086`` and ``86`` are optional, as in the SendSms reference.
    """
    match = _NUMBER.fullmatch(number.strip())
    return match[1] if match else None


def carrier_of(number: str) -> str | None:
    """Returns the carrier of eleven digits by their first three, or ``None`` for a prefix that is not routed.

    A real platform asks the number portability database (携号转网); numbers here are never ported.
    """
    return _CARRIER_OF.get(number[:3])


def masked(number: str) -> str:
    """Returns the number with its middle digits hidden, for example ``139****0001``."""
    return f"{number[:-8]}****{number[-4:]}" if len(number) >= len("13900000001") else "****"
