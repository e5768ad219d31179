"""How a customer pays an invoice of Crypto Pay: whole, in one coin, while it is active."""

from orbit_sandbox.cryptopay.sim_cryptopay import CryptoPayRefusal, SimCryptoPay

COINS = ("USDT", "TON")


def pay_invoice(sim: SimCryptoPay, invoice_hash: str, coin: str) -> None:
    """Pay the invoice in *coin*. Raises CryptoPayRefusal when that can't be done."""
    if coin not in COINS:
        raise CryptoPayRefusal(404, "ASSET_INVALID")
    sim.pay(sim.by_hash(invoice_hash), coin)
