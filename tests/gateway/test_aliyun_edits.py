from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from filing.vocabulary import SignatureSource
from gateway.aliyun import AliyunGateway
from gateway.errors import (
    AccountError,
    AlreadyExistsError,
    GatewayError,
    NotFoundError,
    RefusedError,
    TryLaterError,
    UnclearError,
)
from gateway.protocol import Accepted
from tests.gateway.builders import application
from tests.gateway.scripted import Answer, Misbehaviour, ScriptedPlatform, ok, refusal


async def update(gateway: AliyunGateway) -> Accepted:
    return await gateway.update_signature(application())


async def change(gateway: AliyunGateway, letter: int | None = None) -> None:
    await gateway.change_qualification("云杉科技", qualification_id=900002, authorization_letter_id=letter)


async def delete(gateway: AliyunGateway) -> None:
    await gateway.delete_signature("云杉科技")


each_write = pytest.mark.parametrize("write", [update, change, delete])
Write = Callable[[AliyunGateway], Awaitable[Any]]


async def failure_of(write: Write, gateway: AliyunGateway) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await write(gateway)
    return caught.value


async def test_an_edit_sends_the_whole_application(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(OrderId="20265043009", SignName="云杉科技"))

    taken = await gateway.update_signature(
        application(
            source=SignatureSource.APP,
            third_party=True,
            qualification_id=900002,
            authorization_letter_id=800001,
            trademark_id=700001,
            app_icp_record_id=600001,
            app_link="https://example.com/app",
            remark="登录验证码",
            supporting_files=("123/a.png", "123/b.png"),
        )
    )

    assert taken == ("20265043009", "R-OK")
    assert [asked.operation for asked in platform.asked] == ["UpdateSmsSign"]
    assert platform.asked[0].params == {
        "SignName": "云杉科技",
        "SignSource": "2",
        "SignType": "1",
        "ThirdParty": "True",
        "QualificationId": "900002",
        "AuthorizationLetterId": "800001",
        "TrademarkId": "700001",
        "AppIcpRecordId": "600001",
        "ApplySceneContent": "https://example.com/app",
        "MoreData": '["123/a.png","123/b.png"]',
        "Remark": "登录验证码",
    }


async def test_a_plain_edit_sends_only_what_it_says(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok())

    assert (await update(gateway)).number == ""

    assert platform.asked[0].params == {
        "SignName": "云杉科技",
        "SignSource": "0",
        "SignType": "1",
        "ThirdParty": "False",
        "QualificationId": "900001",
    }


@pytest.mark.parametrize("source", [source for source in SignatureSource if source.retired])
async def test_an_edit_to_a_retired_source_is_refused_before_any_call(
    platform: ScriptedPlatform, gateway: AliyunGateway, source: SignatureSource
) -> None:
    with pytest.raises(RefusedError, match=source.label):
        await gateway.update_signature(application(source=source))

    assert platform.asked == []


async def test_another_qualification(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(Success=True, Data={"Success": True, "ErrCode": "OK", "Data": {}}), ok())

    await change(gateway, 800001)
    await change(gateway)

    assert [asked.operation for asked in platform.asked] == ["ChangeSignatureQualification"] * 2
    assert [asked.params for asked in platform.asked] == [
        {"SignatureName": "云杉科技", "QualificationId": "900002", "AuthorizationLetterId": "800001"},
        {"SignatureName": "云杉科技", "QualificationId": "900002"},
    ]


@pytest.mark.parametrize("success", [False, "false"])
@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("SMS_STATUS_ILLEGAL", RefusedError),
        ("SmsQualificationNotPassed", RefusedError),
        ("QualificationNotExist", NotFoundError),
        ("SmsSignatureNotExist", NotFoundError),
        ("ForbiddenAction", AccountError),
        ("Throttling.User", TryLaterError),
        ("NobodyKnows", RefusedError),
        # The platform failed half-way, or does not say why: whether it happened stays open.
        ("isp.SYSTEM_ERROR", UnclearError),
        ("OK", UnclearError),
        (None, UnclearError),
    ],
)
async def test_an_ok_that_failed_further_in(
    platform: ScriptedPlatform, gateway: AliyunGateway, code: str | None, error: type[GatewayError], success: Any
) -> None:
    platform.will(ok(Data={"Success": success, "ErrCode": code, "ErrMessage": "签名状态不合法"}))

    failure = await failure_of(change, gateway)

    assert type(failure) is error
    if code not in (None, "OK"):
        assert (failure.code, failure.text, failure.request_id) == (code, "签名状态不合法", "R-OK")


async def test_an_ok_that_failed_and_says_no_more(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(Success=False), ok(Success=True, Data="odd"))

    assert type(await failure_of(change, gateway)) is UnclearError
    assert type(await failure_of(change, gateway)) is UnclearError


async def test_a_deletion_names_the_signature(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(SignName="云杉科技"))

    await delete(gateway)

    assert [asked.operation for asked in platform.asked] == ["DeleteSmsSign"]
    assert platform.asked[0].params == {"SignName": "云杉科技"}


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("write", "code", "error"),
    [
        (update, "SignatureNotFound", NotFoundError),
        (update, "QualificationNotFound", NotFoundError),
        (update, "InvalidQualification", RefusedError),
        (update, "isv.ERROR_SIGN_NOT_MODIFY", RefusedError),
        (update, "SignName.Exists", AlreadyExistsError),
        (change, "SmsSignatureNotExist", NotFoundError),
        (change, "SMS_STATUS_ILLEGAL", RefusedError),
        (change, "SmsPassedAuthorizationLetterNotMatch", RefusedError),
        (delete, "SignatureNotFound", NotFoundError),
        (delete, "isv.ERROR_SIGN_NOT_DELETE", RefusedError),
        (delete, "ForbiddenAction", AccountError),
    ],
)
async def test_what_a_write_is_refused_for(
    platform: ScriptedPlatform,
    gateway: AliyunGateway,
    write: Write,
    code: str,
    error: type[GatewayError],
    status: int,
) -> None:
    platform.will(refusal(code, "不可以", status=status))

    failure = await failure_of(write, gateway)

    assert type(failure) is error
    assert (failure.code, failure.text, failure.request_id) == (code, "不可以", "ABC-123")
    assert len(platform.asked) == 1


@each_write
@pytest.mark.parametrize("answer", [Misbehaviour.CLOSE, Answer(b"<html>"), refusal("InternalError", status=500)])
async def test_a_lost_answer_is_unclear_and_never_asked_for_again(
    platform: ScriptedPlatform, gateway: AliyunGateway, write: Write, answer: Answer | Misbehaviour
) -> None:
    platform.will(answer)

    assert type(await failure_of(write, gateway)) is UnclearError
    assert len(platform.asked) == 1


@each_write
async def test_throttling_certainly_wrote_nothing(
    platform: ScriptedPlatform, gateway: AliyunGateway, write: Write
) -> None:
    platform.will(refusal("Throttling.User", status=400, x_acs_retry_after="1500"))

    assert type(await failure_of(write, gateway)) is TryLaterError
