"""An operator at a terminal: runs commands against the stack and looks at what they did."""

import asyncio
import itertools
import json
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cli.exits import Exit
from engine.connection import connect_embedded
from engine.names import filing_id
from filing.vocabulary import Carrier, CarrierStatus

COMPANY, QUALIFICATION = "杭州云杉科技有限公司", 900001
WHALE, WHALE_QUALIFICATION, WHALE_OTHER = "深圳蓝鲸物流有限公司", 900002, 900006
"""A company with two qualifications, so that its signatures can be bound to another one."""

ALL_FAIL = "[sandbox mobile=fail:OTHERS_ERROR unicom=fail:OTHERS_ERROR telecom=fail:OTHERS_ERROR]"
"""Filed within seconds, registered nowhere, so that an edit puts nothing at risk."""

_numbers = itertools.count(1)


def next_name() -> str:
    """A name that no other test files."""
    return f"云杉优选{next(_numbers)}"


def in_full_width(name: str) -> str:
    """A name as an input method for Chinese may write it, its digits in full width (全角)."""
    return name.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def next_whale() -> str:
    """The same for the company with two qualifications."""
    return f"蓝鲸优选{next(_numbers)}"


@dataclass(frozen=True)
class Ran:
    """A command that ran: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document it has to be."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@dataclass(frozen=True)
class Stack:
    """Where the stack that commands talk to is found."""

    address: str
    sandbox_url: str


class Operator:
    """Runs commands against the stack, as somebody at a terminal does."""

    def __init__(self, run: Run, stack: Stack, write: Callable[[str, str], Path]) -> None:
        self._run = run
        self._stack = stack
        self._write = write

    def __call__(self, *arguments: object, timeout: float = 30) -> Ran:
        return self._run(*arguments, "--address", self._stack.address, "--timeout", timeout)

    def application(self, name: str, remark: str = "", account: str = "demo") -> Path:
        """The application for a name of one of the two companies; a trademark may be called anything."""
        whale = name.startswith("蓝鲸")
        company, qualification = (WHALE, WHALE_QUALIFICATION) if whale else (COMPANY, QUALIFICATION)
        return self._write(
            f"{name}.yaml",
            f"account: {account}\nsign_name: {name}\nsource: TRADEMARK\ntrademark_id: 700001\n"
            f"company_name: {company}\nqualification_id: {qualification}\nremark: '{remark}'",
        )

    def submit(self, name: str, remark: str = "") -> None:
        """Open a filing."""
        ran = self("submit", self.application(name, remark))
        assert ran.code == Exit.DONE, ran.err

    def release(self, name: str) -> None:
        """Close a filing and wait until it is over."""
        ran = self("release", name)
        assert ran.code == Exit.DONE, ran.err
        self.until(name, lambda report: bool(report["execution"] == "COMPLETED"))

    def report(self, name: str) -> dict[str, Any]:
        """What ``status --json`` shows."""
        document: dict[str, Any] = self("status", name, "--json").document
        return document

    def until(self, name: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Ask for the report until it is as wanted; the test's time limit ends it otherwise."""
        pause = threading.Event()
        while True:
            report = self.report(name)
            if wanted(report):
                return report
            pause.wait(0.2)

    def settled(self, name: str, status: CarrierStatus) -> dict[str, Any]:
        """Wait until every carrier shows a status and no round is open."""
        return self.until(
            name,
            lambda report: all(
                report["carriers"][carrier]["status"] == status and not report["carriers"][carrier]["round_open"]
                for carrier in Carrier
            ),
        )

    def asked(self, name: str, code: str) -> dict[str, Any]:
        """Wait until a person is asked to act; the report then."""
        return self.until(name, lambda report: code in [action["code"] for action in report["actions"]])

    def writes(self, name: str) -> list[dict[str, Any]]:
        """The requests by which the sandbox was told to change a signature, each with its parameters."""
        asked = urlencode({"sign_name": name})
        with urllib.request.urlopen(f"{self._stack.sandbox_url}/_sandbox/journal?{asked}") as answer:
            entries = json.load(answer)["entries"]
        return [entry for entry in entries if not entry["operation"].startswith(("Get", "Query"))]

    def operations(self, name: str) -> list[str]:
        """The operations of ``writes`` without the messages."""
        return [entry["operation"] for entry in self.writes(name) if entry["operation"] != "SendSms"]

    def have(self, name: str, status: int, reason: str | None = None, **fields: object) -> str:
        """Put an approved signature into the account, in this ``RegisterStatus`` at every carrier; its name."""
        carrier = {"status": status} | ({"reason": reason} if reason else {})
        signature = {
            "sign_name": name,
            "created_at": (datetime.now(UTC) - timedelta(minutes=5)).isoformat(),
            "material": {"QualificationId": QUALIFICATION},
            "carriers": {each.value: carrier for each in Carrier},
            **fields,
        }
        self._control("stock", {"signatures": [signature]})
        return name

    def disturb(self, **fault: object) -> None:
        """Have the sandbox fail; see ``sandbox.faults``."""
        self._control("faults", fault)

    def _control(self, path: str, body: object) -> None:
        request = urllib.request.Request(
            f"{self._stack.sandbox_url}/_sandbox/{path}", data=json.dumps(body).encode(), method="POST"
        )
        urllib.request.urlopen(request).close()

    def events(self, name: str) -> int:
        """How long the filing's history is: it grows with whatever reaches the workflow."""

        async def count() -> int:
            client = await connect_embedded(self._stack.address)
            return (await client.get_workflow_handle(filing_id("demo", name)).describe()).history_length

        return asyncio.run(count())

    def end(self, name: str, how: str) -> None:
        """Terminate or cancel a filing, as somebody does in the Web UI."""

        async def end() -> None:
            client = await connect_embedded(self._stack.address)
            handle = client.get_workflow_handle(filing_id("demo", name))
            await (handle.terminate("by hand") if how == "terminate" else handle.cancel())

        asyncio.run(end())
