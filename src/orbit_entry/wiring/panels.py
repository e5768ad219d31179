"""The panels that the settings name, as the port `Panels`."""

from orbit_domain.access.ports import VpnPanel
from orbit_domain.ids import PanelId


class PanelRegistry:
    """The port `Panels`."""

    def __init__(self, panels: tuple[VpnPanel, ...]) -> None:
        self._panels = {panel.panel_id: panel for panel in panels}

    def get(self, panel_id: PanelId) -> VpnPanel | None:
        """The panel of that id, if it is configured here."""
        return self._panels.get(panel_id)

    def all(self) -> tuple[VpnPanel, ...]:
        """Every configured panel."""
        return tuple(self._panels.values())
