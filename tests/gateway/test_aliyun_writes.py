import json
from datetime import date

import pytest

from filing.vocabulary import SignatureSource
from gateway.aliyun import AliyunGateway
from gateway.errors import AlreadyExistsError, BadNumberError, NumberQuotaError, QuotaError, RefusedError
from gateway.protocol import Accepted
from tests.gateway.builders import application
from tests.gateway.scripted import ScriptedPlatform, ok, refusal


async def send(gateway: AliyunGateway, phone: str = "13900001234", **params: str) -> Accepted:
    return await gateway.send_test(
        phone=phone, sign_name="云杉科技", template_code="SMS_900001", template_params=params, out_id="out-1"
    )


async def test_a_plain_application_sends_only_what_it_says(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(OrderId="20265043001", SignName="云杉科技"))

    taken = await gateway.create_signature(application(app_link="https://example.com/app"))

    assert taken == ("20265043001", "R-OK"), "the order, and what support asks for"
    assert platform.asked[0].operation == "CreateSmsSign"
    assert platform.asked[0].params == {
        "SignName": "云杉科技",
        "SignSource": "0",
        "SignType": "1",
        "ThirdParty": "False",
        "QualificationId": "900001",
    }


async def test_an_application_with_every_paper(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(OrderId=20265043002))

    taken = await gateway.create_signature(
        application(
            source=SignatureSource.APP,
            third_party=True,
            authorization_letter_id=800001,
            trademark_id=700001,
            app_icp_record_id=600001,
            app_link="https://example.com/app",
            remark="登录验证码",
            supporting_files=("123/a.png", "123/b.png"),
            needed_by=date(2026, 4, 1),
        )
    )

    assert taken.number == "20265043002"
    assert platform.asked[0].params == {
        "SignName": "云杉科技",
        "SignSource": "2",
        "SignType": "1",
        "ThirdParty": "True",
        "QualificationId": "900001",
        "AuthorizationLetterId": "800001",
        "TrademarkId": "700001",
        "AppIcpRecordId": "600001",
        "ApplySceneContent": "https://example.com/app",
        "Remark": "登录验证码",
        "MoreData": '["123/a.png","123/b.png"]',
    }


async def test_the_number_of_a_trademark_source(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok())

    taken = await gateway.create_signature(application(source=SignatureSource.TRADEMARK, trademark_id=700001))

    assert taken.number == ""

    assert platform.asked[0].params["SignSource"] == "5"


@pytest.mark.parametrize("source", [source for source in SignatureSource if source.retired])
async def test_retired_sources_are_refused_before_any_call(
    platform: ScriptedPlatform, gateway: AliyunGateway, source: SignatureSource
) -> None:
    with pytest.raises(RefusedError, match=source.label):
        await gateway.create_signature(application(source=source))

    assert platform.asked == []


@pytest.mark.parametrize("status", [200, 400])
async def test_a_name_that_is_taken(platform: ScriptedPlatform, gateway: AliyunGateway, status: int) -> None:
    platform.will(refusal("SignName.Exists", status=status))

    with pytest.raises(AlreadyExistsError):
        await gateway.create_signature(application())


async def test_a_test_message(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(BizId="900619746936498440^0"))

    sent = await send(gateway, "+86 139-0000-1234", code="123456", name="云杉")

    assert sent == ("900619746936498440^0", "R-OK")
    assert platform.asked[0].operation == "SendSms"
    params = platform.asked[0].params
    assert json.loads(params.pop("TemplateParam")) == {"code": "123456", "name": "云杉"}
    assert params == {
        "PhoneNumbers": "13900001234",
        "SignName": "云杉科技",
        "TemplateCode": "SMS_900001",
        "OutId": "out-1",
    }


async def test_a_template_without_parameters(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(BizId="1"))

    await send(gateway)

    assert "TemplateParam" not in platform.asked[0].params


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", BadNumberError),
        ("isv.BUSINESS_LIMIT_CONTROL", NumberQuotaError),
        ("isv.DAY_LIMIT_CONTROL", QuotaError),
        ("isv.SMS_SIGNATURE_ILLEGAL", RefusedError),
        ("isv.SMS_TEMPLATE_ILLEGAL", RefusedError),
    ],
)
async def test_what_sending_is_refused_for(
    platform: ScriptedPlatform, gateway: AliyunGateway, code: str, error: type[Exception]
) -> None:
    platform.will(refusal(code))

    with pytest.raises(error) as caught:
        await send(gateway)

    assert type(caught.value) is error
    assert len(platform.asked) == 1
