import logging
from datetime import date, datetime
from typing import Any

import pytest

from filing.calendar import BEIJING
from filing.snapshot import CarrierReading, QualificationState, Reason
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from gateway.aliyun import AliyunGateway
from gateway.errors import NotFoundError
from tests.gateway.scripted import Answer, ScriptedPlatform, ok, refusal


def carrier_entry(operator: str, status: Any, **more: Any) -> dict[str, Any]:
    return {"OperatorCode": operator, "RegisterStatus": status, **more}


async def test_signature_with_its_review_and_carriers(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(
        ok(
            SignName="云杉科技",
            SignStatus=1,
            OrderId="20265043001",
            CreateDate="2026-03-02 09:00:00",
            QualificationId=900001,
            AuditInfo={"AuditDate": "2026-03-02 11:30:00", "RejectInfo": ""},
            SignIspRegisterDetailList=[
                carrier_entry("mobile", 3, OperatorCompleteTime="2026-03-12 10:00:00", RegisterStatusReasons=[]),
                carrier_entry(
                    "unicom",
                    0,
                    RegisterStatusReasons=[
                        {"ReasonCode": "QUALIFICATION_ERROR", "ReasonDescList": ["证照过期", "名称不符"]},
                        {"ReasonCode": "OTHERS_ERROR"},
                    ],
                ),
                carrier_entry("telecom", -1),
            ],
        )
    )

    snapshot = await gateway.read_signature("云杉科技")

    assert platform.asked[0].operation == "GetSmsSign"
    assert platform.asked[0].params == {"SignName": "云杉科技"}
    assert snapshot.found
    assert snapshot.review is ReviewStatus.APPROVED
    assert snapshot.review_code == 1
    assert snapshot.order_id == "20265043001"
    assert snapshot.qualification_id == 900001
    assert snapshot.created_at == datetime(2026, 3, 2, 9, tzinfo=BEIJING)
    assert snapshot.audited_at == datetime(2026, 3, 2, 11, 30, tzinfo=BEIJING)
    assert snapshot.carriers == {
        Carrier.MOBILE: CarrierReading(
            status=CarrierStatus.REGISTERED,
            platform_code=3,
            completed_at=datetime(2026, 3, 12, 10, tzinfo=BEIJING),
        ),
        Carrier.UNICOM: CarrierReading(
            status=CarrierStatus.FAILED,
            platform_code=0,
            reasons=(Reason(code="QUALIFICATION_ERROR", text="证照过期；名称不符"), Reason(code="OTHERS_ERROR")),
        ),
        Carrier.TELECOM: CarrierReading(status=CarrierStatus.REGISTERING, platform_code=-1),
    }


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (-2, CarrierStatus.NOT_FILED),
        (-1, CarrierStatus.REGISTERING),
        (0, CarrierStatus.FAILED),
        (1, CarrierStatus.PENDING_VERIFICATION),
        (2, CarrierStatus.EXPIRED),
        (3, CarrierStatus.REGISTERED),
        (7, CarrierStatus.UNKNOWN),
    ],
)
@pytest.mark.parametrize("written_as", [int, str])
async def test_register_status_numbers(
    platform: ScriptedPlatform, gateway: AliyunGateway, number: int, status: CarrierStatus, written_as: type
) -> None:
    platform.will(ok(SignStatus=1, SignIspRegisterDetailList=[carrier_entry("telecom", written_as(number))]))

    reading = (await gateway.read_signature("云杉科技")).reading(Carrier.TELECOM)

    assert (reading.status, reading.platform_code) == (status, number)


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (-1, CarrierStatus.NOT_FILED),
        (0, CarrierStatus.FAILED),
        (1, CarrierStatus.REGISTERED),
        (2, CarrierStatus.EXPIRED),
        (3, CarrierStatus.UNKNOWN),
    ],
)
async def test_deprecated_register_result_stands_for_all_three_with_its_own_numbers(
    platform: ScriptedPlatform, gateway: AliyunGateway, number: int, status: CarrierStatus
) -> None:
    platform.will(ok(SignStatus=1, RegisterResult=number))

    snapshot = await gateway.read_signature("云杉科技")

    assert set(snapshot.carriers) == set(Carrier)
    assert {(r.status, r.platform_code) for r in snapshot.carriers.values()} == {(status, number)}


async def test_register_result_is_ignored_where_the_list_is_given(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    platform.will(ok(SignStatus=1, RegisterResult=1, SignIspRegisterDetailList=[carrier_entry("mobile", 1)]))

    snapshot = await gateway.read_signature("云杉科技")

    assert snapshot.reading(Carrier.MOBILE).status is CarrierStatus.PENDING_VERIFICATION
    assert snapshot.reading(Carrier.UNICOM).status is CarrierStatus.NOT_FILED


@pytest.mark.parametrize(
    ("number", "review"),
    [
        (0, ReviewStatus.IN_REVIEW),
        ("1", ReviewStatus.APPROVED),
        (2, ReviewStatus.REJECTED),
        (10, ReviewStatus.CANCELLED),
        (5, ReviewStatus.UNKNOWN),
        ("soon", ReviewStatus.UNKNOWN),
        (None, ReviewStatus.UNKNOWN),
    ],
)
async def test_review_numbers(
    platform: ScriptedPlatform, gateway: AliyunGateway, number: Any, review: ReviewStatus
) -> None:
    platform.will(ok(SignStatus=number, AuditInfo={"RejectInfo": "资质与签名不符"}))

    snapshot = await gateway.read_signature("云杉科技")

    assert snapshot.review is review
    assert snapshot.review_text == "资质与签名不符"


async def test_a_fourth_carrier_is_ignored_and_logged(
    platform: ScriptedPlatform, gateway: AliyunGateway, caplog: pytest.LogCaptureFixture
) -> None:
    platform.will(
        ok(SignStatus=1, SignIspRegisterDetailList=[carrier_entry("broadnet", 3), carrier_entry("mobile", 3)])
    )

    with caplog.at_level(logging.WARNING):
        snapshot = await gateway.read_signature("云杉科技")

    assert set(snapshot.carriers) == {Carrier.MOBILE}
    assert "broadnet" in caplog.text


async def test_unknown_fields_and_odd_values_do_not_hide_the_rest(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    platform.will(
        ok(
            SignStatus=1,
            CreateDate="yesterday",
            QualificationId="900001",
            Novelty={"deep": [1]},
            SignIspRegisterDetailList=[
                carrier_entry(
                    "mobile",
                    "abc",
                    Novelty=1,
                    OperatorCompleteTime="",
                    RegisterStatusReasons=[
                        {"ReasonCode": "A_NEW_ONE", "ReasonDescList": "一句话"},
                        {"ReasonDescList": ["没有代码"]},
                    ],
                )
            ],
        )
    )

    snapshot = await gateway.read_signature("云杉科技")

    assert snapshot.created_at is None
    assert snapshot.qualification_id == 900001
    assert snapshot.reading(Carrier.MOBILE) == CarrierReading(
        status=CarrierStatus.UNKNOWN,
        reasons=(Reason(code="A_NEW_ONE", text="一句话"), Reason(code="", text="没有代码")),
    )


@pytest.mark.parametrize("status", [200, 400, 404])
async def test_a_signature_the_platform_does_not_know(
    platform: ScriptedPlatform, gateway: AliyunGateway, status: int
) -> None:
    platform.will(refusal("SignatureNotFound", status=status))

    snapshot = await gateway.read_signature("云杉科技")

    assert not snapshot.found
    assert snapshot.review is ReviewStatus.NOT_SUBMITTED


PERSONS = {
    "LegalPersonName": "张某某",
    "LegalPersonIDCardNo": "11010519491231002X",
    "AdminName": "李某某",
    "AdminIDCardNo": "110105194912310038",
    "AdminPhoneNo": "13900001234",
}


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("INT", QualificationState.IN_REVIEW),
        ("INIT", QualificationState.IN_REVIEW),
        ("PASSED", QualificationState.APPROVED),
        ("PASS", QualificationState.APPROVED),
        ("FAILED", QualificationState.REJECTED),
        ("NOT_PASS", QualificationState.REJECTED),
        ("NOT_FINISH", QualificationState.INCOMPLETE),
        ("CANCELED", QualificationState.CANCELLED),
        ("CANCEL", QualificationState.CANCELLED),
        ("SOMETHING", QualificationState.UNKNOWN),
    ],
)
async def test_qualification_states(
    platform: ScriptedPlatform, gateway: AliyunGateway, written: str, state: QualificationState
) -> None:
    platform.will(ok(Data={"State": written, **PERSONS}, Success=True))

    assert (await gateway.read_qualification(900001)).state is state


async def test_qualification_without_any_persons_data(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(
        ok(
            Data={
                "QualificationGroupId": 900001,
                "State": "PASSED",
                "CompanyName": "杭州云杉科技有限公司",
                "CompanyType": "COMPANY",
                "UseBySelf": True,
                "EffTimeStr": "2020-05-01~2030-04-30",
                **PERSONS,
            }
        )
    )

    qualification = await gateway.read_qualification(900001)

    assert platform.asked[0].operation == "QuerySingleSmsQualification"
    assert platform.asked[0].params == {"QualificationGroupId": "900001"}
    assert qualification.qualification_id == 900001
    assert qualification.company_name == "杭州云杉科技有限公司"
    assert qualification.company_type == "COMPANY"
    assert qualification.valid_until == date(2030, 4, 30)
    kept = qualification.model_dump_json()
    assert [value for value in PERSONS.values() if value in kept] == []


@pytest.mark.parametrize(
    ("written", "own_use"), [(True, True), ("true", True), (False, False), ("False", False), (None, None)]
)
async def test_own_use_has_the_polarity_of_use_by_self(
    platform: ScriptedPlatform, gateway: AliyunGateway, written: Any, own_use: bool | None
) -> None:
    platform.will(ok(Data={"State": "PASSED", "UseBySelf": written}))

    assert (await gateway.read_qualification(900001)).for_own_use is own_use


@pytest.mark.parametrize(
    "answer",
    [ok(Data=None), refusal("QualificationNotFound", status=400), refusal("QualificationNotExist")],
)
async def test_an_unknown_qualification(platform: ScriptedPlatform, gateway: AliyunGateway, answer: Answer) -> None:
    platform.will(answer)

    with pytest.raises(NotFoundError):
        await gateway.read_qualification(900009)
