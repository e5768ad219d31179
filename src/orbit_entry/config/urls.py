"""Addresses among the settings: http or https, without a user name, without a trailing slash."""

import re
from typing import Annotated

from pydantic import AfterValidator

_URL = re.compile(r"https?://[^\s/@?#]+(/[^\s?#]*)?")


def _url(text: str) -> str:
    if _URL.fullmatch(text) is None:
        raise ValueError("isn't an http or https address without a user name in it")
    return text.rstrip("/")


def _https_url(text: str) -> str:
    """Telegram pushes over https only; a stand-in on this machine may do without."""
    if not text.startswith(("https://", "http://127.0.0.1:")):
        raise ValueError("must begin with https://")
    return _url(text)


Url = Annotated[str, AfterValidator(_url)]
HttpsUrl = Annotated[str, AfterValidator(_https_url)]
