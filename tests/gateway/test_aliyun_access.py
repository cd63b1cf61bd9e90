import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alibabacloud_credentials.utils import auth_util

from gateway.aliyun import AliyunAccess, AliyunGateway
from gateway.errors import AccountError
from gateway.protocol import SmsGateway
from tests.gateway.scripted import ScriptedPlatform, ok


async def test_requests_are_signed_for_the_account(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(SignStatus=1))

    await gateway.read_signature("云杉科技")

    headers = platform.asked[0].headers
    assert headers["Authorization"].startswith("ACS3-HMAC-SHA256 Credential=test-key-id,")
    assert headers["x-acs-version"] == "2017-05-25"
    assert "x-sandbox-time" not in headers
    assert "x-acs-security-token" not in headers


async def test_a_temporary_key_brings_its_token(platform: ScriptedPlatform, access: AliyunAccess) -> None:
    platform.will(ok(SignStatus=1))

    await AliyunGateway(replace(access, security_token="test-token")).read_signature("云杉科技")

    assert platform.asked[0].headers["x-acs-security-token"] == "test-token"


async def test_every_request_to_a_sandbox_says_what_time_it_is(
    platform: ScriptedPlatform, access: AliyunAccess
) -> None:
    noon = datetime(2026, 3, 12, 12, tzinfo=timezone(timedelta(hours=8)))
    times = iter([noon, noon + timedelta(days=30)])
    platform.will(ok(SignStatus=1), ok(SignStatus=1))
    gateway = AliyunGateway(access, lambda: next(times))

    await gateway.read_signature("云杉科技")
    await gateway.read_signature("云杉科技")

    assert [asked.headers["x-sandbox-time"] for asked in platform.asked] == [
        "2026-03-12T12:00:00+08:00",
        "2026-04-11T12:00:00+08:00",
    ]


def test_the_real_platform_is_never_told_the_time(access: AliyunAccess) -> None:
    real = replace(access, endpoint="dysmsapi.aliyuncs.com", protocol="https")

    with pytest.raises(ValueError, match="sandbox"):
        AliyunGateway(real, lambda: datetime(2026, 3, 12, tzinfo=UTC))

    AliyunGateway(real)


def test_repr_shows_no_credential(access: AliyunAccess) -> None:
    shown = repr(replace(access, security_token="test-token"))

    assert access.endpoint in shown
    assert "test-" not in shown


async def test_without_keys_the_default_chain_is_asked_at_the_first_call(
    platform: ScriptedPlatform, access: AliyunAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = AliyunGateway(replace(access, access_key_id=None, access_key_secret=None))
    # The SDK reads its environment when it is imported, so its own copy is what has to change.
    monkeypatch.setattr(auth_util, "environment_access_key_id", "chain-key-id")
    monkeypatch.setattr(auth_util, "environment_access_key_secret", "chain-key-secret")
    platform.will(ok(SignStatus=1))

    await gateway.read_signature("云杉科技")

    assert "Credential=chain-key-id," in platform.asked[0].headers["Authorization"]


async def test_without_any_credentials_a_person_must_act(
    platform: ScriptedPlatform, access: AliyunAccess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(auth_util, "environment_access_key_id", None)
    monkeypatch.setattr(auth_util, "environment_access_key_secret", None)
    monkeypatch.setattr(auth_util, "environment_ecs_metadata_disabled", "true")
    gateway = AliyunGateway(replace(access, access_key_id=None, access_key_secret=None))

    with pytest.raises(AccountError, match="no credentials"):
        await gateway.read_signature("云杉科技")

    assert platform.asked == []


def test_the_sdk_writes_nothing_on_standard_error() -> None:
    sdk_logger = logging.getLogger("darabonba-core")

    assert sdk_logger.handlers == []
    assert not sdk_logger.isEnabledFor(logging.DEBUG)


async def test_the_adapter_is_what_the_activities_need(gateway: AliyunGateway) -> None:
    needed: SmsGateway = gateway

    await needed.close()
