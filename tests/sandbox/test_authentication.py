"""Who may call: both forms of signature over HTTP, with the SDK where it can produce the request."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import (
    CreateSmsSignRequest,
    GetSmsSignRequest,
    GetSmsSignResponseBody,
    QuerySmsSignListRequest,
)
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config, OpenApiRequest
from darabonba.runtime import RuntimeOptions

from sandbox import DEMO, AccessKey, SandboxServer
from tests.sandbox.driver import MOBILE, Driver
from tests.sandbox.raw import RPC_FORMS, WALL, Raw, RpcForm

APPLICATION = {"SignName": "云杉科技", "QualificationId": "900001", "SignSource": "0"}


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    """A sandbox whose wall clock stands still, so that dates are tested without waiting."""
    keys = [
        AccessKey(id="second-key", secret="second-secret", account="sandbox-key"),
        AccessKey(id="STS.1", secret="sts-secret", account="sandbox-key", token="token-1", expires_at=WALL),
        AccessKey(id="STS.2", secret="sts-secret", account="sandbox-key", token="token-2"),
    ]
    async with SandboxServer(pace=DEMO, keys=keys, clock=lambda: WALL) as sandbox:
        yield sandbox


@pytest.fixture
def raw(server: SandboxServer) -> Raw:
    return Raw(server)


def sdk(server: SandboxServer, **options: str) -> Client:
    """A client of the official SDK, unmodified."""
    usual = {"access_key_id": "sandbox-key", "access_key_secret": "sandbox-secret", "protocol": "http"}
    return Client(Config(endpoint=server.endpoint, **(usual | options)))


# The forms


@pytest.mark.parametrize("form", RPC_FORMS)
@pytest.mark.parametrize("asked", ["JSON", "json", None])
async def test_rpc_requests_are_answered_in_every_form(raw: Raw, form: RpcForm, asked: str | None) -> None:
    material = APPLICATION | {"Remark": "a b+c&d=*~'()%20「」", "ThirdParty": "false"}
    if asked is None:
        status, body = await raw.rpc("CreateSmsSign", material, form=form, left_out="Format")
    else:
        status, body = await raw.rpc("CreateSmsSign", material, form=form, Format=asked)
    assert (status, body["Code"], body["SignName"]) == (200, "OK", "云杉科技")
    _, read = await raw.post("GetSmsSign", {"SignName": "云杉科技"})
    assert read["Remark"] == material["Remark"]


@pytest.mark.parametrize("truth", ["True", "true", "TRUE"])
async def test_truth_values_come_in_either_case(raw: Raw, truth: str) -> None:
    _, body = await raw.rpc("CreateSmsSign", APPLICATION | {"ThirdParty": truth})
    assert body["Code"] == "ParameterMismatch.ThirdParty", "the qualification is for own use"


async def test_parameters_may_be_split_between_query_and_form(raw: Raw) -> None:
    status, body = await raw.post("CreateSmsSign", {"SignName": "云杉科技"}, form=APPLICATION)
    assert (status, body["Code"]) == (200, "OK")


async def test_the_sdk_signs_version_1_when_told_to() -> None:
    async with SandboxServer(pace=DEMO) as server:
        client = sdk(server, signature_algorithm="v2")
        created = await client.create_sms_sign_async(
            CreateSmsSignRequest(sign_name="云杉科技", qualification_id=900001, sign_source=0, third_party=False)
        )
        assert created.body.code == "OK"
        (entry,) = (await Driver(server).control("GET", "journal"))["entries"]
        assert entry["parameters"] == APPLICATION | {"ThirdParty": "False"}, "nothing about the signature"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_sdks_own_rpc_call_is_answered(method: str) -> None:
    async with SandboxServer(pace=DEMO) as server:
        await Driver(server).create()
        client = sdk(server)
        # A GET must have no body; a POST may carry the parameters in a form.
        fields = {"SignName": "云杉科技"}
        request = OpenApiRequest(query=fields) if method == "GET" else OpenApiRequest(body=fields)
        answer = await client.do_rpcrequest_async(
            "GetSmsSign", "2017-05-25", "HTTP", method, "AK", "json", request, RuntimeOptions()
        )
        assert GetSmsSignResponseBody().from_map(answer["body"]).sign_name == "云杉科技"


async def test_requests_of_the_blocking_client_are_answered() -> None:
    async with SandboxServer(pace=DEMO) as sandbox:
        client = sdk(sandbox)
        # In a thread, because the sandbox runs in this event loop.
        body = (await asyncio.to_thread(client.query_sms_sign_list, QuerySmsSignListRequest())).body
        assert (body.code, body.total_count) == ("OK", 0)
        with pytest.raises(ClientException) as caught:
            await asyncio.to_thread(client.get_sms_sign, GetSmsSignRequest(sign_name="无此签名"))
        assert caught.value.code == "SignatureNotFound"


# Signatures


@pytest.mark.parametrize("form", RPC_FORMS)
async def test_a_wrong_rpc_signature_is_answered_with_the_string_that_was_signed(raw: Raw, form: RpcForm) -> None:
    status, body = await raw.rpc("GetSmsSign", {"SignName": "云杉"}, form=form, secret="wrong", SignatureNonce="n-1")
    method = "GET" if form == "get" else "POST"
    before, marker, string_to_sign = body["Message"].partition("server string to sign is:")
    assert (status, body["Code"]) == (400, "SignatureDoesNotMatch")
    assert before == "Specified signature is not matched with our calculation. "
    assert marker
    assert string_to_sign == (
        f"{method}&%2F&AccessKeyId%3Dsandbox-key%26Action%3DGetSmsSign%26Format%3DJSON%26SignName"
        "%3D%25E4%25BA%2591%25E6%259D%2589%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3Dn-1"
        "%26SignatureVersion%3D1.0%26Timestamp%3D2026-03-02T02%253A00%253A00Z%26Version%3D2017-05-25"
    )


async def test_an_rpc_parameter_that_was_changed_on_the_way(raw: Raw) -> None:
    _, body = await raw.rpc("SendSms", {"PhoneNumbers": MOBILE}, tampered={"PhoneNumbers": "13900000002"})
    assert body["Code"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("signature", ["签名", "é", "\x00", "a" * 5000])
async def test_a_signature_that_is_none(raw: Raw, signature: str) -> None:
    status, body = await raw.rpc(tampered={"Signature": signature})
    assert (status, body["Code"]) == (400, "SignatureDoesNotMatch")


async def test_body_that_was_changed_on_the_way(raw: Raw) -> None:
    status, body = await raw.post(form={"SignName": "a"}, tampered_body=b"SignName=b")
    assert (status, body["Code"]) == (400, "SignatureDoesNotMatch")


@pytest.mark.parametrize("name", ["x-acs-signature-nonce", "x-acs-date", "x-acs-action"])
async def test_a_public_header_must_be_signed(raw: Raw, name: str) -> None:
    status, body = await raw.post(left_out=name, unsigned={name: "2026-03-02T02:00:00Z"})
    assert (status, body["Code"]) == (400, "IncompleteSignature")
    assert name in body["Message"]


@pytest.mark.parametrize(
    "authorization",
    [
        "ACS3-HMAC-SHA256 Credential=a",
        "ACS3-HMAC-SHA256",
        "ACS3-HMAC-SHA256 Credential=sandbox-key,SignedHeaders=host,Signature=zz",
        "ACS3-",
    ],
)
async def test_an_authorization_that_cannot_be_read(raw: Raw, authorization: str) -> None:
    status, body = await raw.send("POST", "/", {"authorization": authorization}, b"")
    assert (status, body["Code"]) == (400, "IncompleteSignature")


async def test_other_algorithms_are_refused(raw: Raw) -> None:
    _, body = await raw.post(algorithm="ACS3-HMAC-SM3")
    assert body["Code"] == "InvalidSignatureMethod"
    _, body = await raw.rpc(SignatureMethod="HMAC-SHA256")
    assert body["Code"] == "InvalidSignatureMethod"
    _, body = await raw.rpc(SignatureVersion="2.0")
    assert body["Code"] == "InvalidSignatureVersion"


@pytest.mark.parametrize(
    "name", ["AccessKeyId", "Signature", "SignatureMethod", "SignatureNonce", "SignatureVersion", "Timestamp"]
)
async def test_a_common_parameter_that_is_missing(raw: Raw, name: str) -> None:
    status, body = await raw.rpc(left_out=name)
    assert (status, body["Code"], body["Message"]) == (400, f"Missing{name}", f"{name} is mandatory for this action.")


@pytest.mark.parametrize(("header", "name"), [("x-acs-date", "Timestamp"), ("x-acs-signature-nonce", "SignatureNonce")])
async def test_a_header_that_is_missing(raw: Raw, header: str, name: str) -> None:
    status, body = await raw.post(left_out=header)
    assert (status, body["Code"]) == (400, f"Missing{name}")


@pytest.mark.parametrize("headers", [{}, {"x-acs-action": "GetSmsSign"}, {"authorization": "Basic YTpi"}])
async def test_a_request_that_is_not_signed_at_all(raw: Raw, headers: dict[str, str]) -> None:
    status, body = await raw.send("POST", "/?SignName=a", headers, b"")
    assert (status, body["Code"]) == (400, "MissingAccessKeyId")
    assert body["Message"] == "AccessKeyId is mandatory for this action."


@pytest.mark.parametrize(
    ("key", "secret", "status", "code"),
    [
        ("sandbox-key", "wrong", 400, "SignatureDoesNotMatch"),
        ("nobody", "sandbox-secret", 404, "InvalidAccessKeyId.NotFound"),
    ],
)
async def test_wrong_credentials(raw: Raw, key: str, secret: str, status: int, code: str) -> None:
    acs3_status, acs3 = await raw.post(key=key, secret=secret)
    rpc_status, rpc = await raw.rpc(AccessKeyId=key, secret=secret)
    assert (acs3_status, acs3["Code"]) == (rpc_status, rpc["Code"]) == (status, code)


# Freshness


@pytest.mark.parametrize(
    ("skew", "code"),
    [
        (timedelta(minutes=-15), "MissingSignName"),
        (timedelta(minutes=15), "MissingSignName"),
        (timedelta(minutes=-15, seconds=-1), "InvalidTimeStamp.Expired"),
        (timedelta(minutes=15, seconds=1), "InvalidTimeStamp.Expired"),
    ],
)
async def test_date_may_be_fifteen_minutes_off_the_wall_clock(raw: Raw, skew: timedelta, code: str) -> None:
    date = (WALL + skew).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {"x-sandbox-time": "2027-01-01T00:00:00Z"}
    _, acs3 = await raw.post(x_acs_date=date, unsigned=asked)
    _, rpc = await raw.rpc(Timestamp=date, headers=asked)
    assert (acs3["Code"], rpc["Code"]) == (code, code)


@pytest.mark.parametrize("date", ["yesterday", "2026-03-02T02:00:00", "1772416800", "0000-00-00T00:00:00Z"])
async def test_a_date_that_cannot_be_read(raw: Raw, date: str) -> None:
    _, acs3 = await raw.post(x_acs_date=date)
    _, rpc = await raw.rpc(Timestamp=date)
    assert (acs3["Code"], rpc["Code"]) == ("InvalidTimeStamp.Format", "InvalidTimeStamp.Format")


async def test_a_nonce_is_taken_once_by_either_form(raw: Raw) -> None:
    _, first = await raw.post(x_acs_signature_nonce="same")
    _, second = await raw.post(x_acs_signature_nonce="same")
    _, third = await raw.rpc(SignatureNonce="same")
    _, other = await raw.rpc(SignatureNonce="same", AccessKeyId="second-key", secret="second-secret")
    assert [body["Code"] for body in (first, second, third, other)] == [
        "MissingSignName",
        "SignatureNonceUsed",
        "SignatureNonceUsed",
        "MissingSignName",
    ]


async def test_a_refused_request_does_not_use_up_its_nonce(raw: Raw) -> None:
    await raw.post(x_acs_signature_nonce="same", secret="wrong")
    _, body = await raw.post(x_acs_signature_nonce="same")
    assert body["Code"] == "MissingSignName"


async def test_a_nonce_is_forgotten_when_no_date_could_bring_it_back() -> None:
    now = [WALL]
    async with SandboxServer(pace=DEMO, clock=lambda: now[0]) as server:
        raw = Raw(server)

        async def code_after(minutes: int) -> str:
            now[0] = WALL + timedelta(minutes=minutes)
            _, body = await raw.post(x_acs_signature_nonce="same", x_acs_date=now[0].strftime("%Y-%m-%dT%H:%M:%SZ"))
            return str(body["Code"])

        assert [await code_after(minutes) for minutes in (0, 30, 31)] == [
            "MissingSignName",
            "SignatureNonceUsed",
            "MissingSignName",
        ]


# Accounts and temporary keys


async def test_keys_of_one_account_see_the_same_signatures(raw: Raw) -> None:
    await raw.post("CreateSmsSign", APPLICATION, key="second-key", secret="second-secret")
    _, body = await raw.rpc("GetSmsSign", {"SignName": "云杉科技"})
    assert body["Code"] == "OK"
    assert (await Driver(raw.server).control("GET", "health"))["accounts"] == ["sandbox-key"]


async def test_accounts_do_not_see_each_other() -> None:
    async with SandboxServer(pace=DEMO, accounts={"one": "1", "two": "2"}) as server:
        await Driver(server, "one", "1").create()
        other = Driver(server, "two", "2")
        with pytest.raises(ClientException) as caught:
            await other.get()
        assert caught.value.code == "SignatureNotFound"
        assert (await other.call("query_sms_sign_list")).total_count == 0


@pytest.mark.parametrize(
    ("key", "secret", "token", "code"),
    [
        ("STS.2", "sts-secret", "token-2", "MissingSignName"),
        ("STS.2", "sts-secret", None, "MissingSecurityToken"),
        ("STS.2", "sts-secret", "token-1", "InvalidSecurityToken.MismatchWithAccessKey"),
        ("STS.2", "sts-secret", "标记", "InvalidSecurityToken.MismatchWithAccessKey"),
        ("STS.1", "sts-secret", "token-1", "InvalidSecurityToken.Expired"),
        ("sandbox-key", "sandbox-secret", "token-2", "InvalidSecurityToken.MismatchWithAccessKey"),
    ],
)
async def test_a_temporary_key_needs_its_token(raw: Raw, key: str, secret: str, token: str | None, code: str) -> None:
    header: dict[str, Any] = {"x_acs_security_token": token} if token else {}
    _, acs3 = await raw.post(key=key, secret=secret, **header)
    field: dict[str, Any] = {"SecurityToken": token} if token else {}
    _, rpc = await raw.rpc(AccessKeyId=key, secret=secret, **field)
    assert (acs3["Code"], rpc["Code"]) == (code, code)


async def test_a_token_is_not_journalled(raw: Raw) -> None:
    await raw.rpc("GetSmsSign", {"SignName": "云杉"}, AccessKeyId="STS.2", secret="sts-secret", SecurityToken="token-2")
    (entry,) = (await Driver(raw.server).control("GET", "journal"))["entries"]
    assert (entry["account"], entry["parameters"]) == ("sandbox-key", {"SignName": "云杉"})


async def test_the_sdk_brings_the_token_of_a_temporary_key() -> None:
    async with SandboxServer(pace=DEMO, keys=[AccessKey(id="STS.9", secret="s", token="t")]) as server:
        client = sdk(server, access_key_id="STS.9", access_key_secret="s", security_token="t")
        assert (await client.query_sms_sign_list_async(QuerySmsSignListRequest())).body.code == "OK"


def test_a_sandbox_needs_keys_that_can_be_told_apart() -> None:
    with pytest.raises(ValueError, match="without an access key"):
        SandboxServer(accounts={})
    with pytest.raises(ValueError, match="comes twice"):
        SandboxServer(keys=[AccessKey(id="sandbox-key", secret="other")])
