"""The two ways in which requests to the platform are signed (签名机制). Nothing here knows keys or refuses anybody.

Both sign parameters as they mean, not as they were written: a client may write a space as ``+`` or ``%20``, so what was
parsed is encoded again by RFC 3986.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote

ACS3_ALGORITHM = "ACS3-HMAC-SHA256"
"""Version 3: the signature and what it covers stand in the header ``Authorization``."""

_NOTHING_HASHED = hashlib.sha256().hexdigest()

RPC_METHOD, RPC_VERSION = "HMAC-SHA1", "1.0"
"""``SignatureMethod`` and ``SignatureVersion`` of version 1 (RPC): the signature is a parameter like any other."""


def acs3_signature(
    *,
    method: str,
    path: str,
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    signed_headers: Sequence[str],
    body: bytes,
    secret: str,
) -> str:
    """Signs a request by version 3.

    Args:
        method: The HTTP method in capitals.
        path: The path as it stands in the URL.
        query: The parameters of the URL.
        headers: The headers by lower-case name.
        signed_headers: The names of those that are signed, in the order of ``SignedHeaders``.
        body: The body as it was sent.
        secret: The access key secret.

    Returns:
        Lower-case hexadecimal digits.
    """
    canonical = "\n".join(
        (
            method,
            path,
            _canonical(query),
            *(f"{name}:{headers.get(name, '')}" for name in signed_headers),
            "",
            ";".join(signed_headers),
            hashlib.sha256(body).hexdigest() if body else _NOTHING_HASHED,
        )
    )
    to_sign = f"{ACS3_ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.digest(secret.encode(), to_sign.encode(), "sha256").hex()


def rpc_string_to_sign(method: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Writes what version 1 signs.

    Args:
        method: The HTTP method in capitals.
        parameters: All parameters, of the URL and of a form body alike; ``Signature`` is left out by itself.
    """
    signed = _canonical((name, value) for name, value in parameters if name != "Signature")
    return f"{method}&{_encoded('/')}&{_encoded(signed)}"


def rpc_signature(string_to_sign: str, secret: str) -> str:
    """Signs by version 1; the key is the access key secret with ``&`` behind it.

    Returns:
        Base64.
    """
    digest = hmac.digest(f"{secret}&".encode(), string_to_sign.encode(), "sha1")
    return base64.b64encode(digest).decode()


def _canonical(parameters: Iterable[tuple[str, str]]) -> str:
    # The order is that of the names before they are encoded.
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(parameters))


@lru_cache(maxsize=10_000)
def _encoded(text: str) -> str:
    return quote(text, safe="~")
