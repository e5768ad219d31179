"""Seals bytes with AES-256-GCM: whoever has the database alone can neither read nor change them."""

import base64
import os
import re
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orbit_adapters.secret_box.secret_keys import SecretKey

_VERSION = "v1"
_NONCE_BYTES = 12
_SEALED = re.compile(rf"{_VERSION}\.([a-z0-9_-]{{1,32}})\.([A-Za-z0-9_-]+)", re.ASCII)


class SealedWithUnknownKey(Exception):
    """It was sealed with a key that isn't among ours: `key_id` is its name."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"it is sealed with the key {key_id!r}, which isn't among the keys")
        self.key_id = key_id


class BrokenSeal(Exception):
    """It was changed, cut, sealed for another purpose or with another key of that name, or was never sealed."""


class SecretBox:
    """Seals with the first of its keys and opens with any of them.

    A sealed text is `v1.<name of the key>.<nonce and ciphertext>`, in characters that need no escaping anywhere.
    The purpose isn't stored: it says whose value it is, such as a row and a column, so that a sealed value that
    somebody moves elsewhere doesn't open there.
    """

    def __init__(self, keys: Sequence[SecretKey]) -> None:
        if not keys:
            raise ValueError("a box needs a key")
        self.key_id = keys[0].id
        self._ciphers = {key.id: AESGCM(key.secret) for key in keys}

    def seal(self, plain: bytes, purpose: str) -> str:
        """*plain*, sealed for *purpose*; the same twice looks different."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self.key_id].encrypt(nonce, plain, _bound(self.key_id, purpose))
        return f"{_VERSION}.{self.key_id}.{_text(nonce + sealed)}"

    def open(self, sealed: str, purpose: str) -> bytes:
        """What was sealed for *purpose*. Raises SealedWithUnknownKey, BrokenSeal."""
        key_id, body = _parts(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealedWithUnknownKey(key_id)
        try:
            return cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _bound(key_id, purpose))
        except (InvalidTag, ValueError):
            raise BrokenSeal("it can't be opened") from None

    def is_current(self, sealed: str) -> bool:
        """Whether the first key has sealed it, so that no older one is needed for it. Raises BrokenSeal."""
        return _parts(sealed)[0] == self.key_id


def _parts(sealed: str) -> tuple[str, bytes]:
    found = _SEALED.fullmatch(sealed)
    if found is None:
        raise BrokenSeal("it isn't a sealed text")
    key_id, text = found.groups()
    try:
        body = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise BrokenSeal("it isn't a sealed text") from None
    if _text(body) != text:  # Several texts decode to the same bytes; one of them is ours.
        raise BrokenSeal("it isn't a sealed text")
    return key_id, body


def _text(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode("ascii")


def _bound(key_id: str, purpose: str) -> bytes:
    """What is authenticated beside the value. No name of a key holds a dot, so the parts can't run into each other."""
    return f"{_VERSION}.{key_id}.{purpose}".encode()
