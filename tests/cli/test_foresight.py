from datetime import UTC, date, datetime

import pytest

from cli.foresight import foresee
from cli.settings import AccountSettings, Settings
from filing.application import SignatureApplication
from filing.vocabulary import Carrier

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""A Monday, ten in the morning in Beijing."""


def application(**fields: object) -> SignatureApplication:
    given = {
        "account": "main",
        "sign_name": "云杉科技",
        "company_name": "杭州云杉科技有限公司",
        "qualification_id": 1,
        **fields,
    }
    return SignatureApplication.model_validate(given)


def settings(*carriers: Carrier) -> Settings:
    phones = {carrier: [f"1390000000{number}"] for number, carrier in enumerate(carriers)}
    account = AccountSettings(template_code="SMS_1", template_type="notification", test_phones=phones)
    return Settings(accounts={"main": account})


def test_the_window_is_told_with_its_reservation() -> None:
    seen = foresee(application(), settings(*Carrier), None, NOW)

    assert seen.window.startswith("usable between 2026-03-10 and 2026-03-19")
    assert seen.window.endswith("they promise none")
    assert not seen.warnings
    assert seen.document["outlook"] is None


@pytest.mark.parametrize(("day", "outlook"), [(date(2026, 3, 9), "CANNOT_BE"), (date(2026, 3, 15), "AT_RISK")])
def test_a_day_that_may_be_missed_is_warned_of_with_the_help_pages_advice(day: date, outlook: str) -> None:
    seen = foresee(application(needed_by=day), settings(*Carrier), None, NOW)

    (warning,) = seen.warnings
    assert warning.startswith(f"needed by {day}")
    assert "at least 10 working days ahead (help page: 至少提前10个工作日" in warning
    assert seen.document["outlook"] == outlook


def test_a_day_in_time_warns_of_nothing() -> None:
    seen = foresee(application(needed_by=date(2026, 4, 1)), settings(*Carrier), None, NOW)
    assert not seen.warnings
    assert seen.document["outlook"] == "IN_TIME"


def test_test_phones_are_missed_at_submit_and_not_weeks_later() -> None:
    seen = foresee(application(), settings(Carrier.MOBILE), None, NOW)

    (warning,) = seen.warnings
    assert "no test phone of 联通 unicom, 电信 telecom in the settings (accounts.main.test_phones)" in warning
    assert seen.document["missing_phones"] == ["unicom", "telecom"]


def test_the_phones_of_an_account_that_only_the_worker_knows_are_its_matter() -> None:
    assert not foresee(application(account="elsewhere"), Settings(), None, NOW).warnings


def test_the_named_policy_counts() -> None:
    seen = foresee(application(account="demo"), settings(*Carrier), "demo", NOW)
    assert seen.document["latest"].startswith("2026-03-02")
