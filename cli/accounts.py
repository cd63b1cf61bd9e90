"""From settings to the platform accounts that a worker serves; the only place that hands secrets to the SDK."""

import os
import re
from collections.abc import Callable
from datetime import datetime

from activities.accounts import Account, Accounts
from cli.settings import Settings, SettingsError
from gateway.aliyun import AliyunAccess, AliyunGateway

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")


def build_accounts(settings: Settings, clock: Callable[[], datetime]) -> Accounts:
    """Open every account of the settings; nothing is sent.

    Args:
        settings: The settings of the worker.
        clock: What time it is, for accounts at a sandbox.

    Raises:
        SettingsError: An environment variable that the settings name is not set.
    """
    return Accounts({name: _account(name, settings, clock) for name in settings.accounts})


def _account(name: str, settings: Settings, clock: Callable[[], datetime]) -> Account:
    account = settings.accounts[name]
    access = AliyunAccess(
        endpoint=account.endpoint,
        protocol=account.protocol,
        access_key_id=_secret(name, "access_key_id_env", account.access_key_id_env),
        access_key_secret=_secret(name, "access_key_secret_env", account.access_key_secret_env),
        security_token=_secret(name, "security_token_env", account.security_token_env),
    )
    return Account(
        gateway=AliyunGateway(access, clock_header=clock if account.sandbox else None),
        template_code=account.template_code,
        template_params=account.template_params,
        phones=account.test_phones,
        policy=settings.policy_of(name),
        price_per_message=account.price_per_message,
        sign_name_length_max=settings.sign_name_length_max,
    )


def callbacks_token(settings: Settings) -> str | None:
    """The last part of the path of callbacks, none where the settings name none.

    Raises:
        SettingsError: The environment variable is not set, or holds what cannot be part of a path.
    """
    token = _value("callbacks_token_env", settings.callbacks_token_env)
    if token is not None and not _TOKEN.fullmatch(token):
        raise SettingsError(
            f"callbacks_token_env: {settings.callbacks_token_env} must hold 16 to 200 letters, digits, '-' or '_', "
            "since it is part of a path"
        )
    return token


def _secret(account: str, key: str, variable: str | None) -> str | None:
    return _value(f"accounts.{account}.{key}", variable)


def _value(key: str, variable: str | None) -> str | None:
    if variable is None:
        return None
    value = os.environ.get(variable, "").strip()
    if not value:
        raise SettingsError(f"{key}: the environment variable {variable} is not set; set it, then start again")
    return value
