"""How many signed reads the sandbox answers, as a share of what its server does with a route that does nothing.

Both are asked in turns in one run, by the same client over the same number of connections, while the sandbox stores as
many signatures as asked for. What is said of a share holds on any machine; the rates beside it do not.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from bench.http_load import answered_per_second
from sandbox.signing import ACS3_ALGORITHM, acs3_signature

KEY, SECRET = "sandbox-key", "sandbox-secret"
CONNECTIONS = 16
BATCH = 500
GOAL = 1 / 3


@dataclass(frozen=True)
class Told:
    """What was measured; the rates are medians, per second."""

    signatures: int
    shares: list[float]
    """Of each round, sorted."""
    reads: float
    nothing: float

    @property
    def share(self) -> float:
        """Reads for every answer of the route that does nothing."""
        return statistics.median(self.shares)

    def __str__(self) -> str:
        """As it is shown."""
        lowest, highest = self.shares[0], self.shares[-1]
        return (
            f"GetSmsSign, signature verified, {self.signatures} signatures stored, {len(self.shares)} rounds\n"
            f"  share of a route that does nothing: {self.share:.2f} (min {lowest:.2f}, max {highest:.2f}; "
            f"goal: at least {GOAL:.2f})\n"
            f"  on this machine: {self.reads:.0f} reads a second, nothing {self.nothing:.0f} a second"
        )


def stored(number: int) -> dict[str, Any]:
    """A signature that the sandbox is loaded with."""
    return {
        "sign_name": f"云杉{number:06d}",
        "created_at": "2026-10-01T09:00:00+08:00",
        "material": {"QualificationId": 900001},
        "carriers": {carrier: {"status": 3} for carrier in ("mobile", "unicom", "telecom")},
    }


def nothing(host: str) -> bytes:
    """A request to the route that does nothing."""
    return f"GET /_sandbox/ping HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def read(host: str, sign_name: str) -> bytes:
    """A signed GetSmsSign."""
    headers = {
        "host": host,
        "x-acs-action": "GetSmsSign",
        "x-acs-version": "2017-05-25",
        "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid.uuid4().hex,
    }
    signature = acs3_signature(
        method="POST",
        path="/",
        query=[("SignName", sign_name)],
        headers=headers,
        signed_headers=sorted(headers),
        body=b"",
        secret=SECRET,
    )
    names = ";".join(sorted(headers))
    headers["authorization"] = f"{ACS3_ALGORITHM} Credential={KEY},SignedHeaders={names},Signature={signature}"
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /?SignName={quote(sign_name)} HTTP/1.1\r\n{lines}content-length: 0\r\n\r\n".encode()


async def measure(port: int, signatures: int, requests: int, rounds: int) -> list[tuple[float, float]]:
    """Load the sandbox and measure; per round the rates of nothing and of reads."""
    host = f"127.0.0.1:{port}"
    async with aiohttp.ClientSession() as session:
        for first in range(0, signatures, BATCH):
            batch = range(first, min(first + BATCH, signatures))
            document = {"signatures": [stored(number) for number in batch]}
            async with session.post(f"http://{host}/_sandbox/stock", json=document) as answer:
                if answer.status != 200:
                    raise SystemExit(f"the sandbox takes no stock: {await answer.text()}")
    # Whoever polls asks again and again: each signature was read once before anything is measured.
    once = [read(host, f"云杉{number:06d}") for number in range(signatures)]
    await answered_per_second("127.0.0.1", port, once, CONNECTIONS)
    rates = []
    for turn in range(rounds):
        reads = [read(host, f"云杉{(turn * requests + n) * 7919 % signatures:06d}") for n in range(requests)]
        idle = await answered_per_second("127.0.0.1", port, [nothing(host)] * requests, CONNECTIONS)
        busy = await answered_per_second("127.0.0.1", port, reads, CONNECTIONS)
        rates.append((idle, busy))
    return rates


def main() -> int:
    """Run the benchmark; 0 where the goal is met, 1 where it is not."""
    parser = argparse.ArgumentParser(prog="python -m bench.sandbox_reads", description=__doc__)
    parser.add_argument("--signatures", type=int, default=10_000, help="stored signatures (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=1_000, help="per round and route (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=20, help="how often both are measured (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--pace", "real", "--no-limits"]
        server = subprocess.Popen(  # noqa: S603 - our own program
            [*command, "--db", str(Path(folder) / "sandbox.db")], stderr=subprocess.PIPE, text=True
        )
        try:
            port = _port_of(server)
            rates = asyncio.run(measure(port, options.signatures, options.requests, options.rounds))
        finally:
            server.terminate()
            server.wait()
    told = _summary(options.signatures, rates)
    if options.json:
        document = {"signatures": told.signatures, "goal": GOAL, "shares": told.shares}
        sys.stdout.write(json.dumps(document | {"reads": told.reads, "nothing": told.nothing}) + "\n")
    else:
        sys.stdout.write(f"{told}\n")
    return 0 if told.share >= GOAL else 1


def _summary(signatures: int, rates: list[tuple[float, float]]) -> Told:
    return Told(
        signatures=signatures,
        shares=sorted(busy / idle for idle, busy in rates),
        reads=statistics.median(busy for _, busy in rates),
        nothing=statistics.median(idle for idle, _ in rates),
    )


def _port_of(server: subprocess.Popen[str]) -> int:
    """The port that the sandbox says it listens on."""
    for line in server.stderr or ():
        _, listens, address = line.partition("sandbox listens on ")
        if listens:
            return int(address.strip().rsplit(":", 1)[1])
    raise SystemExit("the sandbox does not start")


if __name__ == "__main__":
    sys.exit(main())
