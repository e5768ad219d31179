"""The parameters of one Bot API call, validated."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orbit_sandbox.telegram.refusals import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """Named values as they arrived: strings from a form, or any JSON value; and the uploaded files.

    Each reader raises `BotApiRefusal` (400) for a value of the wrong shape.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers count as strings because forms cannot tell them apart."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool | dict | list):
            raise bad_request(f'parameter "{name}" must be a string')
        return _utf8(str(value))

    def integer(self, name: str, default: int | None = None) -> int:
        """A whole number. Absent without a *default* is a refusal."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise bad_request(f'parameter "{name}" is required')
            return default
        try:
            if isinstance(value, bool | float):
                raise ValueError(name)
            number = int(value)
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" must be an integer') from None
        if not -(2**63) <= number < 2**63:
            raise bad_request(f'parameter "{name}" is out of range')
        return number

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no, in any of the spellings that Telegram accepts."""
        value = self.values.get(name)
        if value is None:
            return default
        return str(value).lower() in {"true", "1", "yes", "y"}

    def structure(self, name: str) -> Any:
        """A JSON value, whether it came decoded or as a string. None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return _checked(value, name)
        if not value:
            return None
        try:
            return _checked(json.loads(value), name)
        except (ValueError, RecursionError):
            raise bad_request(f"can't parse {name} JSON object") from None

    def upload(self, reference: str) -> Upload | None:
        """The file that *reference* (`attach://…` or a field's own name) points to, if it came along."""
        return self.files.get(reference.removeprefix("attach://"))


def _utf8(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return value


def _checked(value: Any, name: str) -> Any:
    try:
        _utf8(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError, RecursionError):
        raise bad_request(f"can't parse {name} JSON object") from None
    return value
