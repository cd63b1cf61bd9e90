from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from filing.application import SignatureApplication, unknown_fields
from filing.existing import ExistingSignature, SignatureMaterial, application_of, unbound
from filing.snapshot import CarrierReading, Qualification, QualificationState, Reason, SignatureSnapshot
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus, SignatureSource, SignatureType
from tests.filing.builders import snapshot

COMPANY = Qualification(qualification_id=900001, state=QualificationState.APPROVED, company_name="杭州云杉科技有限公司")
FULL = SignatureMaterial(
    third_party=True,
    authorization_letter_id=800001,
    trademark_id=700001,
    app_icp_record_id=600001,
    app_link="https://store.example/app",
    remark="用于通知",
    supporting_files=("123/a.png",),
)


def existing(**fields: Any) -> ExistingSignature:
    """An approved signature of 云杉 with its type, its papers and its qualification."""
    given = {
        "sign_name": "云杉科技",
        "sign_type": SignatureType.VERIFICATION,
        "snapshot": snapshot().model_copy(update={"qualification_id": 900001}),
        "material": FULL,
        "qualification": COMPANY,
        **fields,
    }
    return ExistingSignature(**given)


def test_an_application_has_all_that_the_platform_returns() -> None:
    """An edit replaces the material as a whole, so what is left out would be lost."""
    assert application_of(existing(), "acme", {"source": "TRADEMARK"}) == SignatureApplication(
        account="acme",
        sign_name="云杉科技",
        source=SignatureSource.TRADEMARK,
        sign_type=SignatureType.VERIFICATION,
        company_name="杭州云杉科技有限公司",
        qualification_id=900001,
        third_party=True,
        authorization_letter_id=800001,
        trademark_id=700001,
        app_icp_record_id=600001,
        app_link="https://store.example/app",
        remark="用于通知",
        supporting_files=("123/a.png",),
    )


def test_what_nobody_tells_is_unknown() -> None:
    bare = ExistingSignature(sign_name="云杉科技", snapshot=snapshot())

    assert unknown_fields(application_of(bare, "acme", {})) == (
        "source",
        "sign_type",
        "company_name",
        "qualification_id",
    )
    assert unknown_fields(application_of(existing(), "acme", {})) == ("source",)


def test_what_people_say_goes_before_what_the_platform_shows() -> None:
    told = {"qualification_id": 900002, "company_name": "深圳蓝鲸物流有限公司", "needed_by": "2026-05-01"}

    applied = application_of(existing(), "acme", told)

    assert (applied.qualification_id, applied.company_name) == (900002, "深圳蓝鲸物流有限公司")
    assert str(applied.needed_by) == "2026-05-01"


@given(st.text(max_size=400), st.integers(0, 3))
def test_no_remark_and_no_id_of_the_platform_stands_in_the_way(remark: str, qualification_id: int) -> None:
    """The platform's metadata allows 500 characters, and zero stands for none."""
    shown = snapshot().model_copy(update={"qualification_id": qualification_id})

    applied = application_of(existing(snapshot=shown, material=SignatureMaterial(remark=remark)), "acme", {})

    assert len(applied.remark) <= 200
    assert applied.qualification_id == (qualification_id or None)


def test_a_signature_without_qualification_is_unbound_by_its_id_or_by_a_reason() -> None:
    bound = snapshot().model_copy(update={"qualification_id": 900001})
    reading = CarrierReading(status=CarrierStatus.NOT_FILED, reasons=(Reason(code="UNBINDING_QUA"),))

    assert not unbound(bound)
    assert unbound(SignatureSnapshot(review=ReviewStatus.APPROVED))
    assert unbound(bound.model_copy(update={"carriers": {Carrier.UNICOM: reading}}))
