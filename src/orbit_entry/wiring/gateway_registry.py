"""The ways to pay that this shop has switched on."""

from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import MethodUnavailable, PaymentGateway


class GatewayRegistry:
    """The port `Gateways` over those that the settings name, in the order shown."""

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
