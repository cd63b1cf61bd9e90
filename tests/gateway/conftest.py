from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from gateway.aliyun import AliyunAccess, AliyunGateway
from tests.gateway.scripted import ScriptedPlatform


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    # The SDK sends requests for 127.0.0.1 through a proxy too, whatever NO_PROXY says.
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def platform() -> AsyncIterator[ScriptedPlatform]:
    server = ScriptedPlatform()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def access(platform: ScriptedPlatform) -> AliyunAccess:
    return AliyunAccess(
        endpoint=platform.endpoint,
        protocol="http",
        access_key_id="test-key-id",
        access_key_secret="test-key-secret",
        read_timeout=timedelta(seconds=5),
    )


@pytest.fixture
def gateway(access: AliyunAccess) -> AliyunGateway:
    return AliyunGateway(access)
