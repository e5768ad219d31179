"""Kinds of settings that several ways to pay have. Their errors name no value."""

import re
from typing import Annotated

from pydantic import AfterValidator

_LOOPBACK = re.compile(r"http://(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(/[^\s?#@]*)?")
_HTTPS = re.compile(r"https://[^\s/@?#]+(/[^\s?#]*)?")
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,8})?", re.ASCII)


def _safe_url(text: str) -> str:
    """Whoever can change answers on their way decides what they say: http stays on this machine."""
    if not text.startswith("https://") and _LOOPBACK.fullmatch(text) is None:
        raise ValueError("must begin with https://; http is allowed on this machine only")
    if not _LOOPBACK.fullmatch(text) and not _HTTPS.fullmatch(text):
        raise ValueError("isn't an https address without a user name in it")
    return text.rstrip("/")


def _price(text: str) -> str:
    if _PRICE.fullmatch(text) is None:
        raise ValueError("isn't a price such as 250.50")
    if not text.strip("0."):
        raise ValueError("must be more than nothing")
    return text


SafeUrl = Annotated[str, AfterValidator(_safe_url)]
"""An https address, or an http one of this machine, without a user name and without a slash at its end."""

Price = Annotated[str, AfterValidator(_price)]
"""A decimal number above zero as people write it, with up to eight digits after the point."""
