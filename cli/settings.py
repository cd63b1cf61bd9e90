"""Settings: platform accounts, named policies, task queue and paths; where Temporal is, ``temporalio.envconfig`` says.

They come from one TOML file and, above it, from environment variables such as ``SMS_FILING_ACCOUNTS__MAIN__ENDPOINT``.
The file holds no secret, only the names of the environment variables that do.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from cli.overlays import resolve_policies
from cli.settings_errors import SettingsError, load_checked
from engine.names import TASK_QUEUE
from filing.application import StrictModel
from filing.naming import LENGTH_CONTESTED, LENGTH_MAX, LENGTH_MIN
from filing.policy import Policy
from filing.vocabulary import Carrier

__all__ = ["AccountSettings", "Settings", "SettingsError", "embedded_settings", "load_settings"]

FILE_VARIABLE: Final = "SMS_FILING_SETTINGS"
DEFAULT_FILE: Final = Path("sms-filing.toml")
EMBEDDED_ACCOUNT: Final = "demo"
"""The account that the embedded stack brings; it files with the sandbox."""

_KEY_ID_VARIABLE = "SMS_FILING_SANDBOX_KEY_ID"
_SECRET_VARIABLE = "SMS_FILING_SANDBOX_SECRET"  # noqa: S105 - the name of a variable
_SANDBOX_KEYS = {_KEY_ID_VARIABLE: "sandbox-key", _SECRET_VARIABLE: "sandbox-secret"}

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9a-fA-F:]+\](:\d{1,5})?")
_MOBILE_NUMBER = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")


def _variable_name(text: str) -> str:
    # The text is not repeated: where a name is expected people paste the secret itself.
    if not _VARIABLE.fullmatch(text) or text.startswith("LTAI"):
        raise ValueError(
            "expected the NAME of an environment variable, in capitals; the secret itself stays out of here"
        )
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError(
            "expected a host such as dysmsapi.aliyuncs.com, with :port where it has one, no https:// or path"
        )
    return text


def _mobile_number(text: str) -> str:
    match = _MOBILE_NUMBER.fullmatch(re.sub(r"[ -]", "", text))
    if match is None:
        raise ValueError("expected a mobile number of mainland China: 11 digits that begin with 1, +86 in front or not")
    return match[1]


def _name_length(number: int) -> int:
    if not LENGTH_MIN <= number <= LENGTH_CONTESTED:
        raise ValueError(
            f"expected a number from {LENGTH_MIN} to {LENGTH_CONTESTED}, the most that any published source says"
        )
    return number


VariableName = Annotated[str, AfterValidator(_variable_name)]
AccountKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$")]
MobileNumber = Annotated[str, AfterValidator(_mobile_number)]


class AccountSettings(StrictModel):
    """One platform account: how it is reached, and what its test messages (测试短信) look like."""

    endpoint: Annotated[str, AfterValidator(_host)] = "dysmsapi.aliyuncs.com"
    protocol: Literal["http", "https"] = "https"

    access_key_id_env: VariableName | None = None
    """Name of the variable with the AccessKey id; without it the SDK's own credential chain is used."""
    access_key_secret_env: VariableName | None = None
    security_token_env: VariableName | None = None
    """Name of the variable with the token of a temporary (STS) key."""

    template_code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    """An approved template, with which test messages are sent."""
    template_type: Literal["verification", "notification", "promotion"]
    template_params: dict[str, str] = {}
    test_phones: dict[Carrier, list[MobileNumber]] = Field({}, repr=False)
    """Numbers of one's own or of colleagues, by carrier; prefixes do not tell, since numbers can be ported."""

    price_per_message: Annotated[float, Field(ge=0, le=100)] | None = None
    """What a message costs in yuan, for the cost of tests; none where nobody needs to know."""
    policy: str = "default"
    sandbox: bool = False
    """Whether the endpoint is a sandbox; only then each request says what time it is made at."""

    @field_validator("template_type")
    @classmethod
    def _no_promotion(cls, value: str) -> str:
        if value == "promotion":
            raise ValueError(
                "tests are 验证码或通知短信 (help page, 已报备待验证): take a verification or notification template"
            )
        return value

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.access_key_id_env is None) != (self.access_key_secret_env is None):
            raise ValueError("access_key_id_env and access_key_secret_env belong together: give both or neither")
        if self.security_token_env is not None and self.access_key_id_env is None:
            raise ValueError("security_token_env needs access_key_id_env and access_key_secret_env")
        if self.sandbox and "aliyuncs.com" in self.endpoint.lower():
            raise ValueError("sandbox = true is not for an endpoint of Alibaba Cloud, which has its own clock")
        numbers = [number for listed in self.test_phones.values() for number in listed]
        if len(set(numbers)) < len(numbers):
            raise ValueError("test_phones: the same number stands there twice; a number has one carrier")
        return self


class Settings(BaseSettings):
    """All settings; environment variables go before the file."""

    model_config = SettingsConfigDict(env_prefix="SMS_FILING_", env_nested_delimiter="__", extra="forbid", frozen=True)

    accounts: dict[AccountKey, AccountSettings] = {}
    policies: Annotated[dict[str, Policy], Field(validate_default=True)] = {}
    """Named policies, each a built-in or another named one (``based_on``) with some fields replaced."""
    task_queue: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = TASK_QUEUE
    sign_name_length_max: Annotated[int, AfterValidator(_name_length)] = LENGTH_MAX
    """The most characters that a signature may have. Published sources conflict: 12 or 18."""
    data_dir: Path = Path(".data")
    """Where the embedded stack keeps its state."""
    evidence_dir: Path | None = None
    """Where the evidence files (报备记录) are kept; none for ``evidence`` in the data directory."""
    callbacks_token_env: VariableName | None = None
    """Name of the variable with the last part of the path of callbacks (回调), which are not signed."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before what ``load_settings`` read from the file."""
        return env_settings, init_settings

    @field_validator("policies", mode="before")
    @classmethod
    def _resolve_policies(cls, written: Any) -> Any:
        return resolve_policies(written)

    @model_validator(mode="after")
    def _policies_exist(self) -> Self:
        for name, account in self.accounts.items():
            if account.policy not in self.policies:
                raise ValueError(f"accounts.{name}.policy: {_no_policy(account.policy, self.policies)}")
        return self

    @property
    def evidence_folder(self) -> Path:
        """Where the evidence files (报备记录) are."""
        return self.evidence_dir or self.data_dir / "evidence"

    def policy_of(self, account: str) -> Policy:
        """The policy that the worker gives to filings of an account which ask for none."""
        return self.policies[self.accounts[account].policy]

    def policy_asked(self, account: str, name: str | None) -> Policy | None:
        """The policy that a submission asks for by name; none leaves it to the worker's settings.

        Args:
            account: Key of the account. Settings that name none, as beside an embedded worker, know any.
            name: Name of the policy, if one is asked for.

        Raises:
            SettingsError: There is no such account or no such policy; the message names those there are.
        """
        if self.accounts and account not in self.accounts and account != EMBEDDED_ACCOUNT:
            raise SettingsError(
                f"no account {account!r} in the settings; there are: {', '.join(sorted(self.accounts))}"
            )
        if name is None:
            return None
        if name not in self.policies:
            raise SettingsError(_no_policy(name, self.policies))
        return self.policies[name]


def _no_policy(name: str, policies: dict[str, Policy]) -> str:
    return f"no policy {name!r}; there are: {', '.join(sorted(policies))}"


def load_settings(path: Path | None = None) -> Settings:
    """Load the settings.

    Args:
        path: The TOML file; where none is given, the one that ``SMS_FILING_SETTINGS`` names, else ``sms-filing.toml``
            in the working directory if it is there, else none, so that the defaults apply.

    Raises:
        SettingsError: The text names file or variable, key, what was expected, and what to do.
    """
    named = path or (Path(os.environ[FILE_VARIABLE]) if os.environ.get(FILE_VARIABLE) else None)
    file = named or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    return load_checked(Settings, AccountSettings, file)


def embedded_settings(settings: Settings, sandbox_endpoint: str, pace: str) -> Settings:
    """Add the account ``demo``, which files with the embedded sandbox, unless the settings have one of that name.

    The sandbox's keys are put into the environment where they are not set, because settings hold names only.

    Args:
        settings: What was loaded.
        sandbox_endpoint: ``host:port`` of the sandbox.
        pace: The sandbox's pace; ``demo`` brings the policy of that name.
    """
    if EMBEDDED_ACCOUNT in settings.accounts:
        return settings
    for variable, value in _SANDBOX_KEYS.items():
        os.environ.setdefault(variable, value)
    account = AccountSettings(
        endpoint=sandbox_endpoint,
        protocol="http",
        access_key_id_env=_KEY_ID_VARIABLE,
        access_key_secret_env=_SECRET_VARIABLE,
        # A notification: the platform lets a number have one verification code a minute, which is long at demo pace.
        template_code="SMS_900002",
        template_type="notification",
        test_phones={
            Carrier.MOBILE: ["13900000001"],
            Carrier.UNICOM: ["18600000001"],
            Carrier.TELECOM: ["18900000001"],
        },
        policy="demo" if pace == "demo" else "default",
        sandbox=True,
    )
    return settings.model_copy(update={"accounts": {**settings.accounts, EMBEDDED_ACCOUNT: account}})
