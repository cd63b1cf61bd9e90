import pytest

from bench.http_load import LoadError, answered_per_second
from bench.sandbox_reads import nothing, read, stored
from sandbox import REAL, SandboxServer


async def test_what_is_measured_is_answered() -> None:
    async with SandboxServer(pace=REAL) as sandbox:
        host, port = sandbox.endpoint, sandbox.port
        assert await answered_per_second("127.0.0.1", port, [nothing(host)] * 20, 4) > 0
        with pytest.raises(LoadError, match="SignatureNotFound"):
            await answered_per_second("127.0.0.1", port, [read(host, stored(7)["sign_name"])], 1)
