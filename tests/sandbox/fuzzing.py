"""Hostile and half-right requests by the thousand: whatever is sent, the sandbox answers and goes on.

As a program it asks a sandbox in a process of its own; the same seed asks the same::

    python -m tests.sandbox.fuzzing --requests 50000 --seed 1
"""

import argparse
import asyncio
import json
import random
import re
import string
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from alibabacloud_dysmsapi20170525 import models
from yarl import URL

from sandbox.operations import OPERATIONS
from sandbox.signing import ACS3_ALGORITHM, acs3_signature, rpc_signature, rpc_string_to_sign

KEY, SECRET = "sandbox-key", "sandbox-secret"
AT_ONCE = 16
STUCK_AFTER = 20.0
"""Seconds; a request that is not answered by then has hung the sandbox."""

TEXTS = (
    *("", " ", "0", "1", "-1", "2147483648", "9" * 18, "9" * 40, "1e9", "0x10", "NaN", "null", "true", "FALSE", "None"),
    *("云杉科技", "白鹭旅行", "SMS_900001", "SMS_900002", "900001", "900005", "800001", "700001", "600001"),
    *("13900000001", "18600000001,18900000001", "+86 139-0000-0001", "00861390000", ",", ",,,", "13900000001" * 200),
    *("20260302", "20261324", "2026-03-02", "00000000", "99991231", "20240229", "20250229"),
    *('{"code":"1234"}', '{"code":', "[]", "[1,2", '["a","b"]', "{}", '{"a":{"a":{"a":{}}}}', "[" * 5000, '"' * 99),
    *("INT", "PASSED", "VALID", "dysms", "2020-01-01~2099-12-31", "2099-12-31~2020-01-01", "~", "%", "%%", "%2", "+"),
    *("\x00", "a\x00b", "\ud7ff", "\u202e反", "😀" * 9, "ａｂｃ", "'; DROP TABLE events;--", "${code}", "../../etc"),
    *("[sandbox telecom=silent]", "[sandbox telecom=fail:OTHERS_ERROR expiry=25s]", "[sandbox", "[sandbox a=b c]"),
    *("\n", "\r\nx: y", "测试", "x" * 3000),
)
HEADERS = ("x-sandbox-time", "x-acs-date", "x-acs-version", "x-acs-signature-nonce", "content-type", "accept", "expect")
HEADER_VALUES = (
    *("", "0", "2026-03-02T02:00:00Z", "2026-03-02", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
    *("2017-05-25", "1999-01-01", "application/json", "text/xml", "application/x-www-form-urlencoded", "x" * 500),
)
PATHS = ("/", "//", "/x", "/_sandbox", "/_sandbox/health", "/_sandbox/journal", "/%00", "/..;/", "/?", "/a/b/c")


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Outcome:
    """What came of all of them."""

    statuses: Counter[int] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    hung_up: int = 0
    """Answered by closing the connection; right for what is no HTTP."""
    wrong: list[str] = field(default_factory=list)
    """Requests that must not be answered as they were."""

    def __str__(self) -> str:
        """A line to read."""
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return (
            f"{sum(self.statuses.values())} answered ({statuses}), {self.hung_up} hung up on, "
            f"{len(self.codes)} different codes, {len(self.wrong)} wrong"
        )


class Fuzzer:
    """Makes requests from a seed."""

    def __init__(self, seed: int, host: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._random = random.Random(seed)
        self._host = host
        self._fields = {operation: _field_names(operation) for operation in OPERATIONS}

    def request(self) -> Request:
        """The next request: mostly a signed one that is half right, sometimes one that is nothing of the kind."""
        kinds: list[Callable[[], Request]] = [self._acs3, self._acs3, self._acs3, self._rpc, self._rpc, self._anything]
        return self._random.choice(kinds)()

    def _acs3(self) -> Request:
        operation = self._operation()
        query = list(self._parameters(operation).items())
        body = urlencode(self._parameters(operation)).encode(errors="replace") if self._sometimes(0.2) else b""
        headers = {
            "host": self._host,
            "x-acs-action": operation,
            "x-acs-version": "2017-05-25",
            "x-acs-date": self._date(),
            "x-acs-signature-nonce": f"{self._random.getrandbits(128):032x}",
        }
        if body:
            headers["content-type"] = "application/x-www-form-urlencoded"
        if self._sometimes(0.3):
            headers[self._random.choice(HEADERS)] = _one_line(self._random.choice(HEADER_VALUES))
        secret = SECRET if self._sometimes(0.95) else self._text()
        signature = acs3_signature(
            method="POST",
            path="/",
            query=query,
            headers=headers,
            signed_headers=sorted(headers),
            body=body,
            secret=secret,
        )
        names = ";".join(sorted(headers))
        authorization = f"{ACS3_ALGORITHM} Credential={KEY},SignedHeaders={names},Signature={signature}"
        headers["authorization"] = authorization if self._sometimes(0.97) else _one_line(self._broken(authorization))
        return Request("POST", f"/?{_written(query)}", headers, body)

    def _rpc(self) -> Request:
        operation = self._operation()
        fields = self._parameters(operation) | {
            "AccessKeyId": KEY,
            "Action": operation,
            "Format": self._random.choice(("JSON", "json", "XML", "")),
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": f"{self._random.getrandbits(128):032x}",
            "SignatureVersion": "1.0",
            "Timestamp": self._date(),
            "Version": "2017-05-25",
        }
        if self._sometimes(0.2):
            fields[self._random.choice(list(fields))] = self._text()
        method = self._random.choice(("GET", "POST"))
        fields["Signature"] = rpc_signature(rpc_string_to_sign(method, fields.items()), SECRET)
        written = _written(list(fields.items()))
        if method == "POST" and self._sometimes(0.5):
            return Request("POST", "/", {"content-type": "application/x-www-form-urlencoded"}, written.encode())
        return Request(method, f"/?{written}", {})

    def _anything(self) -> Request:
        method = self._random.choice(("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"))
        headers = {
            self._random.choice(HEADERS): _one_line(self._random.choice((*HEADER_VALUES, self._text())))
            for _ in range(self._random.randint(0, 3))
        }
        headers.pop("expect", None)
        body = self._random.randbytes(self._random.choice((0, 0, 10, 1000)))
        return Request(method, self._random.choice(PATHS) + quote(self._text(), safe="?&=/"), headers, body)

    def _operation(self) -> str:
        return self._random.choice(list(OPERATIONS)) if self._sometimes(0.97) else _one_line(self._text())

    def _parameters(self, operation: str) -> dict[str, str]:
        """Most of the operation's own; of one that does not exist, another's."""
        names = self._fields.get(operation) or self._fields[self._random.choice(list(OPERATIONS))]
        chosen = {name for name in names if self._sometimes(0.8)}
        if self._sometimes(0.1):
            chosen.add(self._text())
        return {name: self._text() for name in sorted(chosen)}

    def _text(self) -> str:
        if self._sometimes(0.8):
            return self._random.choice(TEXTS)
        return "".join(self._random.choices(string.printable + "签名【】", k=self._random.randint(0, 40)))

    def _date(self) -> str:
        at = self._clock() + timedelta(minutes=self._random.choice((0, 0, 0, 0, -14, 14, -16, 16)))
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _broken(self, text: str) -> str:
        at = self._random.randrange(len(text))
        return text[:at] + self._random.choice(("", "=", ",", ";", "é", "x" * 50)) + text[at + 1 :]

    def _sometimes(self, share: float) -> bool:
        return self._random.random() < share


def _field_names(operation: str) -> list[str]:
    """The parameters of an operation by the SDK's model of it."""
    model = getattr(models, f"{operation}Request")()
    for name in vars(model):
        setattr(model, name, "x")
    return sorted(model.to_map())


def _written(parameters: list[tuple[str, str]]) -> str:
    return urlencode(parameters, quote_via=quote, errors="replace")


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", text).encode(errors="ignore").decode("latin-1")


async def attack(url: str, seed: int, requests: int) -> Outcome:
    """Send requests, some at once, and see that every one is answered with less than 500.

    Args:
        url: The sandbox.
        seed: The same one asks the same.
        requests: How many.
    """
    outcome = Outcome()
    fuzzer = Fuzzer(seed, url.removeprefix("http://"))
    left = iter(range(requests))
    timeout = aiohttp.ClientTimeout(total=STUCK_AFTER)
    async with aiohttp.ClientSession(timeout=timeout, skip_auto_headers=["content-type"]) as session:

        async def ask() -> None:
            for number in left:
                await _ask(session, url, number, fuzzer.request(), outcome)

        await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
    return outcome


async def _ask(session: aiohttp.ClientSession, url: str, number: int, request: Request, outcome: Outcome) -> None:
    shown = f"#{number} {request.method} {request.target[:300]} {request.headers} {request.body[:200]!r}"
    try:
        target = URL(url + request.target, encoded=True)
        async with session.request(
            request.method, target, headers=request.headers, data=request.body or None, allow_redirects=False
        ) as answer:
            status, text = answer.status, await answer.text(errors="replace")
    except TimeoutError:
        outcome.wrong.append(f"{shown}: not answered")
        return
    except aiohttp.ClientError:
        outcome.hung_up += 1
        return
    outcome.statuses[status] += 1
    if status >= 500:
        outcome.wrong.append(f"{shown}: {status} {text[:300]}")
    outcome.codes[_code_of(text)] += 1


def _code_of(text: str) -> str:
    try:
        document: Any = json.loads(text)
    except ValueError:
        return ""
    return str(document.get("Code", "")) if isinstance(document, dict) else ""


async def _run(requests: int, seed: int) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0", "--no-limits"), stderr=asyncio.subprocess.PIPE
    )
    if process.stderr is None:
        raise RuntimeError("no standard error")
    url = ""
    while not url:
        line = (await process.stderr.readline()).decode()
        if not line:
            raise RuntimeError("the sandbox does not start")
        url = line.partition("sandbox listens on ")[2].strip()
    complaints = asyncio.ensure_future(process.stderr.read())
    outcome = await attack(url, seed, requests)
    process.terminate()
    said = (await complaints).decode(errors="replace")
    sys.stdout.write(f"seed {seed}: {outcome}\n")
    for wrong in outcome.wrong[:20]:
        sys.stdout.write(f"  {wrong}\n")
    if "Traceback" in said:
        sys.stdout.write(said[-3000:] + "\n")
    return 1 if outcome.wrong or "Traceback" in said or await process.wait() != 0 else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox.fuzzing")
    parser.add_argument("--requests", type=int, default=50_000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same one asks the same (default: %(default)s)")
    options = parser.parse_args()
    sys.exit(asyncio.run(_run(options.requests, options.seed)))
