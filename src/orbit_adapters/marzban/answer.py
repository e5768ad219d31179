"""One answer of a Marzban panel, and how its body is read."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter

from orbit_adapters.marzban.schemas import ErrorSchema
from orbit_adapters.panel_plugin.exchange import unusable
from orbit_domain.access.ports import OutcomeUnknown, PanelUnavailable
from orbit_domain.ids import PanelId

# A word long enough to be a credential.
SECRET_LIKE = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
REASON_CHARS = 200

Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """An answer of the panel. Its repr shows no body, because bodies hold secrets.

    `changes`: the request could have changed something, so an answer that can't be read leaves the outcome unknown.
    """

    panel_id: PanelId
    status: int
    body: bytes
    changes: bool = False

    def read(self, model: type[Model]) -> Model:
        """The body as *model*. Raises what `unusable` gives when the body has another shape."""
        return self.read_as(TypeAdapter(model))

    def read_as(self, adapter: TypeAdapter[Value]) -> Value:
        """The body as the type of *adapter*. Raises what `unusable` gives."""
        # The validation error (a ValueError) is dropped, not chained: it may quote a secret.
        with suppress(ValueError):
            return adapter.validate_json(self.body)
        raise self.unusable(f"answered {self.status} with something that can't be read")

    def unusable(self, reason: str) -> PanelUnavailable | OutcomeUnknown:
        """The error that says no more than is known: after a change, nothing."""
        return unusable(self.panel_id, reason, changes=self.changes)

    @property
    def detail(self) -> str | dict[str, Any]:
        """The panel's error text. Raises what `unusable` gives when the body has none."""
        return self.read(ErrorSchema).detail

    @property
    def reason(self) -> str:
        """The error text for the owner: short, printable, without anything like a credential. Raises as `detail`.

        The panel may repeat what it received.
        """
        detail = self.detail
        text = detail if isinstance(detail, str) else "; ".join(f"{name}: {what}" for name, what in detail.items())
        plain = "".join(char if char.isprintable() else " " for char in text)
        return SECRET_LIKE.sub("…", plain)[:REASON_CHARS]
