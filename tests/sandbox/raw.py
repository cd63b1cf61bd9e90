"""Signs and sends requests by hand, in every form that clients use; every part can be bent."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote, urlencode

import aiohttp
from alibabacloud_tea_openapi.utils import Utils

from sandbox import SandboxServer

WALL = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""The wall clock of a sandbox that is called by hand."""

SIGNED_AT = "2026-03-02T02:00:00Z"

FORM = "application/x-www-form-urlencoded"

RpcForm = Literal["get", "post_query", "post_form"]
RPC_FORMS: tuple[RpcForm, ...] = ("get", "post_query", "post_form")


class Raw:
    """Calls one sandbox."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.nonces = 0

    async def post(
        self,
        action: str = "GetSmsSign",
        query: dict[str, str] | None = None,
        *,
        form: dict[str, str] | None = None,
        secret: str = "sandbox-secret",
        key: str = "sandbox-key",
        method: str = "POST",
        path: str = "/",
        algorithm: str = "ACS3-HMAC-SHA256",
        tampered_body: bytes | None = None,
        unsigned: Mapping[str, str] | None = None,
        left_out: str | None = None,
        **headers: str,
    ) -> tuple[int, dict[str, Any]]:
        """Sends an ACS3 request; ``headers`` replace those of the same name, with ``_`` for ``-``."""
        self.nonces += 1
        body = urlencode(form or {}).encode()
        sent = {
            "host": self.server.endpoint,
            "x-acs-action": action,
            "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
            "x-acs-date": SIGNED_AT,
            "x-acs-signature-nonce": f"nonce-{self.nonces}",
            "x-acs-version": "2017-05-25",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        if left_out is not None:
            del sent[left_out]
        if form is not None:
            sent["content-type"] = FORM
        names = sorted(sent)
        pairs = sorted((query or {}).items())
        canonical_query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
        canonical_headers = "".join(f"{name}:{sent[name]}\n" for name in names)
        body_hash = hashlib.sha256(body).hexdigest()
        canonical = f"{method}\n{path}\n{canonical_query}\n{canonical_headers}\n{';'.join(names)}\n{body_hash}"
        to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
        sent["authorization"] = f"{algorithm} Credential={key},SignedHeaders={';'.join(names)},Signature={signature}"
        target = f"{path}?{urlencode(query or {})}"
        return await self.send(
            method, target, sent | dict(unsigned or {}), body if tampered_body is None else tampered_body
        )

    async def rpc(
        self,
        action: str = "GetSmsSign",
        parameters: Mapping[str, str] | None = None,
        *,
        form: RpcForm = "get",
        secret: str = "sandbox-secret",
        left_out: str | None = None,
        tampered: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **common: str,
    ) -> tuple[int, dict[str, Any]]:
        """Sends an RPC request; ``common`` replaces common parameters, ``tampered`` any after the signature."""
        self.nonces += 1
        method = "GET" if form == "get" else "POST"
        fields = {
            "AccessKeyId": "sandbox-key",
            "Action": action,
            "Format": "JSON",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": f"nonce-{self.nonces}",
            "SignatureVersion": "1.0",
            "Timestamp": SIGNED_AT,
            "Version": "2017-05-25",
            **(parameters or {}),
            **common,
        }
        if left_out is not None:
            fields.pop(left_out, None)
        fields["Signature"] = Utils.get_rpcsignature(fields, method, secret)
        if left_out == "Signature":
            del fields["Signature"]
        written = urlencode(fields | dict(tampered or {}))
        sent = dict(headers or {})
        if form == "post_form":
            return await self.send("POST", "/", {"content-type": FORM} | sent, written.encode())
        return await self.send(method, f"/?{written}", sent, b"")

    async def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        """Sends anything and returns the status and the JSON answer."""
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.server.url + path, headers=headers, data=body or None) as response,
        ):
            return response.status, await response.json()
