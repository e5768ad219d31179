"""The secrets that this process has read, so that they can be masked in whatever leaves it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, unquote, urlsplit

_MIN_CHARS = 8
"""A shorter one would mask half of every line. Its own place, an address or a header, is masked by its shape."""
_MIN_PART_CHARS = 16
"""A list of keys has long parts; a phrase of common words has short ones, which would be masked wherever they stand."""
_SEPARATORS = re.compile(r"[,\s]+|(?<=[A-Za-z0-9])[=:](?=[A-Za-z0-9_-])")
_MASK = "***"

_known: tuple[str, ...] = ()
"""The longest first, so that none is masked in part. Replaced as a whole: other threads log meanwhile."""


def note_secrets(*holders: object) -> None:
    """Mask from now on every `SecretStr` in *holders*: in models, mappings and sequences, at any depth."""
    global _known
    noted = {form for holder in holders for secret in _secrets_in(holder) for form in _forms(secret)}
    _known = tuple(sorted({*_known, *noted}, key=len, reverse=True))


def without_known_secrets(text: str) -> str:
    """*text* with every secret that this process knows masked."""
    for secret in _known:
        if secret in text:
            text = text.replace(secret, _MASK)
    return text


def _secrets_in(holder: object) -> Iterator[str]:
    # Loaded late: `orbit --help` masks secrets too, and knows none.
    from pydantic import BaseModel, SecretStr

    if isinstance(holder, SecretStr):
        yield holder.get_secret_value()
        return
    if isinstance(holder, BaseModel):
        members: Sequence[object] = [value for _, value in holder]
    elif isinstance(holder, Mapping):
        members = list(holder.values())
    else:
        members = list(holder) if isinstance(holder, list | tuple | set | frozenset) else []
    for member in members:
        yield from _secrets_in(member)


def _forms(secret: str) -> Iterator[str]:
    """*secret*, its parts where it is a list or an address, and what each looks like in JSON, `repr` and addresses."""
    parts = [part for part in _SEPARATORS.split(secret) if len(part) >= _MIN_PART_CHARS]
    for part in {secret, *parts, *_password_of(secret)}:
        for form in {part, quote(part, safe=""), repr(part)[1:-1], json.dumps(part)[1:-1], _json_of(part)}:
            if len(form) >= _MIN_CHARS:
                yield form


def _json_of(part: str) -> str:
    return json.dumps(part, ensure_ascii=False)[1:-1]


def _password_of(address: str) -> tuple[str, ...]:
    """The password in *address*, as written and as meant; none when it is no address or has none."""
    try:
        password = urlsplit(address).password if "://" in address else None
    except ValueError:
        return ()
    return (password, unquote(password)) if password else ()
