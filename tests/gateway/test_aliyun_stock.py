"""The account's existing signatures (存量签名) as the adapter reads them."""

from typing import Any

import pytest

from filing.existing import SignatureMaterial
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus, SignatureType
from gateway.aliyun import AliyunGateway
from gateway.errors import RefusedError
from tests.gateway.scripted import ScriptedPlatform, ok, refusal


def listed(name: str = "云杉科技", **fields: Any) -> dict[str, Any]:
    return {"SignName": name, "AuditStatus": "AUDIT_STATE_PASS", "BusinessType": "通用类型", **fields}


async def test_a_page_of_names(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(CurrentPage=2, PageSize=50, TotalCount=120, SmsSignList=[listed(), listed("云 杉")]))

    page = await gateway.list_signatures(2)

    assert platform.asked[0].operation == "QuerySmsSignList"
    assert platform.asked[0].params == {"PageIndex": "2", "PageSize": "50"}
    assert [one.sign_name for one in page.signatures] == ["云杉科技", "云 杉"]
    assert (page.total, page.last) == (120, False)


@pytest.mark.parametrize(
    ("word", "review"),
    [
        ("AUDIT_STATE_INIT", ReviewStatus.IN_REVIEW),
        ("AUDIT_STATE_PASS", ReviewStatus.APPROVED),
        ("AUDIT_STATE_NOT_PASS", ReviewStatus.REJECTED),
        ("AUDIT_STATE_CANCEL", ReviewStatus.CANCELLED),
        ("AUDIT_SATE_CANCEL", ReviewStatus.CANCELLED),
        ("AUDIT_STATE_NEW", ReviewStatus.UNKNOWN),
        (None, ReviewStatus.UNKNOWN),
    ],
)
async def test_review_words(
    platform: ScriptedPlatform, gateway: AliyunGateway, word: str | None, review: ReviewStatus
) -> None:
    platform.will(ok(TotalCount=1, SmsSignList=[listed(AuditStatus=word)]))

    assert (await gateway.list_signatures(1)).signatures[0].review is review


@pytest.mark.parametrize(
    ("word", "sign_type"),
    [
        ("通用类型", SignatureType.GENERAL),
        ("验证码类型", SignatureType.VERIFICATION),
        ("验证码", SignatureType.VERIFICATION),
        ("推广类型", SignatureType.UNKNOWN),
        ("", SignatureType.UNKNOWN),
        (None, SignatureType.UNKNOWN),
    ],
)
async def test_type_words_are_not_guessed(
    platform: ScriptedPlatform, gateway: AliyunGateway, word: str | None, sign_type: SignatureType
) -> None:
    platform.will(ok(TotalCount=1, SmsSignList=[listed(BusinessType=word)]))

    assert (await gateway.list_signatures(1)).signatures[0].sign_type is sign_type


@pytest.mark.parametrize(
    ("page", "fields", "last"),
    [
        (1, {"TotalCount": 51, "SmsSignList": [listed()] * 50}, False),
        (2, {"TotalCount": "51", "SmsSignList": [listed()]}, True),
        (1, {"TotalCount": 50, "SmsSignList": [listed()] * 50}, True),
        (1, {"TotalCount": 0, "SmsSignList": []}, True),
        (9, {"TotalCount": 900, "SmsSignList": []}, True),
        (1, {"SmsSignList": [listed()] * 50}, False),
        (1, {"SmsSignList": [listed()] * 49}, True),
        (1, {"TotalCount": "many", "SmsSignList": [{"SignName": ""}, {}]}, True),
    ],
)
async def test_the_last_page_is_known(
    platform: ScriptedPlatform, gateway: AliyunGateway, page: int, fields: dict[str, Any], last: bool
) -> None:
    platform.will(ok(**fields))

    assert (await gateway.list_signatures(page)).last is last


async def test_an_entry_without_a_name_hides_no_other(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(TotalCount=2, SmsSignList=[{"AuditStatus": "AUDIT_STATE_PASS"}, listed()]))

    assert [one.sign_name for one in (await gateway.list_signatures(1)).signatures] == ["云杉科技"]


async def test_material_as_an_edit_would_have_to_hand_it_in_again(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    platform.will(
        ok(
            SignName="云杉科技",
            SignStatus=1,
            QualificationId=900001,
            ThirdParty=True,
            AuthorizationLetterId="800001",
            TrademarkId=700001,
            AppIcpRecordId=0,
            ApplyScene=" https://store.example/app ",
            Remark="用于通知",
            FileUrlList=[
                "https://b.oss.example/123/%E8%AF%81%E7%85%A7.png?OSSAccessKeyId=LTAIexample&Signature=x",
                "https://b.oss.example/123/b.png",
                "",
                "http://[",
            ],
            SignIspRegisterDetailList=[{"OperatorCode": "mobile", "RegisterStatus": 3}],
        )
    )

    existing = await gateway.read_existing("云杉科技")

    assert platform.asked[0].operation == "GetSmsSign"
    assert existing.material == SignatureMaterial(
        third_party=True,
        authorization_letter_id=800001,
        trademark_id=700001,
        app_icp_record_id=None,
        app_link="https://store.example/app",
        remark="用于通知",
        supporting_files=("123/证照.png", "123/b.png"),
    )
    assert existing.snapshot.reading(Carrier.MOBILE).status is CarrierStatus.REGISTERED
    assert "LTAIexample" not in existing.model_dump_json(), "a link to a file carries a credential"


async def test_a_signature_that_is_not_there(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(refusal("SignatureNotFound", status=400))

    assert not (await gateway.read_existing("云杉科技")).snapshot.found


async def test_a_bare_answer_is_read(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(SignStatus=10))

    existing = await gateway.read_existing("云杉科技")

    assert existing.snapshot.review is ReviewStatus.CANCELLED
    assert existing.material == SignatureMaterial()


async def test_a_refusal_keeps_its_code(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(refusal("isp.RAM_PERMISSION_DENY"))

    with pytest.raises(RefusedError) as failed:
        await gateway.list_signatures(1)

    assert failed.value.code == "isp.RAM_PERMISSION_DENY"
