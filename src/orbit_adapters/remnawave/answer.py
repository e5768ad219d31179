"""One answer of a Remnawave panel, and how its body is read."""

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pydantic import TypeAdapter

from orbit_adapters.panel_plugin.exchange import unusable
from orbit_adapters.remnawave.schemas import ERROR, Envelope, ErrorSchema
from orbit_domain.access.ports import OutcomeUnknown, PanelUnavailable
from orbit_domain.ids import PanelId

# A word long enough to be a credential.
SECRET_LIKE = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
REASON_CHARS = 200

Value = TypeVar("Value")


@dataclass(frozen=True, repr=False)
class Answer:
    """An answer of the panel. Its repr shows no body, because bodies hold secrets.

    `changes`: the request could have changed something, so an answer that can't be read leaves the outcome unknown.
    """

    panel_id: PanelId
    status: int
    body: bytes
    changes: bool = False

    @property
    def is_success(self) -> bool:
        """Whether the panel did what was requested."""
        return 200 <= self.status < 300

    def read(self, adapter: TypeAdapter[Envelope[Value]]) -> Value:
        """What is in the envelope. Raises what `unusable` gives when it has another shape."""
        # The validation error (a ValueError) is dropped, not chained: it may quote a secret.
        with suppress(ValueError):
            return adapter.validate_json(self.body).response
        raise self.unusable(f"answered {self.status} with something that can't be read")

    def unusable(self, reason: str) -> PanelUnavailable | OutcomeUnknown:
        """The error that says no more than is known: after a change, nothing."""
        return unusable(self.panel_id, reason, changes=self.changes)

    @cached_property
    def error(self) -> ErrorSchema:
        """The panel's error. Raises what `unusable` gives when another program answered, such as a proxy before it."""
        with suppress(ValueError):
            error = ERROR.validate_json(self.body)
            if error.error_code is not None or error.status_code == self.status:
                return error
        raise self.unusable(f"answered {self.status}, and not in the words of this panel")

    @property
    def code(self) -> str | None:
        """The panel's own code of the error; None for a success and for an error without one."""
        return None if self.is_success else self.error.error_code

    @property
    def reason(self) -> str:
        """Status, code, text and fields for the owner: short, printable, without anything like a credential."""
        fields = ", ".join(dict.fromkeys(one.field for one in self.error.errors if one.field))
        said = f"{self.error.message} ({fields})" if fields else self.error.message
        plain = "".join(char if char.isprintable() else " " for char in said)
        text = SECRET_LIKE.sub("…", plain)[:REASON_CHARS]
        return f"answered {self.status} {self.error.error_code or ''}".rstrip() + f": {text}"
