"""The shop's tokens as a source: the account that holds them, once everybody names the same one."""

from collections.abc import Collection, Sequence
from copy import copy
from typing import Self

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.index_client import PAGE_LIMIT
from orbit_adapters.ton.indexes import Index, Indexes
from orbit_adapters.ton.jetton_history import JettonHistory
from orbit_adapters.ton.jetton_wallet import JettonWallet
from orbit_adapters.ton.source_names import jetton_source_name, owners_of
from orbit_domain.money import USDT, Money
from orbit_domain.payment.payment import USDT_METHOD
from orbit_domain.payment.second_word import Verdict, Word
from orbit_domain.payment.source import Batch, Cursor, SourceReset, SourceUnavailable
from orbit_domain.payment.source_record import Meaning, SourceRecord

DUST_UNITS = 10_000
"""0.01 USDT: less than sending it costs."""


class JettonSource:
    """The shop's tokens as the ports `ResettableSource` and `AccountSource`.

    Contracts: `orbit_testing.contracts.chain_source` and `orbit_testing.contracts.account_source`.

    *own* are all accounts of the shop, *wallet* finds the one that holds the tokens. No record of a deposit leaves
    here before issuer and account have both named the shop. With a *second* index, *confirm_from* units and more need
    the word of both, and it reads on while the first one is down.
    """

    def __init__(
        self,
        wallet: JettonWallet,
        own: frozenset[TonAddress],
        page_limit: int = PAGE_LIMIT,
        *,
        second: Index | None = None,
        confirm_from: int = 0,
    ) -> None:
        self.wallet = wallet
        self.own = own
        self.page_limit = page_limit
        self.indexes = Indexes(wallet.api, second, wallet.clock)
        self.confirm_from = confirm_from
        self.method = USDT_METHOD
        self.dust_units = DUST_UNITS
        self.name = jetton_source_name(wallet.api.network, wallet.owner)

    async def read(self, cursor: Cursor) -> Batch:
        """Read one page on from *cursor*. Raises SourceUnavailable; ValueError when it belongs to another source."""
        batch = await (await self._history()).read(cursor)
        if any(record.meaning is not Meaning.NOTHING or record.effects for record in batch.records):
            # The wallet may have got its contract, which can be asked now, with the first of these transfers.
            await self.wallet.prove()
        return batch

    async def newest(self) -> Cursor:
        """The cursor to start from on a wallet with an older history. Raises SourceUnavailable."""
        return await (await self._history()).newest()

    async def plan_reset(self, before: Cursor, recorded: Sequence[SourceRecord], at: str | None = None) -> SourceReset:
        """Where reading would continue, as the port says; *at* is an lt. Raises ResetRefused, SourceUnavailable."""
        return await (await self._history()).plan_reset(before, recorded, at)

    def needs_second_word(self, amount: Money) -> bool:
        """Whether *amount* is too much to be delivered on the word of one index."""
        return self.indexes.second is not None and amount.units >= self.confirm_from

    async def second_word(self, record: SourceRecord) -> Word:
        """What both indexes say of *record* now; silent while nobody says which account holds the tokens."""
        try:
            history = await self._history()
        except SourceUnavailable:
            return Word(Verdict.SILENT, self.wallet.api.name)
        return await history.second_word(record)

    async def balance(self, cursor: Cursor) -> Money | None:
        """Units right behind *cursor*: what the contract holds now, without what was shown since.

        Raises SourceUnavailable.
        """
        held = await self.wallet.holdings()
        units = held.units - await (await self._history()).moved(cursor, held.lt)
        if units < 0:
            raise SourceUnavailable("the contract holds less than what is shown to have come since")
        return Money(units, USDT)

    def beside(self, names: Collection[str]) -> Self:
        """The same tokens, to which those of the sources *names* are accounts of the shop too."""
        beside = copy(self)
        beside.own = self.own | owners_of(self.wallet.api.network, names)
        return beside

    async def _history(self) -> JettonHistory:
        account = await self.wallet.account()
        return JettonHistory(self.wallet, account, self.own, self.page_limit, self.indexes)
