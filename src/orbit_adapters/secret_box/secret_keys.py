"""The keys that seal: how they are written, made, and kept in a file."""

import base64
import binascii
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32
_ID = re.compile(r"[a-z0-9_-]{1,32}", re.ASCII)
_MAX_FILE = 64 * 1024


class UnusableKeyFile(Exception):
    """The file of the keys can't be read or made. The message names the file and no key."""


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A key of 32 bytes and its name, which stands in everything that it seals. Its repr shows the name alone."""

    id: str
    secret: bytes

    def __post_init__(self) -> None:
        if _ID.fullmatch(self.id) is None or len(self.secret) != KEY_BYTES:
            raise ValueError("a key has a name of a-z, 0-9, - and _, and 32 bytes")

    def __repr__(self) -> str:
        return f"<SecretKey {self.id}>"

    def __str__(self) -> str:
        return repr(self)


def read_keys(text: str) -> tuple[SecretKey, ...]:
    """The keys of `id:base64,id:base64`, in that order. Raises ValueError, whose message holds no key."""
    keys = tuple(_key(part) for part in text.replace("\n", ",").split(",") if part.strip())
    if not keys:
        raise ValueError("names no key")
    if len({key.id for key in keys}) < len(keys):
        raise ValueError("names two keys alike")
    return keys


def new_key() -> str:
    """A new key as `id:base64`, random in both."""
    return f"k{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def kept_keys(file: Path) -> tuple[SecretKey, ...]:
    """The keys in *file*, which is made with a new one, for this user alone, if it isn't there.

    Several processes that make it at once end up with the same one. Raises UnusableKeyFile.
    """
    try:
        if not file.exists():
            _make(file)
        # A link would let another user of the machine choose the key.
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, encoding="ascii") as opened:
            return read_keys(opened.read(_MAX_FILE))
    except OSError as error:
        raise UnusableKeyFile(f"{file} can't be used: {error.strerror}") from None
    except ValueError:  # Its text may hold what was read.
        raise UnusableKeyFile(f"{file} holds no keys that can be read") from None


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as output:
            output.write(f"{new_key()}\n")
            output.flush()
            os.fsync(output.fileno())
        # Unlike a rename, a link never takes the place of a key that another process has made meanwhile.
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()


def _key(part: str) -> SecretKey:
    name, _, encoded = part.strip().partition(":")
    try:
        return SecretKey(name, base64.b64decode(encoded, validate=True))
    except (ValueError, binascii.Error):
        raise ValueError("isn't a list of keys such as id:base64, each of 32 bytes") from None
