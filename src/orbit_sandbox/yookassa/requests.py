"""What the simulated YooKassa takes in a request: amounts, texts, and who it is for."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_AMOUNT = re.compile(r"([0-9]{1,9})\.([0-9]{2})", re.ASCII)
_MAX_METADATA = 16
_MAX_VALUE_CHARS = 512
_MAX_METADATA_NAME_CHARS = 32


class YooKassaRefusal(Exception):
    """A refused request: the HTTP status and the code of the answer, and which parameter was wrong."""

    def __init__(self, status: int, code: str, parameter: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.parameter = parameter


def money(body: Mapping[str, Any]) -> int:
    """The amount in kopecks. Raises YooKassaRefusal unless it is in roubles, with two digits, and not nothing."""
    given = body.get("amount")
    amount = given if isinstance(given, dict) else {}
    value = amount.get("value")
    found = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    if found is None or amount.get("currency") != "RUB" or not int(found[1] + found[2]):
        raise YooKassaRefusal(400, "invalid_request", "amount")
    return int(found[1] + found[2])


def text(body: Mapping[str, Any], name: str, max_chars: int) -> str:
    """A text that may be missing. Raises YooKassaRefusal."""
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > max_chars:
        raise YooKassaRefusal(400, "invalid_request", name)
    return value


def metadata(body: Mapping[str, Any]) -> dict[str, str]:
    """The shop's own words about a payment. Raises YooKassaRefusal."""
    given = body.get("metadata", {})
    if not isinstance(given, dict) or len(given) > _MAX_METADATA:
        raise YooKassaRefusal(400, "invalid_request", "metadata")
    for name, value in given.items():
        if len(name) > _MAX_METADATA_NAME_CHARS or not isinstance(value, str) or len(value) > _MAX_VALUE_CHARS:
            raise YooKassaRefusal(400, "invalid_request", "metadata")
    return given


def check_redirect(body: Mapping[str, Any]) -> None:
    """A payment is confirmed on YooKassa's page and taken at once. Raises YooKassaRefusal for any other."""
    confirmation = body.get("confirmation")
    if not isinstance(confirmation, dict) or confirmation.get("type") != "redirect":
        raise YooKassaRefusal(400, "invalid_request", "confirmation")
    if not isinstance(confirmation.get("return_url"), str):
        raise YooKassaRefusal(400, "invalid_request", "confirmation.return_url")
    if body.get("capture") is not True:
        raise YooKassaRefusal(400, "invalid_request", "capture")


def check_receipt(body: Mapping[str, Any], units: int) -> None:
    """A receipt, where there is one, is somebody's and adds up. Raises YooKassaRefusal."""
    receipt = body.get("receipt")
    if receipt is None:
        return
    try:
        items = receipt["items"]
        is_whole = bool(receipt["customer"]["email"]) and sum(money(item) for item in items) == units
        is_whole = is_whole and all(item["quantity"] == "1.00" and type(item["vat_code"]) is int for item in items)
    except (KeyError, TypeError):
        is_whole = False
    if not is_whole:
        raise YooKassaRefusal(400, "invalid_request", "receipt")


def limit(query: Mapping[str, str]) -> int:
    """How many rows a page has: ten, unless said otherwise. Raises YooKassaRefusal."""
    given = query.get("limit", "10")
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= 100):
        raise YooKassaRefusal(400, "invalid_request", "limit")
    return int(given)


def since(query: Mapping[str, str], name: str) -> datetime | None:
    """From when on rows are wanted, if from any time. Raises YooKassaRefusal."""
    given = query.get(f"{name}.gte")
    if given is None:
        return None
    try:
        return datetime.fromisoformat(given).astimezone(UTC)
    except ValueError:
        raise YooKassaRefusal(400, "invalid_request", f"{name}.gte") from None
