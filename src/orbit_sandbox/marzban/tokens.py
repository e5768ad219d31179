"""The two tokens a Marzban panel issues: for administrators (JWT, HS256) and in subscription links."""

import base64
import binascii
import hashlib
import hmac
import json
import math
from datetime import datetime

SIGNATURE_CHARS = 10


def sign_jwt(claims: dict[str, object], secret: bytes) -> str:
    """*claims* as a compact HS256 token."""
    head = _pack(b'{"alg":"HS256","typ":"JWT"}')
    body = _pack(json.dumps(claims, separators=(",", ":")).encode())
    return f"{head}.{body}.{_pack(hmac.digest(secret, f'{head}.{body}'.encode(), 'sha256'))}"


def read_jwt(token: str, secret: bytes) -> dict[str, object] | None:
    """The claims of a token signed with *secret*; None for anything else."""
    head, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    expected = _pack(hmac.digest(secret, f"{head}.{body}".encode(), "sha256"))
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        return None
    claims = json.loads(_unpack(body) or b"null")
    return claims if isinstance(claims, dict) else None


def subscription_token(username: str, at: datetime, secret: bytes) -> str:
    """The token of a subscription link: name and second rounded up, then ten characters of signature.

    It changes every second, so the same user has many valid links.
    """
    body = _pack(f"{username},{math.ceil(at.timestamp())}".encode())
    return body + _signature(body, secret)


def read_subscription_token(token: str, secret: bytes) -> tuple[str, int] | None:
    """The name and the unix second a token was made for; None for a foreign token."""
    body, signature = token[:-SIGNATURE_CHARS], token[-SIGNATURE_CHARS:]
    if not hmac.compare_digest(_signature(body, secret).encode(), signature.encode()):
        return None
    username, _, second = (_unpack(body) or b"").decode().rpartition(",")
    return (username, int(second)) if second.isdigit() else None


def _signature(body: str, secret: bytes) -> str:
    return base64.urlsafe_b64encode(hmac.digest(secret, body.encode(), hashlib.sha256)).decode()[:SIGNATURE_CHARS]


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unpack(text: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
