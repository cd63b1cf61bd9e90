"""What a person does in the platform's console, where the API has nothing like it: the click on 报备."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.fates import parse_fates
from sandbox.operations import Call
from sandbox.stock import Instant
from sandbox.timeline import Filing, Review

CarrierCode = Literal["mobile", "unicom", "telecom"]


class ReportClick(BaseModel):
    """The document of a click: which carriers are filed anew."""

    model_config = ConfigDict(extra="forbid")

    carriers: set[CarrierCode] = Field(min_length=1)
    at: Instant | None = None
    """When; the wall clock if not given, and never before the signature's last event."""
    account: str | None = None
    """The access key id that owns the signature; the sandbox's first account if not given."""
    fates: dict[str, str] = Field(default_factory=dict)
    """Of these carriers, and ``expiry``, for this filing only; they win over those of the control plane.

    What the remark of a submission asked for does not hold for it.
    """


def report(call: Call, sign_name: str, click: ReportClick) -> datetime:
    """Starts a new filing of some carriers of an approved signature.

    Args:
        call: The account, and the time of the click.
        sign_name: The signature.
        click: What is asked for.

    Returns:
        When the filing starts: the time of the call, or the signature's last event if that is later.

    Raises:
        ValueError: There is no such signature, it is in review or not approved, a carrier is 报备中 already, or a fate
            cannot be read or is none of this filing.
    """
    parse_fates(click.fates)
    strange = set(click.fates) - {*click.carriers, "expiry"}
    if strange:
        raise ValueError(f"this filing has no fate for {', '.join(sorted(strange))}")
    state = call.signature(sign_name)
    if state is None:
        raise ValueError(f"there is no signature {sign_name!r}")
    if state.in_review:
        raise ValueError(f"{sign_name} is in review (审核中)")
    if state.review is not Review.APPROVED:
        raise ValueError(f"{sign_name} is not approved (审核不通过)")
    carriers = sorted(click.carriers)
    busy = [carrier for carrier in carriers if state.carriers[carrier].status is Filing.REGISTERING]
    if busy:
        raise ValueError(f"{sign_name} is being filed (报备中) with {', '.join(busy)} already")
    at = call.time_for(sign_name)
    call.store.add_event(call.account, sign_name, at, "reported", {"carriers": carriers, "fates": click.fates})
    return at
