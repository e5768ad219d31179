"""One answer of a Remnawave panel, and how its body is read."""

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pydantic import TypeAdapter

from orbit_adapters.remnawave.schemas import ERROR, Envelope, ErrorSchema
from orbit_domain.access.ports import PanelUnavailable
from orbit_domain.ids import PanelId

# A word long enough to be a credential.
SECRET_LIKE = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
REASON_CHARS = 200

Value = TypeVar("Value")


@dataclass(frozen=True, repr=False)
class Answer:
    """An answer of the panel. Its repr shows no body, because bodies hold secrets."""

    panel_id: PanelId
    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the panel did what was requested."""
        return 200 <= self.status < 300

    def read(self, adapter: TypeAdapter[Envelope[Value]]) -> Value:
        """What is in the envelope. Raises PanelUnavailable when it has another shape: the outcome is unknown."""
        # The validation error (a ValueError) is dropped, not chained: it may quote a secret.
        with suppress(ValueError):
            return adapter.validate_json(self.body).response
        raise PanelUnavailable(self.panel_id, f"answered {self.status} with something that can't be read")

    @cached_property
    def error(self) -> ErrorSchema:
        """The panel's error. Raises PanelUnavailable when another program answered, such as a proxy in front of it."""
        with suppress(ValueError):
            error = ERROR.validate_json(self.body)
            if error.error_code is not None or error.status_code == self.status:
                return error
        raise PanelUnavailable(self.panel_id, f"answered {self.status}, and not in the words of this panel")

    @property
    def code(self) -> str | None:
        """The panel's own code of the error; None for a success and for an error without one."""
        return None if self.is_success else self.error.error_code

    @property
    def reason(self) -> str:
        """Status, code and text for the owner: short, printable, without anything like a credential."""
        plain = "".join(char if char.isprintable() else " " for char in self.error.message)
        text = SECRET_LIKE.sub("…", plain)[:REASON_CHARS]
        return f"answered {self.status} {self.error.error_code or ''}".rstrip() + f": {text}"
