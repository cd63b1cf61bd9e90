import pytest

from activities.phones import carrier_by_prefix, phone_findings
from filing.vocabulary import Carrier
from tests.activities.bench import ACCOUNT, Bench, check_request


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("13900000001", Carrier.MOBILE),
        ("+8618600000001", Carrier.UNICOM),
        ("18900000001", Carrier.TELECOM),
        ("19200000001", None),
        ("16200000001", None),
        ("12", None),
        ("no number", None),
    ],
)
def test_a_prefix_tells_its_first_carrier_or_nothing(number: str, carrier: Carrier | None) -> None:
    assert carrier_by_prefix(number) is carrier


def test_a_number_that_the_settings_give_to_another_carrier_is_said_and_stays_there(bench: Bench) -> None:
    phones = {Carrier.MOBILE: ["13900000001", "18600000007"], Carrier.TELECOM: ["19200000001"]}
    account = bench.accounts_with(phones).get(ACCOUNT)

    (finding,) = phone_findings(account)

    assert (finding.code, finding.severity, finding.field) == (
        "PHONE_PREFIX_DIFFERS",
        "warn",
        "test_phones.mobile",
    )
    assert finding.part == "186****0007"
    assert "18600000007" not in finding.model_dump_json()
    assert "携号转网" in finding.advice
    assert list(account.pool(Carrier.MOBILE)) == ["139****0001", "186****0007"], "the operator's word counts"


async def test_it_is_said_before_anything_is_submitted(bench: Bench) -> None:
    bench.applications._accounts = bench.accounts_with({Carrier.UNICOM: ["13900000001"]})
    outcome = await bench.run(bench.applications.check_application, check_request())

    assert "PHONE_PREFIX_DIFFERS" in [finding.code for finding in outcome.findings]
    assert outcome.missing_phones == [Carrier.MOBILE, Carrier.TELECOM]
    assert outcome.forecast is not None
