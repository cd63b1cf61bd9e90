"""The wire protocol, with the SDK where it can produce the request and by hand where it cannot."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import pytest
from alibabacloud_tea_openapi.exceptions import ClientException
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import DEMO, SandboxServer
from sandbox.operations import OPERATIONS
from sandbox.protocol import ApiError, Parameters
from tests.sandbox.driver import START, Driver

WALL = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    """A sandbox whose wall clock stands still, so that dates are tested without waiting."""
    async with SandboxServer(pace=DEMO, clock=lambda: WALL) as sandbox:
        yield sandbox


class Raw:
    """Signs and sends a request by hand; every part can be bent."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.nonces = 0

    async def post(
        self,
        action: str = "GetSmsSign",
        query: dict[str, str] | None = None,
        *,
        form: dict[str, str] | None = None,
        secret: str = "sandbox-secret",
        key: str = "sandbox-key",
        tampered_body: bytes | None = None,
        **headers: str,
    ) -> tuple[int, dict[str, Any]]:
        self.nonces += 1
        body = urlencode(form or {}).encode()
        sent = {
            "host": self.server.endpoint,
            "x-acs-action": action,
            "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
            "x-acs-date": WALL.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": f"nonce-{self.nonces}",
            "x-acs-version": "2017-05-25",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        if form is not None:
            sent["content-type"] = "application/x-www-form-urlencoded"
        names = sorted(sent)
        pairs = sorted((query or {}).items())
        canonical_query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
        canonical_headers = "".join(f"{name}:{sent[name]}\n" for name in names)
        body_hash = hashlib.sha256(body).hexdigest()
        canonical = f"POST\n/\n{canonical_query}\n{canonical_headers}\n{';'.join(names)}\n{body_hash}"
        to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
        sent["authorization"] = (
            f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={';'.join(names)},Signature={signature}"
        )
        return await self.send(
            "POST", f"/?{urlencode(query or {})}", sent, body if tampered_body is None else tampered_body
        )

    async def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.server.url + path, headers=headers, data=body) as response,
        ):
            return response.status, await response.json()


async def test_sdk_requests_are_accepted_with_spaces_chinese_and_symbols() -> None:
    async with SandboxServer(pace=DEMO) as server:
        driver = Driver(server)
        remark = "登录 验证码 + a&b=c/~*'()%20「」"
        await driver.create(remark=remark, more_data=["a b.png", "乙.jpg"], third_party=False)
        assert (await driver.get()).remark == remark


async def test_sdk_raises_client_exception_with_the_parts_of_the_error() -> None:
    async with SandboxServer(pace=DEMO) as server:
        with pytest.raises(ClientException) as caught:
            await Driver(server).get("无此签名")
    error = caught.value
    assert (error.code, error.status_code) == ("SignatureNotFound", 400)
    assert error.request_id == error.data["RequestId"]
    assert error.data["HostId"].startswith("127.0.0.1:")
    assert "troubleshoot" in error.data["Recommend"]


@pytest.mark.parametrize(
    ("key", "secret", "code"),
    [
        ("sandbox-key", "wrong", "SignatureDoesNotMatch"),
        ("nobody", "sandbox-secret", "InvalidAccessKeyId.NotFound"),
    ],
)
async def test_wrong_credentials(key: str, secret: str, code: str) -> None:
    async with SandboxServer(pace=DEMO) as server:
        with pytest.raises(ClientException) as caught:
            await Driver(server, key, secret).get()
    assert caught.value.code == code


async def test_parameters_may_come_in_a_form_body(server: SandboxServer) -> None:
    status, body = await Raw(server).post(
        "CreateSmsSign", form={"SignName": "云杉科技", "QualificationId": "900001", "SignSource": "0"}
    )
    assert (status, body["Code"], body["SignName"]) == (200, "OK", "云杉科技")


async def test_body_that_was_changed_on_the_way(server: SandboxServer) -> None:
    status, body = await Raw(server).post(form={"SignName": "a"}, tampered_body=b"SignName=b")
    assert (status, body["Code"]) == (400, "SignatureDoesNotMatch")


async def test_a_nonce_is_taken_once(server: SandboxServer) -> None:
    raw = Raw(server)
    _, first = await raw.post(x_acs_signature_nonce="same")
    _, second = await raw.post(x_acs_signature_nonce="same")
    assert (first["Code"], second["Code"]) == ("MissingSignName", "SignatureNonceUsed")


async def test_a_refused_request_does_not_use_up_its_nonce(server: SandboxServer) -> None:
    raw = Raw(server)
    await raw.post(x_acs_signature_nonce="same", secret="wrong")
    _, body = await raw.post(x_acs_signature_nonce="same")
    assert body["Code"] == "MissingSignName"


@pytest.mark.parametrize(
    ("skew", "code"),
    [
        (timedelta(minutes=-15), "MissingSignName"),
        (timedelta(minutes=15), "MissingSignName"),
        (timedelta(minutes=-15, seconds=-1), "InvalidTimeStamp.Expired"),
        (timedelta(minutes=15, seconds=1), "InvalidTimeStamp.Expired"),
    ],
)
async def test_date_may_be_fifteen_minutes_off_the_wall_clock(
    server: SandboxServer, skew: timedelta, code: str
) -> None:
    date = (WALL + skew).strftime("%Y-%m-%dT%H:%M:%SZ")
    _, body = await Raw(server).post(x_acs_date=date, x_sandbox_time="2027-01-01T00:00:00Z")
    assert body["Code"] == code


@pytest.mark.parametrize(
    ("bent", "status", "code"),
    [
        ({"x_acs_date": "yesterday"}, 400, "InvalidTimeStamp.Format"),
        ({"x_acs_version": "2016-09-27"}, 400, "InvalidVersion"),
        ({"action": "NoSuchOperation"}, 404, "InvalidAction.NotFound"),
        ({"action": ""}, 404, "InvalidAction.NotFound"),
        ({"x_sandbox_time": "2026-03-02T10:00:00"}, 400, "InvalidSandboxTime"),
        ({"x_sandbox_time": "9999-12-31T00:00:00Z"}, 400, "InvalidSandboxTime"),
        ({"x_sandbox_time": "soon"}, 400, "InvalidSandboxTime"),
    ],
)
async def test_refusals_before_any_operation(
    server: SandboxServer, bent: dict[str, Any], status: int, code: str
) -> None:
    answer_status, body = await Raw(server).post(**bent)
    assert (answer_status, body["Code"]) == (status, code)


async def test_accounts_do_not_see_each_other() -> None:
    async with SandboxServer(pace=DEMO, accounts={"one": "1", "two": "2"}) as server:
        await Driver(server, "one", "1").create()
        other = Driver(server, "two", "2")
        with pytest.raises(ClientException) as caught:
            await other.get()
        assert caught.value.code == "SignatureNotFound"
        assert (await other.call("query_sms_sign_list")).total_count == 0


async def test_without_the_header_the_clock_is_asked(server: SandboxServer) -> None:
    raw = Raw(server)
    await raw.post("CreateSmsSign", {"SignName": "云杉科技", "QualificationId": "900001", "SignSource": "0"})
    _, body = await raw.post("GetSmsSign", {"SignName": "云杉科技"})
    assert body["CreateDate"] == "2026-03-02 10:00:00"


def test_parameters_are_read_strictly() -> None:
    parameters = Parameters({"Size": "12", "Bad": "1_0", "Yes": "True", "No": "false", "Empty": "", "Long": "9" * 19})
    assert (parameters.integer("Size"), parameters.integer("Empty"), parameters.text("Empty")) == (12, None, None)
    assert (parameters.boolean("Yes"), parameters.boolean("No"), parameters.boolean("Empty")) == (True, False, None)
    for read, name in (
        (parameters.integer, "Bad"),
        (parameters.integer, "Long"),
        (parameters.boolean, "Size"),
        (parameters.required, "Empty"),
    ):
        with pytest.raises(ApiError, match=name):
            read(name)


NAMES = [
    "SignName QualificationId SignSource SignType ThirdParty AuthorizationLetterId TrademarkId AppIcpRecordId Remark",
    "ApplySceneContent MoreData PageIndex PageSize PageNo State UseBySelf WorkOrderId QualificationGroupId SendDate",
    "AuthorizationLetterIdList PhoneNumbers PhoneNumber TemplateCode TemplateParam OutId CurrentPage BizId StartDate",
    "EndDate IsGlobe TemplateType SignatureName TrademarkIdList AppIcpRecordIdList",
]
USUAL_VALUES = {
    "SignName": "云杉科技",
    "SignatureName": "云杉科技",
    "QualificationId": "900001",
    "SignSource": "0",
    "PhoneNumbers": "13900000001",
    "PhoneNumber": "13900000001",
    "TemplateCode": "SMS_900002",
    "SendDate": "20260302",
    "StartDate": "20260301",
    "EndDate": "20260302",
    "IsGlobe": "1",
    "QualificationGroupId": "900001",
}
odd_values = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["0", "-1", "1", "5", "True", "[]", "{}", '["a"]', "[{}]", "9" * 30, "\x00", "00000000", "99991231"]
    ),
    st.sampled_from(['{"code": "\\ud800"}', '{"code": []}', "[" * 3000, "[sandbox mobile=silent]", "[sandbox x]"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    calls=st.lists(
        st.tuples(
            st.sampled_from(sorted(OPERATIONS)),
            st.dictionaries(st.sampled_from(" ".join(NAMES).split()), odd_values, max_size=4),
        ),
        min_size=5,
        max_size=15,
    )
)
async def test_no_request_makes_the_sandbox_fail(calls: list[tuple[str, dict[str, str]]]) -> None:
    async with SandboxServer(pace=DEMO, clock=lambda: WALL) as sandbox:
        raw = Raw(sandbox)
        await sandbox_is_stocked(sandbox)
        for operation, odd in calls:
            status, body = await raw.post(operation, form=USUAL_VALUES | odd, x_sandbox_time=START.isoformat())
            assert status in (200, 400), (operation, odd, body)
            assert body["RequestId"]


async def sandbox_is_stocked(sandbox: SandboxServer) -> None:
    signature = {"sign_name": "云杉科技", "created_at": "2026-01-01T00:00:00Z"}
    await Driver(sandbox).control("POST", "stock", {"signatures": [signature]})


@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        ("GET", "/", {}, b""),
        ("POST", "/nowhere?x=%ff", {"x-acs-action": "SendSms"}, b"\xff\xfe"),
        ("PUT", "/_sandbox/nothing", {"authorization": "ACS3-HMAC-SHA256 Credential=a"}, b"{}"),
        ("POST", "/", {"content-type": "application/x-www-form-urlencoded; charset=x"}, b"%ff=%fe&&=="),
    ],
)
async def test_odd_http_is_refused_politely(
    server: SandboxServer, method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    status, answer = await Raw(server).send(method, path, headers, body)
    assert (status, answer["Code"]) == (400, "IncompleteSignature")


async def test_too_large_a_body(server: SandboxServer) -> None:
    status, answer = await Raw(server).send("POST", "/", {}, b"x" * (2 << 20))
    assert (status, answer["Code"]) == (413, "RequestEntityTooLarge")
