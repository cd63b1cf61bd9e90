"""The wire protocol, with the SDK where it can produce the request and by hand where it cannot."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import DEMO, SandboxServer
from sandbox.operations import OPERATIONS
from sandbox.protocol import ApiError, Parameters
from tests.sandbox.driver import START, Driver
from tests.sandbox.raw import RPC_FORMS, WALL, Raw, RpcForm


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    """A sandbox whose wall clock stands still, so that dates are tested without waiting."""
    async with SandboxServer(pace=DEMO, clock=lambda: WALL) as sandbox:
        yield sandbox


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
    assert (error.code, error.status_code) == ("SignatureNotFound", 404)
    assert error.request_id == error.data["RequestId"]
    assert error.data["HostId"].startswith("127.0.0.1:")
    assert "troubleshoot" in error.data["Recommend"]


async def test_parameters_may_come_in_a_form_body(server: SandboxServer) -> None:
    status, body = await Raw(server).post(
        "CreateSmsSign", form={"SignName": "云杉科技", "QualificationId": "900001", "SignSource": "0"}
    )
    assert (status, body["Code"], body["SignName"]) == (200, "OK", "云杉科技")


@pytest.mark.parametrize(
    ("bent", "status", "code"),
    [
        ({"x_acs_version": "2016-09-27"}, 400, "InvalidVersion"),
        ({"left_out": "x-acs-version"}, 400, "MissingVersion"),
        ({"action": "NoSuchOperation"}, 404, "InvalidAction.NotFound"),
        ({"action": ""}, 404, "InvalidAction.NotFound"),
        ({"left_out": "x-acs-action"}, 404, "InvalidAction.NotFound"),
        ({"path": "/sms"}, 404, "InvalidAction.NotFound"),
        ({"method": "PUT"}, 403, "UnsupportedHTTPMethod"),
        ({"method": "DELETE"}, 403, "UnsupportedHTTPMethod"),
        ({"query": {"Format": "XML"}}, 400, "InvalidParameter.Format"),
        ({"accept": "application/xml"}, 400, "InvalidParameter.Accept"),
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


@pytest.mark.parametrize(
    ("bent", "status", "code"),
    [
        ({"Version": "2016-09-27"}, 400, "InvalidVersion"),
        ({"left_out": "Version"}, 400, "MissingVersion"),
        ({"action": "NoSuchOperation"}, 404, "InvalidAction.NotFound"),
        ({"left_out": "Action"}, 404, "InvalidAction.NotFound"),
        ({"Format": "XML"}, 400, "InvalidParameter.Format"),
        ({"Format": "yaml"}, 400, "InvalidParameter.Format"),
        ({"headers": {"x-sandbox-time": "soon"}}, 400, "InvalidSandboxTime"),
    ],
)
@pytest.mark.parametrize("form", RPC_FORMS)
async def test_rpc_refusals_before_any_operation(
    server: SandboxServer, form: RpcForm, bent: dict[str, Any], status: int, code: str
) -> None:
    answer_status, body = await Raw(server).rpc(form=form, **bent)
    assert (answer_status, body["Code"]) == (status, code)


async def test_what_an_rpc_request_says_in_the_headers_of_the_other_form_does_not_count(server: SandboxServer) -> None:
    headers = {"x-acs-action": "DeleteSmsSign", "x-acs-version": "2016-09-27"}
    _, body = await Raw(server).rpc("QuerySmsSignList", headers=headers)
    assert (body["Code"], body["TotalCount"]) == ("OK", 0)


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/html,application/xml;q=0.9,*/*;q=0.8", "text/plain"]
)
async def test_json_is_answered_unless_only_xml_will_do(server: SandboxServer, accept: str) -> None:
    status, body = await Raw(server).post("QuerySmsSignList", accept=accept)
    assert (status, body["Code"]) == (200, "OK")


async def test_an_error_has_the_parts_that_the_platform_gives_it(server: SandboxServer) -> None:
    raw = Raw(server)
    for _, body in (await raw.post("NoSuchOperation"), await raw.rpc("NoSuchOperation"), await raw.rpc(secret="wrong")):
        assert sorted(body) == ["Code", "HostId", "Message", "Recommend", "RequestId"]
        assert body["HostId"] == server.endpoint
        asked = f"q={body['Code']}&product=Dysmsapi&requestId={body['RequestId']}"
        assert body["Recommend"] == f"https://api.aliyun.com/troubleshoot?{asked}"


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
            st.sampled_from(["acs3", *RPC_FORMS]),
            st.sampled_from(sorted(OPERATIONS)),
            st.dictionaries(st.sampled_from(" ".join(NAMES).split()), odd_values, max_size=4),
        ),
        min_size=5,
        max_size=15,
    )
)
async def test_no_request_makes_the_sandbox_fail(calls: list[tuple[Any, str, dict[str, str]]]) -> None:
    async with SandboxServer(pace=DEMO, clock=lambda: WALL) as sandbox:
        raw = Raw(sandbox)
        await sandbox_is_stocked(sandbox)
        for form, operation, odd in calls:
            if form == "acs3":
                status, body = await raw.post(operation, form=USUAL_VALUES | odd, x_sandbox_time=START.isoformat())
            else:
                asked = {"x-sandbox-time": START.isoformat()}
                status, body = await raw.rpc(operation, USUAL_VALUES | odd, form=form, headers=asked)
            assert status in (200, 400, 404), (operation, odd, body)
            assert body["RequestId"]


async def sandbox_is_stocked(sandbox: SandboxServer) -> None:
    signature = {"sign_name": "云杉科技", "created_at": "2026-01-01T00:00:00Z"}
    await Driver(sandbox).control("POST", "stock", {"signatures": [signature]})
