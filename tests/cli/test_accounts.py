from datetime import UTC, datetime

import pytest

from cli.accounts import build_accounts, callbacks_token
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
    assert account.sign_name_length_max == 12
    assert account.pool(Carrier.UNICOM) == {"186****0001": "18600000001"}


def test_every_account_takes_names_as_long_as_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY_ID", "id")
    monkeypatch.setenv("MY_KEY_SECRET", "secret")

    accounts = build_accounts(Settings(accounts={"main": ACCOUNT}, sign_name_length_max=18), clock)

    assert accounts.get("main").sign_name_length_max == 18


@pytest.mark.parametrize("value", [None, " "])
def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.setenv("MY_KEY_ID", "id")
    if value is not None:
        monkeypatch.setenv("MY_KEY_SECRET", value)

    with pytest.raises(SettingsError, match="access_key_secret_env: the environment variable MY_KEY_SECRET is not set"):
        build_accounts(Settings(accounts={"main": ACCOUNT}), clock)


def test_the_token_of_callbacks_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", " 0123456789abcdef ")

    assert callbacks_token(Settings(callbacks_token_env="MY_TOKEN")) == "0123456789abcdef"
    assert callbacks_token(Settings()) is None


@pytest.mark.parametrize("value", ["", "short", "0123456789abcdef/..", "令牌令牌令牌令牌令牌令牌令牌令牌"])
def test_a_token_that_cannot_be_part_of_a_path_is_told_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("MY_TOKEN", value)

    with pytest.raises(SettingsError, match=r"callbacks_token_env: .*MY_TOKEN") as failure:
        callbacks_token(Settings(callbacks_token_env="MY_TOKEN"))

    assert not value or value not in str(failure.value)
