"""Addresses among the settings: http or https, without a user name, without a trailing slash."""

import re
from typing import Annotated

from pydantic import AfterValidator

_URL = re.compile(r"https?://[^\s/@?#]+(/[^\s?#]*)?")


def plain_url(text: str) -> str:
    """*text* without a slash at its end. Raises ValueError for anything but an address."""
    if _URL.fullmatch(text) is None:
        raise ValueError("isn't an http or https address without a user name in it")
    return text.rstrip("/")


def _https_url(text: str) -> str:
    """Telegram pushes over https only; a stand-in on this machine may do without."""
    if not text.startswith(("https://", "http://127.0.0.1:")):
        raise ValueError("must begin with https://")
    return plain_url(text)


Url = Annotated[str, AfterValidator(plain_url)]
HttpsUrl = Annotated[str, AfterValidator(_https_url)]
