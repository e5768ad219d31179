"""The owner's keys: archives are encrypted to the public ones, and the secret one is kept by the owner alone."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import pyrage

from orbit_adapters.backup.refused import BackupRefused
from orbit_domain.backup.backup import BackupProblem

_MAX_FILE = 64 * 1024
_SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how every secret key begins, none itself

Identity: TypeAlias = pyrage.x25519.Identity
Recipient: TypeAlias = pyrage.x25519.Recipient


def read_recipients(text: str) -> Sequence[Recipient]:
    """The public keys in *text*, with commas or spaces between them. Raises ValueError."""
    words = text.replace(",", " ").split()
    try:
        return tuple(Recipient.from_str(word) for word in words)
    except pyrage.RecipientError:
        raise ValueError("isn't a list of public keys that begin with age1") from None


def throwaway_key() -> Identity:
    """A key that lives as long as this run: with it the run reads its own archive back."""
    return Identity.generate()


def new_key_file(now: datetime) -> tuple[str, str]:
    """A new public key, and the text of a file that holds its secret one, as `age-keygen` writes it."""
    secret = Identity.generate()
    public = str(secret.to_public())
    return public, f"# created: {now.isoformat(timespec='seconds')}\n# public key: {public}\n{secret}\n"


def read_key_file(file: Path) -> Sequence[Identity]:
    """The secret keys in *file*. Raises BackupRefused, whose message holds none of them."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_CLOEXEC), "rb") as opened:
            text = opened.read(_MAX_FILE).decode("ascii", "replace")
        keys = tuple(Identity.from_str(line) for line in text.split() if line.startswith(_SECRET))
    except OSError as error:
        raise _bad(f"{file} can't be read: {error.strerror}") from None
    except pyrage.IdentityError:
        raise _bad(f"{file} holds a secret key that is damaged") from None
    if not keys:
        raise _bad(f"{file} holds no secret key")
    return keys


def _bad(what: str) -> BackupRefused:
    next_step = "name the file of your secret key with --key; it holds a line that begins with AGE-SECRET-KEY-1"
    return BackupRefused(BackupProblem.BAD_KEY, f"{what}.", next_step)
