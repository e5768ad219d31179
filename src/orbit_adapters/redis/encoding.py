"""How text is kept in Redis, so that what somebody else or an older version left there isn't taken for ours."""

_MARK = b"orbit1\n"
LONGEST_BYTES = 1 << 20
"""Longer values aren't ours."""


def encode(text: str) -> bytes:
    """*text* as it is stored; any string of Python survives, half surrogate pairs included."""
    return _MARK + encode_key(text)


def decode(held: bytes) -> str:
    """The text that `encode` made into *held*. Raises ValueError for anything else."""
    if not held.startswith(_MARK) or len(held) > LONGEST_BYTES:
        raise ValueError("no value of ours")
    return held.removeprefix(_MARK).decode("utf-8", "surrogatepass")


def encode_key(key: str) -> bytes:
    """*key* as Redis gets it."""
    return key.encode("utf-8", "surrogatepass")
