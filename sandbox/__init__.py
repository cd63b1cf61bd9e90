"""A local SMS platform (短信服务) that speaks the Dysmsapi 2017-05-25 wire protocol over HTTP.

The unmodified official SDK works against it, and so does any client that signs by version 3 (ACS3) or version 1 (RPC).
Nothing here knows who calls: the package imports nothing of the rest of the project and runs alone with
``python -m sandbox``. Every status it reports is computed from stored events and the time a request asks about, so
months pass as fast as the caller's clock.
"""

from sandbox.callbacks import CallbackTarget
from sandbox.keys import AccessKey
from sandbox.pace import DEMO, PACES, REAL, Pace, Span
from sandbox.rules import Rules
from sandbox.server import DEMO_ACCOUNTS, SandboxServer

__all__ = [
    "DEMO",
    "DEMO_ACCOUNTS",
    "PACES",
    "REAL",
    "AccessKey",
    "CallbackTarget",
    "Pace",
    "Rules",
    "SandboxServer",
    "Span",
]
