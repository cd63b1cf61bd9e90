"""Commands as they are shown to people, so that every advice and every refusal can be answered by copying a line."""

import json
import re
from collections.abc import Iterable, Mapping
from shlex import quote as quote_for_shell
from typing import Any

from filing.vocabulary import Carrier

# Chinese needs no quotes in any shell, which ``shlex`` does not know.
_PLAIN = re.compile(r"[\w@%+=:,./-]+")


def command_line(verb: str, sign_name: str, account: str, *further: str) -> str:
    """A command on one signature, for example ``starter.py status 云杉科技 --account main``."""
    return " ".join(["starter.py", verb, _quote(sign_name), "--account", _quote(account), *further])


def set_options(changes: Mapping[str, Any]) -> list[str]:
    """The options of ``edit`` that make these changes."""
    return [part for field, value in changes.items() for part in ("--set", _quote(f"{field}={_written(value)}"))]


def accept_option(carriers: Iterable[Carrier]) -> list[str]:
    """The option that accepts that these carriers may be filed anew; none where there are none."""
    named = ",".join(carrier.value for carrier in carriers)
    return ["--accept-reset", named] if named else []


def console_path(sign_name: str) -> str:
    """Where in the console a carrier is filed again."""
    return f"国内消息 > 签名管理 > 【{sign_name}】 > 运营商报备结果 > 详情 > 报备"


def text_option(name: str, value: str | None) -> list[str]:
    """An option with a text; none where there is none."""
    return [name, _quote(value)] if value else []


def _quote(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else quote_for_shell(text)


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return json.dumps(value)
