"""A TON chain in memory: accounts with hash-linked histories, fees and bounces, without a virtual machine.

The caller chooses what a contract does (`fails=True`). The clock, the seed and the calls decide everything:
the same calls give the same hashes.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal, Protocol

from orbit_domain.clock import Clock
from orbit_sandbox.chain.address import friendly_address, raw_address
from orbit_sandbox.chain.cells import CellOut, Encoding, bounced_body, comment_body
from orbit_sandbox.chain.records import SimAccount, SimMessage, SimTransaction

GAS_FEE = 396_000
FORWARD_FEE = 266_669
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GENESIS = datetime(2020, 1, 1, tzinfo=UTC)
_BLOCK = timedelta(milliseconds=400)
_FIRST_LT = 40_000_000_000_000


class NotEnoughCoins(ValueError):
    """The source can't pay the amount and the fees."""


class GetMethods(Protocol):
    """Contracts that can be asked; see `SimChain.contracts`."""

    def answer(self, address: str, method: str, about: str | None) -> tuple[int | str, ...] | None:
        """Numbers and addresses; None when the contract at *address* isn't theirs, or has no such method."""


class SimChain:
    """The whole simulated chain. Takes addresses in any form and returns them raw."""

    def __init__(self, clock: Clock, seed: int = 0, network: Literal["mainnet", "testnet"] = "testnet") -> None:
        self.clock = clock
        self.seed = seed
        self.network = network
        self.fees_burnt = 0
        self.lt = _FIRST_LT
        self.accounts: dict[str, SimAccount] = {}
        self.contracts: list[GetMethods] = []
        self._random = Random(seed)

    def seconds(self) -> int:
        """Chain time: whole seconds since 1970."""
        return (self.clock.now() - _EPOCH) // timedelta(seconds=1)

    def seqno(self) -> int:
        """The newest masterchain block: one every 0.4 seconds."""
        return 1 + (self.clock.now() - _GENESIS) // _BLOCK

    def wallet(self, name: str, nanotons: int = 0, *, deployed: bool = True) -> str:
        """The address of the account *name*, made with *nanotons* when it is new. Not deployed: a cold, uninit one."""
        digest = hashlib.sha256(f"{self.seed}/{self.network}/{name}".encode()).hexdigest().upper()
        address = f"0:{digest}"
        if address not in self.accounts:
            self.accounts[address] = SimAccount(address, "active" if deployed else "uninit", nanotons)
        return address

    def friendly(self, address: str) -> str:
        """*address* as a wallet shows it to people."""
        return friendly_address(raw_address(address), testnet=self.network == "testnet")

    def account(self, address: str) -> SimAccount:
        """The account at *address*; an unknown one is created, empty and uninit."""
        raw = raw_address(address)
        return self.accounts.setdefault(raw, SimAccount(raw, "uninit", 0))

    def pay(
        self,
        source: str,
        destination: str,
        nanotons: int,
        comment: str | None = None,
        *,
        encoding: Encoding | str = Encoding.INLINE,
        bounce: bool = False,
        fails: bool = False,
        no_funds: bool = False,
        body: CellOut | None = None,
        extra: Mapping[str, str] | None = None,
        newer_bounce: bool = False,
    ) -> SimTransaction:
        """Send coins. Returns the transaction of the *destination*.

        An external message makes the source send (its own transaction); the coins arrive at once.
        With *bounce* the coins come back when the message *fails* or the destination has no contract,
        unless *no_funds* keeps them. *body* replaces the comment, *extra* are extra currencies
        (id to units); with *newer_bounce* what bounces brings the whole body back. Raises NotEnoughCoins.
        """
        content = body if body is not None else comment_body(comment, Encoding(encoding))
        message = self._send(self.account(source), raw_address(destination), nanotons, content, bounce, extra or {})
        return self._deliver(replace(message, newer_bounce=newer_bounce), fails=fails, no_funds=no_funds)

    def order(self, owner: str, destination: str, nanotons: int, body: CellOut) -> SimMessage:
        """Let *owner* send a message to a contract, which isn't delivered yet. Raises NotEnoughCoins."""
        return self._send(self.account(owner), raw_address(destination), nanotons, body, True, {})

    def message(
        self,
        source: str,
        destination: str,
        nanotons: int,
        body: CellOut,
        *,
        bounce: bool = False,
        bounced: bool = False,
    ) -> SimMessage:
        """A message that a contract sends; see `execute`."""
        return SimMessage(source, destination, nanotons, body, self.lt + 1, self.seconds(), bounce, bounced)

    def execute(self, message: SimMessage, *sent: SimMessage, succeeded: bool = True) -> SimTransaction:
        """Run *message* at a contract with rules of its own, which sends what is *sent*.

        It is deployed by that. One that doesn't succeed isn't, and sends the message back: *sent* says how.
        """
        account = self.account(message.destination)
        before = account.status
        account.status = "active" if succeeded else before
        fees = min(GAS_FEE, message.value)
        bounce = None if succeeded else "ok"
        return self._record(
            account, message, self._next_lt(), out=sent, fees=fees, succeeded=succeeded, bounce=bounce, before=before
        )

    def deliver(self, message: SimMessage) -> SimTransaction:
        """The transaction of a message that was sent. Nothing but coins is understood here."""
        return self._deliver(message)

    def _send(
        self, payer: SimAccount, destination: str, value: int, body: CellOut, bounce: bool, extra: Mapping[str, str]
    ) -> SimMessage:
        if value < 0 or payer.balance < value + GAS_FEE + FORWARD_FEE:
            raise NotEnoughCoins(f"{payer.balance} nanotons don't pay {value} and the fees")
        now, lt = self.seconds(), self._next_lt()
        external = SimMessage(None, payer.address, 0, CellOut(b"signed order"), 0, now)
        message = SimMessage(
            payer.address, destination, value, body, lt + 1, now, bounce=bounce, fwd_fee=FORWARD_FEE, extra=extra
        )
        self._record(payer, external, lt, out=(message,), fees=GAS_FEE)
        return message

    def _deliver(self, message: SimMessage, *, fails: bool = False, no_funds: bool = False) -> SimTransaction:
        account, lt = self.account(message.destination), self._next_lt()
        runs = account.status == "active"
        if message.bounced or (runs and not fails):
            return self._record(account, message, lt, fees=min(GAS_FEE, message.value))
        returned = message.value - GAS_FEE - FORWARD_FEE
        if not message.bounce:
            return self._record(account, message, lt, fees=0, ran=runs, succeeded=False)
        if no_funds or returned <= 0:
            return self._record(account, message, lt, fees=0, ran=runs, succeeded=False, bounce="nofunds")
        back = SimMessage(
            account.address, message.source or "", returned, bounced_body(message.body, newer=message.newer_bounce),
            lt + 1, self.seconds(), bounced=True, fwd_fee=FORWARD_FEE, extra=message.extra,
        )  # fmt: skip
        kept = self._record(account, message, lt, out=(back,), fees=GAS_FEE, ran=runs, succeeded=False, bounce="ok")
        self._deliver(back)
        return kept

    def _record(
        self,
        account: SimAccount,
        in_msg: SimMessage,
        lt: int,
        *,
        out: tuple[SimMessage, ...] = (),
        fees: int,
        ran: bool = True,
        succeeded: bool = True,
        bounce: str | None = None,
        before: str | None = None,
    ) -> SimTransaction:
        prev_lt, prev_hash = account.last
        sent = sum(message.value + message.fwd_fee for message in out)
        transaction = SimTransaction(
            account=account.address, lt=lt, prev_lt=prev_lt, prev_hash=prev_hash, now=self.seconds(),
            mc_seqno=self.seqno(), in_msg=in_msg, out_msgs=out, fees=fees, balance_before=account.balance,
            balance_after=account.balance + in_msg.value - fees - sent, status_before=before or account.status,
            status_after=account.status, ran=ran, succeeded=succeeded, bounce=bounce,
        ).sealed()  # fmt: skip
        account.balance = transaction.balance_after
        account.transactions.append(transaction)
        self.fees_burnt += fees + sum(message.fwd_fee for message in out)
        return transaction

    def _next_lt(self) -> int:
        self.lt += 1_000_000 + self._random.randrange(3_000_000)
        return self.lt
