"""Where a payout may go."""

from orbit_adapters.ton.address import AddressError, TonAddress
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.payment.payment import Method
from orbit_domain.payment.payout import BadDestination


def payout_address(method: Method, settings: TonSettings, typed: str) -> TonAddress:
    """The account in any form, of this network.

    Raises BadDestination, also for an account of the shop and for the token's contracts that the settings know.
    """
    try:
        account = TonAddress.parse(typed.strip(), settings.network)
    except AddressError:
        raise BadDestination(method, "address") from None
    if account in settings.own:
        raise BadDestination(method, "own")
    if account in (settings.usdt_issuer, settings.usdt_account):
        raise BadDestination(method, "token")
    return account


def shown_address(settings: TonSettings, raw: str) -> str:
    """The account *raw* for the owner's wallet; non-bounceable, so that coins stay at a wallet not yet deployed."""
    return TonAddress.parse(raw, settings.network).friendly(settings.network, bounceable=False)
