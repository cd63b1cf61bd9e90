"""What is wrong with a settings file, in words that name file, key, what was expected and what to do.

Values are never repeated: what stands in the wrong place may be a secret.
"""

import os
import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, TomlConfigSettingsSource
from pydantic_settings import SettingsError as SourceError

from cli.exits import CliError, Exit
from cli.overlays import BASE_KEY
from filing.policy import Policy

SettingsT = TypeVar("SettingsT", bound=BaseSettings)

_EXPECTED = {
    "string_type": "expected text, in quotes",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "dict_type": "expected a table",
    "model_type": "expected a table",
    "model_attributes_type": "expected a table",
    "list_type": "expected a list",
    "tuple_type": "expected a list",
    "path_type": "expected a path, in quotes",
    "missing": "missing; add it",
    "string_pattern_mismatch": "expected letters, digits, '-', '_' and '.' only",
    "string_too_short": "expected text that is not empty",
}


class SettingsError(CliError):
    """The settings cannot be used; the text says where and why."""

    def __init__(self, message: str) -> None:
        super().__init__(Exit.UNREADABLE, message)


def load_checked(settings: type[SettingsT], account: type[BaseModel], file: Path | None) -> SettingsT:
    """Read a settings file and the environment, and validate both together.

    Args:
        settings: The model of all settings.
        account: The model of one entry of ``accounts``; its keys are offered where one is misspelt.
        file: The TOML file, none for environment and defaults alone.

    Raises:
        SettingsError: With one line per problem.
    """
    try:
        written = _read(settings, file) if file else {}
        return settings(**written)
    except SourceError as failure:
        raise SettingsError(f"environment: {failure}; expected JSON there, or one variable per key") from failure
    except ValidationError as failure:
        errors = failure.errors(include_url=False, include_input=False)
        keys = {"accounts": list(account.model_fields), "policies": [BASE_KEY, *Policy.model_fields]}
        lines = [_line(error, file, list(settings.model_fields), keys) for error in errors]
        raise SettingsError("\n".join(lines)) from failure


def _read(settings: type[BaseSettings], file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise SettingsError(f"{file}: no such file; give --settings another one or leave it out")
    try:
        return TomlConfigSettingsSource(settings, toml_file=file)()
    except tomllib.TOMLDecodeError as failure:
        raise SettingsError(f"{file}: not valid TOML: {failure}") from failure
    except UnicodeDecodeError as failure:
        raise SettingsError(f"{file}: not UTF-8 text; save it as UTF-8") from failure
    except OSError as failure:
        raise SettingsError(f"{file}: cannot be read: {failure.strerror}") from failure


def _line(error: ErrorDetails, file: Path | None, top: Sequence[str], keys: dict[str, list[str]]) -> str:
    key = ".".join(str(part) for part in error["loc"])
    where = f"{_origin(error['loc'], file)}: {key}" if key else str(file or "settings")
    if error["type"] == "extra_forbidden":
        known = top if len(error["loc"]) == 1 else keys.get(str(error["loc"][0]), [])
        return f"{where}: unknown key{_meant(str(error['loc'][-1]), known)}"
    if error["type"] in ("literal_error", "enum"):
        return f"{where}: expected one of {error['ctx']['expected']}"
    return f"{where}: {_EXPECTED.get(error['type']) or error['msg'].removeprefix('Value error, ')}"


def _meant(key: str, known: Sequence[str]) -> str:
    if f"{key}_env" in known:
        return f"; settings hold the name of an environment variable, never the secret: use {key}_env"
    close = get_close_matches(key, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are: {', '.join(known)}"


def _origin(location: Sequence[int | str], file: Path | None) -> str:
    """The environment variable or the file that a value came from."""
    parts = [str(part) for part in location]
    names = {"SMS_FILING_" + "__".join(parts[:end]).upper() for end in range(1, len(parts) + 1)}
    return next((name for name in os.environ if name.upper() in names), str(file or "settings"))
