"""Tokens on the simulated chain: an issuer, a wallet contract for each owner, and every message between them."""

import hashlib
from dataclasses import dataclass

from orbit_sandbox.chain.address import raw_address
from orbit_sandbox.chain.bits import BitsOut
from orbit_sandbox.chain.cells import CellOut, Encoding, bounced_body, comment_body, opcode_body
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.records import SimMessage, SimTransaction

TRANSFER = 0x0F8A7EA5
INTERNAL_TRANSFER = 0x178D4519
NOTIFICATION = 0x7362D09C
EXCESSES = 0xD53276DB
BURN = 0x595F07BC
SET_STATUS = 0xEED236D3
COIN = 1_000_000_000
_GAS = COIN // 10
_PASSED_ON = COIN // 20
_QUERY = 7


class NotEnoughTokens(ValueError):
    """The payer hasn't got so many."""


@dataclass(frozen=True, slots=True)
class TokensOnTheirWay:
    """*units* that have left the payer's token wallet and not yet arrived at that of *owner*."""

    message: SimMessage
    units: int
    payer: str
    owner: str
    forward: int
    payload: CellOut


class SimJetton:
    """One token. Two with the same name on two chains have nothing in common; owners are given in any form.

    `named` replaces what the issuer answers about an owner: an issuer, or an index, that lies.
    """

    def __init__(self, chain: SimChain, name: str = "usdt") -> None:
        self.chain = chain
        self.master = chain.wallet(f"issuer of {name}", 1_000 * COIN)
        self.balances: dict[str, int] = {}
        self.locked: set[str] = set()
        self.named: dict[str, str] = {}
        chain.contracts.append(self)

    def wallet_of(self, owner: str) -> str:
        """The raw address of the account that holds *owner*'s tokens, whether it exists yet or not."""
        digest = hashlib.sha256(f"{self.master}/{raw_address(owner)}".encode()).hexdigest().upper()
        return f"0:{digest}"

    def balance_of(self, owner: str) -> int:
        """How many units *owner* has."""
        return self.balances.get(raw_address(owner), 0)

    def give(self, owner: str, units: int) -> None:
        """Let *owner* have *units* since ever."""
        self.balances[raw_address(owner)] = self.balance_of(owner) + units
        self.chain.account(self.wallet_of(owner)).status = "active"

    def pay(
        self,
        payer: str,
        owner: str,
        units: int,
        comment: str | None = None,
        *,
        encoding: Encoding | str = Encoding.INLINE,
        in_ref: bool = False,
        forward: int = 1,
        relayer: str | None = None,
        fails: bool = False,
    ) -> SimTransaction:
        """Send *units*: the whole trace. Returns the transaction at *owner*'s token wallet.

        *in_ref*: the comment stands in a cell of its own. *forward* coins go on to *owner* with a notice, 0: none
        does. A *relayer* pays the gas for *payer*. When it *fails*, the tokens go back. Raises NotEnoughTokens.
        """
        payload = comment_body(comment, Encoding(encoding))
        sent = self.depart(payer, owner, units, payload, in_ref=in_ref, forward=forward, relayer=relayer)
        return self.arrive(sent, fails=fails)

    def depart(
        self,
        payer: str,
        owner: str,
        units: int,
        payload: CellOut,
        *,
        in_ref: bool = False,
        forward: int = 1,
        relayer: str | None = None,
        by: str | None = None,
    ) -> TokensOnTheirWay:
        """The first half of a transfer, ordered by *payer* (or *by* somebody whom the contract obeys)."""
        payer, owner = raw_address(payer), raw_address(owner)
        if self.balance_of(payer) < units:
            raise NotEnoughTokens(f"{self.balance_of(payer)} of {units} units")
        order = BitsOut().uint(TRANSFER, 32).uint(_QUERY, 64).coins(units).address(owner).address(payer).uint(0, 1)
        order = _with_payload(order.coins(forward), payload, in_ref)
        asked = self._order(by or payer, self.wallet_of(payer), order.cell(), relayer)
        body = BitsOut().uint(INTERNAL_TRANSFER, 32).uint(_QUERY, 64).coins(units).address(payer).address(payer)
        body = _with_payload(body.coins(forward), payload, in_ref)
        internal = self.chain.message(
            self.wallet_of(payer), self.wallet_of(owner), _PASSED_ON, body.cell(), bounce=True
        )
        self.chain.execute(asked, internal)
        self.balances[payer] = self.balance_of(payer) - units
        return TokensOnTheirWay(internal, units, payer, owner, forward, payload)

    def arrive(self, sent: TokensOnTheirWay, *, fails: bool = False, notify: bool = True) -> SimTransaction:
        """The second half. A locked wallet refuses. Without *notify* the notice waits: deliver the first message."""
        chain, wallet = self.chain, self.wallet_of(sent.owner)
        if fails or sent.owner in self.locked:
            return self._refuse(sent)
        notice = BitsOut().uint(NOTIFICATION, 32).uint(_QUERY, 64).coins(sent.units).address(sent.payer)
        notice = _with_payload(notice, sent.payload, in_ref=False)
        told = chain.message(wallet, sent.owner, sent.forward, notice.cell())
        rest = chain.message(wallet, sent.payer, _PASSED_ON // 2, opcode_body(EXCESSES, bytes(8)))
        arrived = chain.execute(sent.message, *((told, rest) if sent.forward else (rest,)))
        self.balances[sent.owner] = self.balance_of(sent.owner) + sent.units
        if sent.forward and notify:
            chain.deliver(told)
        chain.deliver(rest)
        return arrived

    def fail(self, payer: str, owner: str, units: int, comment: str | None = None) -> SimTransaction:
        """*payer*'s order comes to nothing at their own token wallet: it is locked, or hasn't got so many."""
        payer, owner = raw_address(payer), raw_address(owner)
        order = BitsOut().uint(TRANSFER, 32).uint(_QUERY, 64).coins(units).address(owner).address(payer).uint(0, 1)
        order = _with_payload(order.coins(0), comment_body(comment), in_ref=False)
        asked = self._order(payer, self.wallet_of(payer), order.cell())
        back = self.chain.message(asked.destination, payer, _GAS // 2, bounced_body(asked.body), bounced=True)
        failed = self.chain.execute(asked, back, succeeded=False)
        self.chain.deliver(back)
        return failed

    def burn(self, owner: str, units: int, *, by: str | None = None) -> SimTransaction:
        """Destroy *units* of *owner*; *by* the issuer it is a force-burn."""
        owner = raw_address(owner)
        body = BitsOut().uint(BURN, 32).uint(_QUERY, 64).coins(units).address(owner).uint(0, 1).cell()
        self.balances[owner] = self.balance_of(owner) - units
        return self.chain.execute(self._order(by or owner, self.wallet_of(owner), body))

    def lock(self, owner: str) -> SimTransaction:
        """The issuer locks the token wallet of *owner*: it takes and sends nothing any more."""
        self.locked.add(raw_address(owner))
        body = BitsOut().uint(SET_STATUS, 32).uint(_QUERY, 64).uint(3, 4).cell()
        return self.chain.execute(self._order(self.master, self.wallet_of(owner), body))

    def answer(self, address: str, method: str, about: str | None) -> tuple[int | str, ...] | None:
        """`get_wallet_address` of the issuer, and `get_wallet_data` of a token wallet that exists."""
        if address == self.master and method == "get_wallet_address" and about is not None:
            return (self.named.get(about, self.wallet_of(about)),)
        owner = next((owner for owner in self.balances if self.wallet_of(owner) == address), None)
        if owner is None or method != "get_wallet_data":
            return None
        return (self.balances[owner], owner, self.master)

    def _order(self, owner: str, contract: str, body: CellOut, relayer: str | None = None) -> SimMessage:
        """What *owner*'s wallet sends, by its own signed order or by one that the *relayer* has brought and pays."""
        if relayer is None:
            return self.chain.order(owner, contract, _GAS, body)
        brought = self.chain.order(relayer, owner, 2 * _GAS, opcode_body(0x73696E74))
        order = self.chain.message(owner, contract, _GAS, body, bounce=True)
        self.chain.execute(brought, order)
        return order

    def _refuse(self, sent: TokensOnTheirWay) -> SimTransaction:
        content = BitsOut().uint(0xFFFFFFFF, 32).uint(INTERNAL_TRANSFER, 32).uint(_QUERY, 64).coins(sent.units).cell()
        wallet, source = self.wallet_of(sent.owner), self.wallet_of(sent.payer)
        back = self.chain.message(wallet, source, _PASSED_ON // 2, content, bounced=True)
        refused = self.chain.execute(sent.message, back, succeeded=False)
        self.chain.execute(back)
        self.balances[sent.payer] += sent.units
        return refused


def _with_payload(body: BitsOut, payload: CellOut, in_ref: bool) -> BitsOut:
    """`Either Cell ^Cell`: in this cell after a 0, or after a 1 in one of its own, as it must be when it is long."""
    if in_ref or not body.has_room(payload):
        return body.uint(1, 1).ref(payload)
    return body.uint(0, 1).rest(payload)
