from datetime import UTC, datetime

import pytest

from cli.accounts import build_accounts
from cli.settings import AccountSettings, Settings, SettingsError
from filing.vocabulary import Carrier

ACCOUNT = AccountSettings(
    endpoint="127.0.0.1:8790",
    access_key_id_env="MY_KEY_ID",
    access_key_secret_env="MY_KEY_SECRET",
    template_code="SMS_1",
    template_type="verification",
    test_phones={Carrier.UNICOM: ["18600000001"]},
)


def clock() -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC)


def test_an_account_is_opened_with_what_the_environment_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY_ID", "id")
    monkeypatch.setenv("MY_KEY_SECRET", "secret")

    account = build_accounts(Settings(accounts={"main": ACCOUNT}), clock).get("main")

    assert account.template_code == "SMS_1"
    assert account.policy.name == "default"
    assert account.pool(Carrier.UNICOM) == {"186****0001": "18600000001"}


@pytest.mark.parametrize("value", [None, " "])
def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.setenv("MY_KEY_ID", "id")
    if value is not None:
        monkeypatch.setenv("MY_KEY_SECRET", value)

    with pytest.raises(SettingsError, match="access_key_secret_env: the environment variable MY_KEY_SECRET is not set"):
        build_accounts(Settings(accounts={"main": ACCOUNT}), clock)
