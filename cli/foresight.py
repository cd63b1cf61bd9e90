"""What can be said at the submission of the weeks after it: by when, and with which test phones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.output import console
from cli.settings import Settings
from filing.application import SignatureApplication
from filing.calendar import shown_deadline
from filing.policy import DEFAULT_POLICY
from filing.readiness import ADVISED_WORKING_DAYS, Outlook, forecast, outlook_of
from filing.vocabulary import Carrier


@dataclass(frozen=True)
class Foresight:
    """What is foreseen of one application.

    Attributes:
        window: When it can be expected to be usable, in words.
        warnings: What a person should know before weeks are lost; empty where there is nothing.
        document: The same for programs.
    """

    window: str
    warnings: tuple[str, ...]
    document: Mapping[str, Any]


def foresee(application: SignatureApplication, settings: Settings, policy: str | None, now: datetime) -> Foresight:
    """Foresee the dates of an application that is submitted now.

    Args:
        application: What is submitted.
        settings: Where the account's policy and test phones are; an account that they do not know has the default
            policy, and its phones are the worker's matter.
        policy: Name of the policy that is asked for.
        now: The moment of the submission.

    Raises:
        SettingsError: There is no such policy.
    """
    own = settings.policy_of(application.account) if application.account in settings.accounts else DEFAULT_POLICY
    window = forecast(settings.policy_asked(application.account, policy) or own, now)
    first, last = shown_deadline(window.earliest), shown_deadline(window.latest)
    estimate = ", an estimate" if window.estimated else ""
    outlook = outlook_of(application.needed_by, window) if application.needed_by is not None else None
    missing = _missing_phones(application, settings)
    warnings = []
    if outlook in (Outlook.AT_RISK, Outlook.CANNOT_BE):
        warnings.append(
            f"needed by {application.needed_by}: {outlook.label}; apply at least {ADVISED_WORKING_DAYS} working days "
            "ahead (help page: 至少提前10个工作日完成所有报备流程)"
        )
    if missing:
        named = ", ".join(f"{carrier.label} {carrier}" for carrier in missing)
        warnings.append(
            f"no test phone of {named} in the settings (accounts.{application.account}.test_phones): each carrier has "
            "to be proven with a number of its own within the next weeks (help page, 使用谁的手机号)"
        )
    return Foresight(
        window=f"usable between {first} and {last}{estimate}, if carriers take their usual time; they promise none",
        warnings=tuple(warnings),
        document={
            "earliest": window.earliest.isoformat(),
            "latest": window.latest.isoformat(),
            "estimated": window.estimated,
            "needed_by": application.needed_by.isoformat() if application.needed_by else None,
            "outlook": outlook,
            "missing_phones": [str(carrier) for carrier in missing],
        },
    )


def show_foresight(sign_name: str, seen: Foresight) -> None:
    """Print what is foreseen; what needs a person's thought goes to standard error."""
    console().print(f"  {seen.window}", style="dim")
    for warning in seen.warnings:
        console(stderr=True).print(f"【{sign_name}】 warn: {warning}", style="yellow")


def _missing_phones(application: SignatureApplication, settings: Settings) -> list[Carrier]:
    account = settings.accounts.get(application.account)
    return [carrier for carrier in Carrier if account is not None and not account.test_phones.get(carrier)]
