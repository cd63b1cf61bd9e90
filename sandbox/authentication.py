"""Who sent a request, and is it fresh: keys, tokens, dates, signatures and nonces of both forms.

The error codes are those of the platform's list of common errors (公共错误码): ``Missing{parameter}`` for what is
absent, ``Invalid{parameter}`` for what is wrong.
"""

import hmac
import re
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sandbox.clock import parse_instant
from sandbox.keys import AccessKey
from sandbox.protocol import ApiError, WireRequest
from sandbox.signing import (
    ACS3_ALGORITHM,
    RPC_METHOD,
    RPC_VERSION,
    acs3_signature,
    rpc_signature,
    rpc_string_to_sign,
)

MAX_SKEW = timedelta(minutes=15)
"""How far the date of a request may lie from the wall clock, either way."""

_AUTHORIZATION = re.compile(r"(\S+) Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})")
_MISMATCH = "Specified signature is not matched with our calculation."


class Authenticator:
    """Verifies who sent a request and that it is fresh."""

    def __init__(self, keys: Iterable[AccessKey]) -> None:
        """Takes the access keys. Nonces are remembered in memory for as long as they matter."""
        self._nonces: set[tuple[str, str]] = set()
        self._used: deque[tuple[datetime, tuple[str, str]]] = deque()
        self.replace_keys(keys)

    def replace_keys(self, keys: Iterable[AccessKey]) -> None:
        """Takes other access keys instead. Nonces stay remembered."""
        self._keys = {key.id: key for key in keys}

    def verify(self, request: WireRequest, now: datetime) -> str:
        """Verifies the key, the date, the security token, the signature and the nonce, in this order.

        Args:
            request: The request.
            now: The wall clock; never the asked time, because the caller signs by its own wall clock.

        Returns:
            The account that the key acts for.

        Raises:
            ApiError: ``InvalidAccessKeyId.NotFound``, ``InvalidTimeStamp.Format``, ``InvalidTimeStamp.Expired``,
                ``MissingSecurityToken``, ``InvalidSecurityToken.MismatchWithAccessKey``,
                ``InvalidSecurityToken.Expired``, ``InvalidSignatureMethod``, ``SignatureDoesNotMatch`` or
                ``SignatureNonceUsed``; of ACS3 also ``IncompleteSignature``, of RPC also
                ``InvalidSignatureVersion``; and ``Missing{parameter}``.
        """
        key, nonce = self._verify_acs3(request, now) if request.is_acs3 else self._verify_rpc(request, now)
        self._check_nonce(key.id, nonce, now)
        return key.owner

    def _verify_acs3(self, request: WireRequest, now: datetime) -> tuple[AccessKey, str]:
        headers = request.headers
        match = _AUTHORIZATION.fullmatch(headers["authorization"])
        if not match:
            raise ApiError("IncompleteSignature", "The Authorization header does not conform to the standard.")
        algorithm, key_id, names, signature = match.groups()
        if algorithm != ACS3_ALGORITHM:
            raise ApiError("InvalidSignatureMethod", f"The signature algorithm is not {ACS3_ALGORITHM}.")
        key = self._key(key_id)
        _check_date(_present("Timestamp", headers.get("x-acs-date")), now)
        nonce = _present("SignatureNonce", headers.get("x-acs-signature-nonce"))
        _check_token(key, headers.get("x-acs-security-token"), now)
        signed_headers = names.split(";")
        _check_covered(request, signed_headers)
        calculated = acs3_signature(
            method=request.method,
            path=request.path,
            query=request.query,
            headers=headers,
            signed_headers=signed_headers,
            body=request.body,
            secret=key.secret,
        )
        if not hmac.compare_digest(signature, calculated):
            raise ApiError("SignatureDoesNotMatch", _MISMATCH)
        return key, nonce

    def _verify_rpc(self, request: WireRequest, now: datetime) -> tuple[AccessKey, str]:
        fields = request.fields
        key = self._key(fields.required("AccessKeyId"))
        signature = fields.required("Signature")
        _check_date(fields.required("Timestamp"), now)
        if fields.required("SignatureMethod") != RPC_METHOD:
            raise ApiError("InvalidSignatureMethod", f"SignatureMethod is not {RPC_METHOD}.")
        if fields.required("SignatureVersion") != RPC_VERSION:
            raise ApiError("InvalidSignatureVersion", f"SignatureVersion is not {RPC_VERSION}.")
        nonce = fields.required("SignatureNonce")
        _check_token(key, fields.text("SecurityToken"), now)
        to_sign = rpc_string_to_sign(request.method, [*request.query, *request.form])
        # Compared as bytes: compare_digest takes no text beyond ASCII, which a caller may send.
        if not hmac.compare_digest(signature.encode(), rpc_signature(to_sign, key.secret).encode()):
            # Widespread clients compare what follows the colon with what they signed, to tell a wrong secret from a
            # string that was put together wrongly.
            raise ApiError("SignatureDoesNotMatch", f"{_MISMATCH} server string to sign is:{to_sign}")
        return key, nonce

    def _key(self, key_id: str) -> AccessKey:
        key = self._keys.get(key_id)
        if key is None:
            raise ApiError("InvalidAccessKeyId.NotFound", "Specified access key is not found.", 404)
        return key

    def _check_nonce(self, key_id: str, nonce: str, now: datetime) -> None:
        # A request may be dated up to MAX_SKEW ahead, so its nonce can be replayed for twice that long.
        while self._used and now - self._used[0][0] > 2 * MAX_SKEW:
            self._nonces.discard(self._used.popleft()[1])
        if (key_id, nonce) in self._nonces:
            raise ApiError("SignatureNonceUsed", "Specified signature nonce was used already.")
        self._nonces.add((key_id, nonce))
        self._used.append((now, (key_id, nonce)))


def _present(name: str, value: str | None) -> str:
    if not value:
        raise ApiError(f"Missing{name}", f"{name} is mandatory for this action.")
    return value


def _check_date(text: str, now: datetime) -> None:
    try:
        date = parse_instant(text)
    except (ValueError, OverflowError) as error:
        raise ApiError("InvalidTimeStamp.Format", "Specified time stamp is not an ISO 8601 time in UTC.") from error
    if abs(now - date) > MAX_SKEW:
        raise ApiError("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")


def _check_token(key: AccessKey, token: str | None, now: datetime) -> None:
    if key.token is None and not token:
        return
    if key.token is not None and not token:
        raise ApiError("MissingSecurityToken", "SecurityToken is mandatory for this action.")
    if not hmac.compare_digest((token or "").encode(), (key.token or "").encode()):
        raise ApiError("InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken is not that of the key.")
    if key.expires_at is not None and now >= key.expires_at:
        raise ApiError("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")


def _check_covered(request: WireRequest, signed_headers: Sequence[str]) -> None:
    """Refuses a signature that leaves a public header (公共请求头) open to change.

    The signature reference has every one that is sent signed; without that a nonce could be exchanged for a fresh one.
    """
    missing = [
        name for name in request.headers if name not in signed_headers and (name == "host" or name.startswith("x-acs-"))
    ]
    if missing:
        raise ApiError("IncompleteSignature", f"SignedHeaders does not name {', '.join(sorted(missing))}.")
