from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from gateway.aliyun import AliyunAccess, AliyunGateway
from tests.gateway.scripted import ScriptedPlatform


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
