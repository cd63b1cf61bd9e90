"""Whether a signature may be used on a carrier now: ``no``, ``trial`` (少量多次) or ``bulk``, with the reason."""

from datetime import datetime

from filing.calendar import shown
from filing.policy import Policy
from filing.span import show_duration
from filing.state import CarrierState
from filing.vocabulary import CanSend, CarrierStatus
from filing.vouching import VOUCHABLE, told_within


def can_send(known: CarrierState, policy: Policy, now: datetime) -> tuple[CanSend, str]:
    """Decide how far to trust a carrier.

    报备成功 alone says only that one sub-port passed (help page, 常见问题), so bulk sending wants messages that
    arrived lately; 报备中 allows small trials; a filing that failed, lapsed or never was lets nothing through. A
    person's word counts beside the facts and is named as such.
    """
    told = told_within(known, policy, now)
    delivered = sum(moment > now - policy.bulk_window for moment in known.deliveries) + told
    if (word := known.usable_word) is not None and known.status in VOUCHABLE:
        return CanSend.BULK, f"usable by {word.by}'s word of {shown(word.at)}; the platform shows {known.status.label}"
    by_word = f" ({told} by a person's word)" if told else ""
    match known.status:
        case CarrierStatus.REGISTERED if delivered >= policy.bulk_from_delivered:
            return CanSend.BULK, f"{delivered} delivered in the last {show_duration(policy.bulk_window)}{by_word}"
        case CarrierStatus.REGISTERED:
            return (
                CanSend.TRIAL,
                "报备成功 means at least one sub-port passed; "
                f"{delivered} of {policy.bulk_from_delivered} delivered lately{by_word}",
            )
        case CarrierStatus.PENDING_VERIFICATION:
            return CanSend.TRIAL, "已报备待验证: only tests until the platform's verdict"
        case CarrierStatus.REGISTERING if policy.trial_while_registering:
            return CanSend.TRIAL, "报备中: small numbers at most (少量多次)"
        case CarrierStatus.REGISTERING:
            return CanSend.NO, "报备中: the policy allows no trial before the carrier's answer"
        case CarrierStatus.FAILED if arrived := known.arrived_since:
            return CanSend.TRIAL, f"报备失败, but {arrived} messages arrived since: go on in small numbers (少量多次)"
        case _:
            return CanSend.NO, f"{known.status.label}: messages are not delivered"
