from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cli.settings import AccountSettings, Settings, SettingsError, embedded_settings, load_settings
from filing.policy import BUILT_IN_POLICIES
from filing.span import Span
from filing.vocabulary import Carrier

Write = Callable[[str, str], Path]

ACCOUNT = """
[accounts.main]
template_code = "SMS_1"
template_type = "verification"
"""

FULL = """
task_queue = "filings"
data_dir = "state"

[accounts.main]
endpoint = "dysmsapi.aliyuncs.com"
access_key_id_env = "MAIN_KEY_ID"
access_key_secret_env = "MAIN_KEY_SECRET"
template_code = "SMS_1"
template_type = "notification"
template_params = { name = "Li" }
policy = "careful"

[accounts.main.test_phones]
mobile = ["+86 139-0000-1111", "13900002222"]
telecom = ["8618900003333"]

[policies.careful]
based_on = "default"
result_due = "12 working days"
tests_apart = "15 min"
expiry_warnings = ["40 days", "10 days"]
keep_alive = true
"""


def problem(path: Path | None = None) -> str:
    with pytest.raises(SettingsError) as raised:
        load_settings(path)
    return raised.value.message


def test_without_a_file_the_defaults_apply() -> None:
    settings = load_settings()

    assert settings.accounts == {}
    assert settings.policies == BUILT_IN_POLICIES
    assert settings.task_queue == "sms-filing"


def test_a_full_file(write: Write) -> None:
    settings = load_settings(write("full.toml", FULL))

    account = settings.accounts["main"]
    assert (settings.task_queue, settings.data_dir) == ("filings", Path("state"))
    assert account.protocol == "https"
    assert account.test_phones == {
        Carrier.MOBILE: ["13900001111", "13900002222"],
        Carrier.TELECOM: ["18900003333"],
    }
    careful = settings.policy_of("main")
    assert careful.name == "careful"
    assert careful.result_due == Span(working_days=12)
    assert careful.tests_apart == timedelta(minutes=15)
    assert careful.expiry_warnings == (timedelta(days=40), timedelta(days=10))
    assert careful.keep_alive
    assert careful.verdict_due == BUILT_IN_POLICIES["default"].verdict_due


def test_the_file_of_the_working_directory_is_found(write: Write) -> None:
    write("sms-filing.toml", 'task_queue = "here"')

    assert load_settings().task_queue == "here"


def test_the_variable_names_another_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("sms-filing.toml", 'task_queue = "here"')
    monkeypatch.setenv("SMS_FILING_SETTINGS", str(write("other.toml", 'task_queue = "there"')))

    assert load_settings().task_queue == "there"


def test_a_given_file_goes_before_the_variable(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_FILING_SETTINGS", str(write("other.toml", 'task_queue = "there"')))

    assert load_settings(write("given.toml", 'task_queue = "given"')).task_queue == "given"


def test_the_environment_goes_before_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_FILING_TASK_QUEUE", "of-the-environment")
    monkeypatch.setenv("SMS_FILING_ACCOUNTS__MAIN__ENDPOINT", "127.0.0.1:8790")

    settings = load_settings(write("full.toml", FULL))

    assert settings.task_queue == "of-the-environment"
    assert settings.accounts["main"].endpoint == "127.0.0.1:8790"
    assert settings.accounts["main"].template_code == "SMS_1"


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("a = 1\ntask_queue = x", ("line 2, column", "not valid TOML")),
        ("task_quue = 'x'", ("task_quue: unknown key; did you mean task_queue?",)),
        ("task_queue = 5", ("task_queue: expected text, in quotes",)),
        (ACCOUNT + "endpont = 'x'", ("accounts.main.endpont: unknown key; did you mean endpoint?",)),
        ("[accounts.main]\ntemplate_code = 'SMS_1'", ("accounts.main.template_type: missing",)),
        (ACCOUNT + "endpoint = 'https://x.com/'", ("accounts.main.endpoint: expected a host",)),
        (ACCOUNT + "protocol = 'ftp'", ("accounts.main.protocol: expected one of 'http' or 'https'",)),
        (ACCOUNT + "template_params = {code = 1}", ("accounts.main.template_params.code: expected text",)),
        (ACCOUNT + "test_phones = {mobile = ['139']}", ("accounts.main.test_phones.mobile.0: expected a mobile",)),
        (ACCOUNT + "test_phones = {china = []}", ("test_phones.china", "'mobile', 'unicom' or 'telecom'")),
        (
            ACCOUNT + "test_phones = {mobile = ['13900001111'], unicom = ['+8613900001111']}",
            ("accounts.main: test_phones: the same number",),
        ),
        (ACCOUNT + "policy = 'quick'", ("accounts.main.policy: no policy 'quick'; there are: default, demo",)),
        (ACCOUNT + "access_key_id_env = 'KEY_ID'", ("accounts.main: access_key_id_env and access_key_secret_env",)),
        (ACCOUNT + "sandbox = true", ("accounts.main: sandbox = true is not for an endpoint of Alibaba Cloud",)),
        (ACCOUNT.replace("verification", "promotion"), ("accounts.main.template_type", "验证码或通知短信")),
        ("[accounts.'a/b']\ntemplate_code='S'\ntemplate_type='verification'", ("accounts.a/b", "expected letters")),
        (
            "[policies.quick]\nresult_due = 'soon'",
            ("policies.quick.result_due: expected a length", "'10 working days'"),
        ),
        ("[policies.quick]\nresult_duu = '1 d'", ("policies.quick.result_duu: unknown key; did you mean result_due?",)),
        ("sign_name_length_max = 19", ("sign_name_length_max: expected a number from 2 to 18",)),
        ("sign_name_length_max = 'long'", ("sign_name_length_max: expected a whole number",)),
        ("[policies]\nquick = 5", ("policies.quick: expected a table",)),
        ("evidence_dir = 5", ("evidence_dir: ", "expected a path")),
        ("callbacks_token = 'secret'", ("callbacks_token: unknown key", "use callbacks_token_env")),
        ("callbacks_token_env = 'a-secret'", ("callbacks_token_env: expected the NAME of an environment variable",)),
    ],
)
def test_a_mistake_is_told_with_file_key_and_expectation(write: Write, text: str, fragments: tuple[str, ...]) -> None:
    told = problem(write("wrong.toml", text))

    assert "wrong.toml" in told
    for fragment in fragments:
        assert fragment in told


def test_every_mistake_is_told_at_once(write: Write) -> None:
    told = problem(write("wrong.toml", ACCOUNT + "protocol = 'ftp'\nendpont = 'x'\n[policies.a]\nexpiry = 'x'"))

    assert len(told.splitlines()) == 3


def test_a_missing_file_is_told() -> None:
    assert "nowhere.toml: no such file" in problem(Path("nowhere.toml"))


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    file = tmp_path / "gbk.toml"
    file.write_bytes('task_queue = "队列"'.encode("gbk"))

    assert "not UTF-8" in problem(file)


def test_a_mistake_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_FILING_ACCOUNTS__MAIN__TEMPLATE_CODE", "SMS_1")
    monkeypatch.setenv("SMS_FILING_ACCOUNTS__MAIN__TEMPLATE_TYPE", "poetry")

    assert problem().startswith("SMS_FILING_ACCOUNTS__MAIN__TEMPLATE_TYPE: accounts.main.template_type: expected one")


def test_an_environment_variable_that_is_no_json_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_FILING_ACCOUNTS", "{")

    assert "accounts" in problem()


@pytest.mark.parametrize(
    "line",
    [
        "access_key_secret = 'qX7-very-secret'",
        "access_key_secret_env = 'qX7-very-secret'",
        "access_key_id_env = 'qX7verysecret'",
        "endpoint = 'qX7-very-secret/path'",
        "test_phones = { mobile = ['qX7-very-secret'] }",
    ],
)
def test_what_may_be_a_secret_is_never_repeated(write: Write, line: str) -> None:
    assert "qX7" not in problem(write("wrong.toml", ACCOUNT + line))


def test_a_pasted_key_id_is_no_variable_name(write: Write) -> None:
    told = problem(write("wrong.toml", ACCOUNT + "access_key_id_env = 'LTAI5TABCDEFG'"))

    assert "expected the NAME of an environment variable" in told
    assert "LTAI5T" not in told


def test_a_secret_in_the_file_is_answered_with_the_right_key(write: Write) -> None:
    told = problem(write("wrong.toml", ACCOUNT + "access_key_secret = 'x'"))

    assert "use access_key_secret_env" in told


def test_test_phones_are_not_shown(write: Write) -> None:
    assert "13900001111" not in repr(load_settings(write("full.toml", FULL)))


def test_the_policy_of_an_account_can_be_overridden(write: Write) -> None:
    settings = load_settings(write("full.toml", FULL))

    assert settings.policy_asked("main", "demo") == BUILT_IN_POLICIES["demo"]


@pytest.mark.parametrize(
    ("account", "override", "told"),
    [
        ("other", None, "no account 'other' in the settings; there are: main"),
        ("main", "quick", "no policy 'quick'; there are: careful, default, demo, demo-lapse"),
    ],
)
def test_an_unknown_account_or_policy_is_told(write: Write, account: str, override: str | None, told: str) -> None:
    settings = load_settings(write("full.toml", FULL))

    with pytest.raises(SettingsError, match=told):
        settings.policy_asked(account, override)


def test_a_policy_that_is_not_asked_for_is_left_to_the_worker() -> None:
    assert Settings().policy_asked("anything", None) is None


@pytest.mark.parametrize(("pace", "policy"), [("demo", "demo"), ("real", "default")])
def test_the_embedded_stack_brings_an_account(monkeypatch: pytest.MonkeyPatch, pace: str, policy: str) -> None:
    monkeypatch.setenv("SMS_FILING_SANDBOX_KEY_ID", "mine")
    monkeypatch.setenv("SMS_FILING_SANDBOX_SECRET", "mine")

    account = embedded_settings(Settings(), "127.0.0.1:8790", pace).accounts["demo"]

    assert (account.endpoint, account.protocol, account.sandbox) == ("127.0.0.1:8790", "http", True)
    assert account.policy == policy
    assert set(account.test_phones) == set(Carrier)


def test_an_account_of_ones_own_called_demo_stays() -> None:
    own = AccountSettings(template_code="SMS_1", template_type="verification")
    settings = Settings(accounts={"demo": own})

    assert embedded_settings(settings, "127.0.0.1:8790", "demo").accounts == {"demo": own}


def test_the_example_is_in_order() -> None:
    settings = load_settings(Path(__file__).parents[2] / "examples" / "sms-filing.toml")

    assert settings.policy_of("main").result_due == Span(working_days=12)


def test_evidence_is_kept_in_the_data_directory_or_where_the_settings_say() -> None:
    assert Settings().evidence_folder == Path(".data", "evidence")
    assert Settings(data_dir=Path("elsewhere")).evidence_folder == Path("elsewhere", "evidence")
    assert Settings(data_dir=Path("a"), evidence_dir=Path("b")).evidence_folder == Path("b")
