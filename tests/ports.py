"""Ports for servers under test."""

import os
import socket
from itertools import count

_FIRST, _PER_WORKER = 20_000, 400
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_next = count()


def free_port() -> int:
    """A port that nobody holds now, nor is likely to take before the caller does.

    It lies below those that the system deals out by itself, and each test process has a range of its own, begun at a
    place that differs from run to run.
    """
    start = os.getpid() % _PER_WORKER
    for _ in range(_PER_WORKER):
        port = _FIRST + _worker * _PER_WORKER + (start + next(_next)) % _PER_WORKER
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port in the range of this test process")
