"""Two clients from npm, unmodified: the official SDK of Node.js, and the older one that signs by RPC version 1.

They are installed by ``make node-clients``, which needs Node.js; without them these tests are left out.
"""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sandbox import DEMO_ACCOUNTS, REAL, SandboxServer

FOLDER = Path(__file__).parent / "node_clients"
NODE = shutil.which("node")
METHODS = ("GET", "POST")

pytestmark = pytest.mark.skipif(
    NODE is None or not (FOLDER / "node_modules").is_dir(), reason="make node-clients installs the clients"
)


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the clients got."""
    return asyncio.run(_run())


async def _run() -> dict[str, Any]:
    ((key_id, secret),) = DEMO_ACCOUNTS.items()
    async with SandboxServer(pace=REAL) as sandbox:
        process = await asyncio.create_subprocess_exec(
            str(NODE),
            str(FOLDER / "contract.mjs"),
            sandbox.endpoint,
            key_id,
            secret,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    document: dict[str, Any] = json.loads(out)
    return document


def error_of(told: dict[str, Any], name: str) -> str:
    assert "error" in told[name], told[name]
    assert told[name]["error"]["requestId"]
    return str(told[name]["error"]["code"])


def test_the_official_sdk_submits_and_reads_back(told: dict[str, Any]) -> None:
    created, read = told["sdk.create"]["ok"], told["sdk.get"]["ok"]

    assert created["orderId"] == read["orderId"]
    assert (read["signName"], read["signStatus"], read["qualificationId"]) == ("云杉科技", 0, 900001)
    assert read["remark"] == "a b+c~*", "every character of it is signed, and arrives"
    assert [each["operatorCode"] for each in read["signIspRegisterDetailList"]] == ["mobile", "unicom", "telecom"]
    assert [each["auditStatus"] for each in told["sdk.list"]["ok"]["smsSignList"]] == ["AUDIT_STATE_INIT"]


def test_the_official_sdk_reads_papers(told: dict[str, Any]) -> None:
    assert told["sdk.qualification"]["ok"]["data"]["state"] == "PASSED"
    assert "白鹭旅行" in told["sdk.letter"]["ok"]["data"][0]["signScope"]


def test_the_official_sdk_understands_refusals(told: dict[str, Any]) -> None:
    assert error_of(told, "sdk.create again") == "SignName.Exists"
    assert error_of(told, "sdk.unknown") == "SignatureNotFound"
    assert error_of(told, "sdk.wrong secret") == "SignatureDoesNotMatch"
    assert told["sdk.send"]["ok"]["code"] == "isv.SMS_SIGNATURE_ILLEGAL", "of sending they come with HTTP 200"


@pytest.mark.parametrize("method", METHODS)
def test_the_older_client_reads_and_understands_refusals(told: dict[str, Any], method: str) -> None:
    assert told[f"pop.get {method}"]["ok"]["SignName"] == "云杉科技"
    assert error_of(told, f"pop.unknown {method}") == "SignatureNotFound"
    assert error_of(told, f"pop.no such operation {method}") == "InvalidAction.NotFound"


@pytest.mark.parametrize("method", METHODS)
def test_the_older_client_is_told_the_string_that_should_have_been_signed(told: dict[str, Any], method: str) -> None:
    assert error_of(told, f"pop.wrong secret {method}") == "SignatureDoesNotMatch"
    message = told[f"pop.wrong secret {method}"]["error"]["message"]
    assert f"server string to sign is:{method}&%2F&AccessKeyId%3Dsandbox-key" in message
