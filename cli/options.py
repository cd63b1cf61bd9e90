"""The options that commands share. Light on purpose: ``--help`` loads this and nothing heavier."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

ANSWER_TIMEOUT = 20.0

_CONNECTION = "Connection and settings"

SignName = Annotated[str, typer.Argument(metavar="NAME", help="The signature (签名), with 【】 or without.")]
Account = Annotated[
    str | None, typer.Option(metavar="KEY", help="Platform account; needed only where there are several.")
]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why, for the records.")]
Policy = Annotated[str | None, typer.Option(metavar="NAME", help="Policy in place of the account's.")]
AcceptReset = Annotated[
    str,
    typer.Option(
        metavar="CARRIERS", help="Registered carriers (报备成功) that may go back to 报备中, such as mobile,unicom."
    ),
]
WhenSettled = Annotated[
    bool, typer.Option("--when-settled", help="Wait until nothing is 审核中 or 报备中 instead of being refused.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what it would do; nothing is sent.")]
Wait = Annotated[
    str | None,
    typer.Option(
        metavar="LENGTH", help="Wait so long for the platform's answer, such as 30s or 2min; code 6 if none comes."
    ),
]
Unchanged = Annotated[
    bool,
    typer.Option(
        "--unchanged", help="Although nothing differs in what the last review refused: a paper was mended as it is."
    ),
]
By = Annotated[str | None, typer.Option(metavar="WHO", help="Who asks, for the records; default: user@host.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        metavar="FILE",
        help="TOML file; default: $SMS_FILING_SETTINGS, else ./sms-filing.toml.",
        rich_help_panel=_CONNECTION,
    ),
]
Address = Annotated[
    str | None,
    typer.Option(metavar="HOST:PORT", help="Temporal, over profile and environment.", rich_help_panel=_CONNECTION),
]
Namespace = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Namespace, over profile and environment.", rich_help_panel=_CONNECTION),
]
Timeout = Annotated[
    float,
    typer.Option(
        metavar="SECONDS", min=0.1, help="How long to wait for Temporal and for a worker.", rich_help_panel=_CONNECTION
    ),
]


@dataclass(frozen=True)
class Connection:
    """How to reach Temporal, and how many seconds to wait for an answer."""

    address: str | None = None
    namespace: str | None = None
    timeout: float = ANSWER_TIMEOUT


@dataclass(frozen=True)
class Common:
    """The shared options as a command got them."""

    account: str | None = None
    settings_file: Path | None = None
    as_json: bool = False
    connection: Connection = field(default_factory=Connection)
