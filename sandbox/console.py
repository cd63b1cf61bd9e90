"""What a person does in the platform's console, and what carriers do there, where the API has nothing like it.

===========  =========================================================================================================
report       a person clicks 报备: the carriers are filed anew
withdraw     a person withdraws an application or an edit from its review (撤回): SignStatus 10 取消审核, or as before
revoke       carriers take back what was filed: 扩展码收回 (EXT_CODE_RECYCLE) or 运营商签名合规治理 (SUBPORT_RECYCLE)
===========  =========================================================================================================
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.clock import Instant, stored
from sandbox.fates import parse_fates
from sandbox.operations import Call
from sandbox.timeline import USABLE, Filing, Review, SignatureState

CarrierCode = Literal["mobile", "unicom", "telecom"]


class Click(BaseModel):
    """The document of a click."""

    model_config = ConfigDict(extra="forbid")

    at: Instant | None = None
    """When; the wall clock if not given, and never before the signature's last event."""
    account: str | None = None
    """The access key id that owns the signature; the sandbox's first account if not given."""

    @abstractmethod
    def act(self, call: Call, sign_name: str) -> dict[str, Any]:
        """Does it.

        Args:
            call: The account, and the time of the click.
            sign_name: The signature.

        Returns:
            What the control plane answers: ``at``, the time of the call or that of the signature's last event if
            later, and whom it concerns.

        Raises:
            ValueError: The console would not let anybody do it now; the message says why.
        """


class ReportClick(Click):
    """A click on 报备: which carriers are filed anew."""

    carriers: set[CarrierCode] = Field(min_length=1)
    fates: dict[str, str] = Field(default_factory=dict)
    """Of these carriers, and ``expiry``, for this filing only; they win over those of the control plane.

    What the remark of a submission asked for does not hold for it.
    """

    def act(self, call: Call, sign_name: str) -> dict[str, Any]:
        """Starts a new filing of some carriers of an approved signature; refused if one is 报备中 already."""
        parse_fates(self.fates)
        strange = set(self.fates) - {*self.carriers, "expiry"}
        if strange:
            raise ValueError(f"this filing has no fate for {', '.join(sorted(strange))}")
        state = _existing(call, sign_name)
        if state.in_review:
            raise ValueError(f"{sign_name} is in review (审核中)")
        if state.review is Review.CANCELLED:
            raise ValueError(f"{sign_name} is not approved (取消审核)")
        if state.review is not Review.APPROVED:
            raise ValueError(f"{sign_name} is not approved (审核不通过)")
        carriers = sorted(self.carriers)
        busy = [carrier for carrier in carriers if state.carriers[carrier].status is Filing.REGISTERING]
        if busy:
            raise ValueError(f"{sign_name} is being filed (报备中) with {', '.join(busy)} already")
        at = _note(call, sign_name, "reported", {"carriers": carriers, "fates": self.fates})
        return {"carriers": carriers, "at": at}


class WithdrawClick(Click):
    """A click on 撤回: the application, or the edit, leaves its review undecided."""

    def act(self, call: Call, sign_name: str) -> dict[str, Any]:
        """Withdraws what is in review; refused where nothing is."""
        if not _existing(call, sign_name).in_review:
            raise ValueError(f"{sign_name} is not in review (审核中), so there is nothing to withdraw")
        return {"at": _note(call, sign_name, "withdrawn", {})}


class Revocation(Click):
    """Carriers take back what was filed. No person clicks it; it is here to happen on demand."""

    carriers: set[CarrierCode] = Field(min_length=1)
    reason: Literal["EXT_CODE_RECYCLE", "SUBPORT_RECYCLE"]

    def act(self, call: Call, sign_name: str) -> dict[str, Any]:
        """Makes carriers in 已报备待验证 or 报备成功 报备失效; refused for one in another status."""
        state = _existing(call, sign_name)
        carriers = sorted(self.carriers)
        unfiled = [carrier for carrier in carriers if state.carriers[carrier].status not in USABLE]
        if unfiled:
            raise ValueError(f"{sign_name} has nothing to take back with {', '.join(unfiled)}")
        return {
            "carriers": carriers,
            "at": _note(call, sign_name, "revoked", {"carriers": carriers, "reason": self.reason}),
        }


CLICKS: Mapping[str, type[Click]] = {"report": ReportClick, "withdraw": WithdrawClick, "revoke": Revocation}
"""What can be done, by its name in the control plane's address."""


def _existing(call: Call, sign_name: str) -> SignatureState:
    state = call.signature(sign_name)
    if state is None:
        raise ValueError(f"there is no signature {sign_name!r}")
    return state


def _note(call: Call, sign_name: str, kind: str, data: Mapping[str, Any]) -> str:
    at = call.time_for(sign_name)
    call.store.add_event(call.account, sign_name, at, kind, data)
    return stored(at)
