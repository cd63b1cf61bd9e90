"""From settings to the platform accounts that a worker serves; the only place that hands secrets to the SDK."""

import os
from collections.abc import Callable
from datetime import datetime

from activities.accounts import Account, Accounts
from cli.settings import AccountSettings, Settings, SettingsError
from filing.policy import Policy
from gateway.aliyun import AliyunAccess, AliyunGateway


def build_accounts(settings: Settings, clock: Callable[[], datetime]) -> Accounts:
    """Open every account of the settings; nothing is sent.

    Args:
        settings: The settings of the worker.
        clock: What time it is, for accounts at a sandbox.

    Raises:
        SettingsError: An environment variable that the settings name is not set.
    """
    return Accounts(
        {name: _account(name, account, settings.policy_of(name), clock) for name, account in settings.accounts.items()}
    )


def _account(name: str, settings: AccountSettings, policy: Policy, clock: Callable[[], datetime]) -> Account:
    access = AliyunAccess(
        endpoint=settings.endpoint,
        protocol=settings.protocol,
        access_key_id=_secret(name, "access_key_id_env", settings.access_key_id_env),
        access_key_secret=_secret(name, "access_key_secret_env", settings.access_key_secret_env),
        security_token=_secret(name, "security_token_env", settings.security_token_env),
    )
    return Account(
        gateway=AliyunGateway(access, clock_header=clock if settings.sandbox else None),
        template_code=settings.template_code,
        template_params=settings.template_params,
        phones=settings.test_phones,
        policy=policy,
    )


def _secret(account: str, key: str, variable: str | None) -> str | None:
    if variable is None:
        return None
    value = os.environ.get(variable, "").strip()
    if not value:
        raise SettingsError(
            f"accounts.{account}.{key}: the environment variable {variable} is not set; set it, then start again"
        )
    return value
