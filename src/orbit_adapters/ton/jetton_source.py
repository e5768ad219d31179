"""Reads the history of our token wallet, with the same proof as that of our own account."""

from collections.abc import Sequence

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Transaction
from orbit_adapters.ton.index_client import PAGE_LIMIT
from orbit_adapters.ton.indexes import Index
from orbit_adapters.ton.jetton_body import JettonBody, read_jetton_body
from orbit_adapters.ton.jetton_classify import classify_jetton
from orbit_adapters.ton.jetton_wallet import JettonWallet
from orbit_adapters.ton.position import ChainPosition
from orbit_adapters.ton.scanner import TonSource
from orbit_adapters.ton.source_names import jetton_source_name
from orbit_domain.money import USDT, Money
from orbit_domain.payment.payment import USDT_METHOD
from orbit_domain.payment.second_word import Verdict, Word
from orbit_domain.payment.source import Batch, Cursor, SourceReset, SourceUnavailable
from orbit_domain.payment.source_record import Meaning, SourceRecord

DUST_UNITS = 10_000
"""0.01 USDT: less than sending it costs."""


class JettonHistory(TonSource):
    """The account of our token wallet: the same reading, other records. Whose account it is, isn't asked here."""

    def __init__(
        self,
        wallet: JettonWallet,
        account: TonAddress,
        own: frozenset[TonAddress],
        page_limit: int,
        second: Index | None = None,
    ) -> None:
        super().__init__(wallet.api, account, wallet.clock, own=own, page_limit=page_limit, second=second)
        self.name = jetton_source_name(wallet.api.network, wallet.owner)

    def _record(self, row: Transaction) -> SourceRecord:
        message = row.in_msg
        body = read_jetton_body(message.body) if message and message.source else JettonBody()
        kind = classify_jetton(row, body, self.own)
        return SourceRecord(
            source=self.name,
            external_id=str(row.lt),
            digest=row.tx_hash,
            position=str(ChainPosition(row.lt, row.tx_hash)),
            amount=Money(body.units or 0, USDT),
            kind=kind,
            meaning=kind.meaning,
            sender=body.sender.raw if body.sender else None,
            comment=body.comment,
            occurred_at=row.occurred_at,
            raw=row.raw,
        )


class JettonSource:
    """The shop's tokens as the port `ResettableSource`; contract: `orbit_testing.contracts.chain_source`.

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
        self.second = second
        self.confirm_from = confirm_from
        self._reading: JettonHistory | None = None
        self.method = USDT_METHOD
        self.dust_units = DUST_UNITS
        self.name = jetton_source_name(wallet.api.network, wallet.owner)

    async def read(self, cursor: Cursor) -> Batch:
        """Read one page on from *cursor*. Raises SourceUnavailable; ValueError when it belongs to another source."""
        batch = await (await self._history()).read(cursor)
        if any(record.meaning is not Meaning.NOTHING for record in batch.records):
            # The wallet may have got its contract, which can be asked now, with the first of these payments.
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
        return self.second is not None and amount.units >= self.confirm_from

    async def second_word(self, record: SourceRecord) -> Word:
        """What both indexes say of *record* now; silent while nobody says which account holds the tokens."""
        try:
            history = await self._history()
        except SourceUnavailable:
            return Word(Verdict.SILENT, self.wallet.api.name)
        return await history.second_word(record)

    async def _history(self) -> JettonHistory:
        """The history of the account, kept while it is the same: it remembers which index is down."""
        account = await self.wallet.account()
        if self._reading is None or self._reading.account != account:
            self._reading = JettonHistory(self.wallet, account, self.own, self.page_limit, self.second)
        return self._reading
