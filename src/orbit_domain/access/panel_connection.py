"""How a panel is reached, as far as the domain knows: a document that its adapter alone reads."""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from orbit_domain.ids import PanelId

ConnectionDocument: TypeAlias = Mapping[str, object]
"""JSON. What is secret in it is sealed before it comes here."""


class PanelConnections(Protocol):
    """The connections of the panels that aren't in the settings."""

    async def all(self) -> Mapping[PanelId, ConnectionDocument]:
        """The connection of each panel that has one here."""

    async def put(self, panel_id: PanelId, document: ConnectionDocument) -> None:
        """Record how the panel is reached from now on. Raises LookupError for a panel that isn't recorded."""


def panel_subject(panel_id: PanelId) -> str:
    """The subject of admin actions on a panel."""
    return f"panel:{panel_id}"
