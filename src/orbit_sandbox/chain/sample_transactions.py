"""Sample transactions of a shop's wallet besides ordinary payments: each function adds one kind to the chain."""

from orbit_sandbox.chain.cells import CellOut, opcode_body
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.records import SimTransaction

JETTON_NOTIFICATION = 0x7362D09C
EXCESSES = 0xD53276DB
COIN = 1_000_000_000


def dust(chain: SimChain, destination: str, count: int, comment: str | None = None) -> tuple[SimTransaction, ...]:
    """*count* payments of one nanoton each, the cheapest way to fill an account's history."""
    spammer = chain.wallet("spammer", 10**9 * COIN)
    return tuple(chain.pay(spammer, destination, 1, comment) for _ in range(count))


def fake_jetton(chain: SimChain, destination: str, units: int, comment: str | None = None) -> SimTransaction:
    """A forged notice that *units* of some token arrived, from a contract that isn't a jetton wallet of the shop."""
    forger = chain.wallet("forger", 10**6 * COIN)
    return chain.pay(forger, destination, 1, body=_notification(units, comment), bounce=False)


def jetton_notice(chain: SimChain, jetton_wallet: str, destination: str, units: int) -> SimTransaction:
    """The true notice from *jetton_wallet*, with one nanoton attached."""
    chain.account(jetton_wallet).balance += COIN
    return chain.pay(jetton_wallet, destination, 1, body=_notification(units, None))


def excesses(chain: SimChain, destination: str, nanotons: int) -> SimTransaction:
    """Unused gas that comes back from a token transfer."""
    contract = chain.wallet("some contract", 10**6 * COIN)
    return chain.pay(contract, destination, nanotons, body=opcode_body(EXCESSES, bytes(8)))


def rejected_deposit(chain: SimChain, source: str, destination: str, nanotons: int, comment: str) -> SimTransaction:
    """A payment that *destination* sends back at once: a false top-up for a reader that checks values only."""
    return chain.pay(source, destination, nanotons, comment, bounce=True, fails=True)


def bounced_refund(
    chain: SimChain, source: str, nanotons: int, comment: str | None = None, *, newer: bool = False
) -> SimTransaction:
    """A payment of *source* to an uninit wallet bounces, with the older or the *newer* body of bounced messages.

    Returns the transaction of the bounced message.
    """
    nowhere = chain.wallet("nowhere", deployed=False)
    chain.pay(source, nowhere, nanotons, comment, bounce=True, newer_bounce=newer)
    return chain.account(source).transactions[-1]


def extra_currency(chain: SimChain, source: str, destination: str, nanotons: int, comment: str) -> SimTransaction:
    """Coins with some units of an extra currency, which the shop doesn't take."""
    return chain.pay(source, destination, nanotons, comment, extra={"100": "5000"})


def _notification(units: int, comment: str | None) -> CellOut:
    amount = units.to_bytes(15, "big").lstrip(b"\0")
    return opcode_body(JETTON_NOTIFICATION, bytes(8) + bytes([len(amount)]) + amount + (comment or "").encode())
