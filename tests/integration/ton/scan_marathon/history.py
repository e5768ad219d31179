"""The transfers of a scan, made on a simulated chain, and what is true about each of them.

Of a thousand transactions about 960 are dust: deposits below 0.005 coin, half of them without a comment, the others
with words, with the valid comment of no payment, or with a body of another encoding. Thirty bring no money to the shop:
its own sends, refunds that bounce, deposits sent back, forged token notices, leftover gas, empty messages. Three alert
the owner: they are large, or carry a currency that nobody takes. The rest, about six, pays what customers have
requested, in one to four parts.
"""

import random
from array import array
from collections.abc import Callable
from itertools import accumulate

from orbit_domain.payment.memo import RANDOM_BITS, memo_from
from orbit_sandbox.chain import sample_transactions as sample
from orbit_sandbox.chain.cells import Encoding
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.records import SimTransaction

COIN = 10**9
DUST = 4_999_999
KEPT_ROWS = 2_500
_WORDS = ("hello there", "спасибо", "for Alice", "ORB-what", "💛", "invoice 7")


FIRST_COINS = 10**9 * COIN
"""What the wallet sends comes from these nanotons, which no transaction has brought."""


class Truth:
    """What has happened, by the number of the transaction: in arrays, because there are a million."""

    def __init__(self) -> None:
        self.lt = array("q")
        self.at = array("q")
        self.units = array("q")
        self.is_booked = bytearray()
        self._hashes = bytearray()

    def __len__(self) -> int:
        return len(self.lt)

    def add(self, tx: SimTransaction, *, is_booked: bool) -> None:
        """The next transaction of the wallet, and whether its coins stay there as somebody's money."""
        self.lt.append(tx.lt)
        self.at.append(tx.now)
        self.units.append(tx.in_msg.value)
        self.is_booked.append(is_booked)
        self._hashes += tx.hash

    def hash(self, number: int) -> str:
        """The hash of transaction *number*, as 64 hex digits."""
        return self._hashes[32 * number : 32 * number + 32].hex()


class History:
    """Transfers of all kinds to and from *wallet*; `truth` is what a reader has to find."""

    def __init__(self, chain: SimChain, wallet: str, rng: random.Random) -> None:
        self.chain = chain
        self.wallet = wallet
        self.truth = Truth()
        self._parts: list[tuple[int, str]] = []
        self._rng = rng
        self._payers = [chain.wallet(f"payer {number}", 10**12 * COIN) for number in range(20)]
        chain.account(wallet).balance = FIRST_COINS
        self._kinds = (
            (950, self._dust, True),
            (5, self._own_send, False),
            (4, self._bounced_refund, False),
            (5, self._sent_back, False),
            (4, self._forged_notice, False),
            (4, self._leftover_gas, False),
            (4, self._empty, False),
            (2, self._large, True),
            (1, self._extra_currency, True),
        )
        self._weights = tuple(accumulate(weight for weight, *_ in self._kinds))

    def grow(self, transfers: int) -> None:
        """So many more transfers, or one more: a refund that bounces is two transactions of the wallet."""
        rows = self.chain.account(self.wallet).transactions
        enough = len(self.truth) + transfers
        while len(self.truth) < enough:
            known = len(rows)
            make, is_booked = self._next()
            make()
            for tx in rows[known:]:
                self.truth.add(tx, is_booked=is_booked)

    def expect(self, units: int, comment: str) -> None:
        """A customer will send *units* with *comment* among the next transfers, in up to four parts of any order.

        None is so small that the others alone would be enough.
        """
        count = self._rng.randint(1, 4)
        parts = [units // count + self._rng.randint(0, units // 100) for _ in range(count - 1)]
        self._parts += [(part, comment) for part in (*parts, units - sum(parts))]

    @property
    def is_awaited(self) -> bool:
        """Whether a customer still has to send something."""
        return bool(self._parts)

    def finish(self) -> None:
        """What customers have promised arrives."""
        rows = self.chain.account(self.wallet).transactions
        while self._parts:
            self._part()
            self.truth.add(rows[-1], is_booked=True)

    def forget_before(self, lt: int) -> None:
        """Drop what a reader that stands at *lt* doesn't ask for, and the histories of everybody else."""
        for account in self.chain.accounts.values():
            if account.address != self.wallet:
                account.transactions.clear()
        rows = self.chain.account(self.wallet).transactions
        if len(rows) > 2 * KEPT_ROWS and rows[KEPT_ROWS].lt < lt:
            del rows[:KEPT_ROWS]

    def _next(self) -> tuple[Callable[[], object], bool]:
        if self._parts and self._rng.random() < 0.03:
            return self._part, True
        ((_, make, is_booked),) = self._rng.choices(self._kinds, cum_weights=self._weights)
        return make, is_booked

    def _part(self) -> None:
        units, comment = self._parts.pop(self._rng.randrange(len(self._parts)))
        self._pay(units, comment)

    def _dust(self) -> None:
        kind = self._rng.random()
        units = self._rng.randint(1, DUST)
        if kind < 0.5:
            self._pay(units)
        elif kind < 0.85:
            self._pay(units, self._rng.choice(_WORDS))
        elif kind < 0.95:
            self._pay(units, memo_from(self._rng.getrandbits(RANDOM_BITS)))
        else:
            self._pay(units, self._rng.choice(_WORDS) * 9, self._rng.choice(list(Encoding)))

    def _large(self) -> None:
        self._pay(self._rng.randint(DUST + 1, 3 * COIN), self._rng.choice((None, *_WORDS)))

    def _pay(self, units: int, comment: str | None = None, encoding: Encoding = Encoding.INLINE) -> None:
        self.chain.pay(self._rng.choice(self._payers), self.wallet, units, comment, encoding=encoding)

    def _own_send(self) -> None:
        self.chain.pay(self.wallet, self._payers[0], self._rng.randint(1, COIN), "payout")

    def _bounced_refund(self) -> None:
        sample.bounced_refund(self.chain, self.wallet, self._rng.randint(DUST, COIN))

    def _sent_back(self) -> None:
        sample.rejected_deposit(self.chain, self._payers[1], self.wallet, self._rng.randint(DUST, COIN), "back")

    def _forged_notice(self) -> None:
        sample.fake_jetton(self.chain, self.wallet, 10**9, "ORB")

    def _leftover_gas(self) -> None:
        sample.excesses(self.chain, self.wallet, self._rng.randint(1, DUST))

    def _empty(self) -> None:
        self._pay(0, "nothing")

    def _extra_currency(self) -> None:
        sample.extra_currency(self.chain, self._payers[2], self.wallet, self._rng.randint(1, DUST), "extra")
