"""One answer of a Marzban panel, and how its body is read."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter

from orbit_adapters.marzban.schemas import ErrorSchema
from orbit_domain.access.ports import PanelUnavailable
from orbit_domain.ids import PanelId

# A word long enough to be a credential.
SECRET_LIKE = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
REASON_CHARS = 200

Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """An answer of the panel. Its repr shows no body, because bodies hold secrets."""

    panel_id: PanelId
    status: int
    body: bytes

    def read(self, model: type[Model]) -> Model:
        """The body as *model*. Raises PanelUnavailable when the body has another shape: the outcome is unknown."""
        return self.read_as(TypeAdapter(model))

    def read_as(self, adapter: TypeAdapter[Value]) -> Value:
        """The body as the type of *adapter*. Raises PanelUnavailable."""
        # The validation error (a ValueError) is dropped, not chained: it may quote a secret.
        with suppress(ValueError):
            return adapter.validate_json(self.body)
        raise PanelUnavailable(self.panel_id, f"answered {self.status} with something that can't be read")

    @property
    def detail(self) -> str | dict[str, Any]:
        """The panel's error text. Raises PanelUnavailable when the body has none."""
        return self.read(ErrorSchema).detail

    @property
    def reason(self) -> str:
        """The error text for the owner: short, printable, without anything like a credential. Raises PanelUnavailable.

        The panel may repeat what it received.
        """
        detail = self.detail
        text = detail if isinstance(detail, str) else "; ".join(f"{name}: {what}" for name, what in detail.items())
        plain = "".join(char if char.isprintable() else " " for char in text)
        return SECRET_LIKE.sub("…", plain)[:REASON_CHARS]
