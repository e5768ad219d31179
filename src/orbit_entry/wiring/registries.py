"""The gateways and the panels that the settings name, as the ports `Gateways` and `Panels`."""

from orbit_domain.access.ports import VpnPanel
from orbit_domain.ids import PanelId
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import MethodUnavailable, PaymentGateway


class GatewayRegistry:
    """The port `Gateways`, in the order shown."""

    def __init__(self, gateways: tuple[PaymentGateway, ...]) -> None:
        self._gateways = {gateway.method: gateway for gateway in gateways}

    def get(self, method: Method) -> PaymentGateway:
        """The gateway of *method*. Raises MethodUnavailable."""
        gateway = self._gateways.get(method)
        if gateway is None:
            raise MethodUnavailable(method, "the shop doesn't take it")
        return gateway

    def all(self) -> tuple[PaymentGateway, ...]:
        """Every gateway, in the order shown."""
        return tuple(self._gateways.values())


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
