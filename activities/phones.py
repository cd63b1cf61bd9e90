"""What there is to say of an account's test phones before anything is submitted: findings with masked numbers only."""

import phonenumbers
from phonenumbers import carrier as prefixes

from activities.accounts import Account
from filing.snapshot import Finding
from filing.vocabulary import Carrier

_BY_PREFIX = {
    "China Mobile": Carrier.MOBILE,
    "China Unicom": Carrier.UNICOM,
    "China Telecom": Carrier.TELECOM,
}


def phone_findings(account: Account) -> list[Finding]:
    """Say which test phones have the prefix of another carrier than the one that the operator names.

    The operator's word counts: a number keeps its prefix when it is ported (携号转网), and those of virtual operators
    say nothing. A slip of the pen looks the same, so it is said.
    """
    return [
        Finding(
            code="PHONE_PREFIX_DIFFERS",
            field=f"test_phones.{named}",
            part=masked,
            severity="warn",
            rule=(
                f"its prefix is one of {by_prefix.label} {by_prefix}, the settings say {named.label} {named}; the "
                f"settings count (help page, 验证要求: 确保使用对应运营商号码进行测试)"
            ),
            advice="leave it if the number was ported (携号转网), else move it to its carrier in the settings",
        )
        for named in Carrier
        for masked, number in account.pool(named).items()
        if (by_prefix := carrier_by_prefix(number)) is not None and by_prefix is not named
    ]


def carrier_by_prefix(number: str) -> Carrier | None:
    """The carrier to which a number's prefix was first given, none for one of no carrier that files signatures."""
    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException:
        return None
    return _BY_PREFIX.get(prefixes.name_for_number(parsed, "en"))
