"""The history of the account that holds our tokens, read by the same proof as that of our own account."""

from collections.abc import Sequence
from dataclasses import replace

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Transaction
from orbit_adapters.ton.indexes import Index, Indexes
from orbit_adapters.ton.jetton_body import JettonBody, read_jetton_body
from orbit_adapters.ton.jetton_bounce import Carried, came_back, order_of
from orbit_adapters.ton.jetton_classify import classify_jetton
from orbit_adapters.ton.jetton_effects import Effects, jetton_effects, taken_back
from orbit_adapters.ton.jetton_wallet import JettonWallet
from orbit_adapters.ton.position import ChainPosition
from orbit_adapters.ton.scanner import TonSource
from orbit_adapters.ton.source_names import jetton_source_name
from orbit_domain.money import USDT, Money
from orbit_domain.payment.effect import Effect, EffectKind
from orbit_domain.payment.source import Cursor, SourceUnavailable
from orbit_domain.payment.source_record import Meaning, SourceRecord


class JettonHistory(TonSource):
    """The account of our token wallet: the same reading, other records. Whose account it is, isn't asked here.

    *indexes* remember which of them is down.
    """

    def __init__(
        self, wallet: JettonWallet, account: TonAddress, own: frozenset[TonAddress], page_limit: int, indexes: Indexes
    ) -> None:
        super().__init__(wallet.api, account, wallet.clock, own=own, page_limit=page_limit)
        self.indexes = indexes
        self.name = jetton_source_name(wallet.api.network, wallet.owner)

    async def moved(self, cursor: Cursor, lt: int) -> int:
        """By how many units the account changed from *cursor* up to its transaction *lt*.

        Raises SourceUnavailable, also while not all of it is shown or final.
        """
        units = 0
        if _lt(cursor) > lt:
            raise SourceUnavailable("the index is behind what was read")
        while _lt(cursor) < lt:
            batch = await self.read(cursor)
            units += sum(_change(record) for record in batch.records if int(record.external_id) <= lt)
            if not batch.records:
                raise SourceUnavailable("what has happened since isn't final yet")
            cursor = batch.cursor
        return units

    async def _records(self, index: Index, rows: Sequence[Transaction]) -> tuple[SourceRecord, ...]:
        records = [self._record(row) for row in rows]
        for place, row in enumerate(rows):
            if back := came_back(row):
                records[place] = replace(records[place], effects=await self._returned(index, row, back))
        return tuple(records)

    async def _returned(self, index: Index, row: Transaction, back: Carried) -> Effects:
        """What came back, as the opposite of what had sent it; from an unknown order it is only known that it came."""
        order = await order_of(back, row, index)
        if order is not None:
            return taken_back(self._record(order).effects)
        wallet, tokens = back
        return (Effect(EffectKind.RETURNED, tokens.units, wallet.raw),)

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
            effects=jetton_effects(row, kind, body, self.own),
        )


def _lt(cursor: Cursor) -> int:
    return ChainPosition.parse(cursor.position).lt


def _change(record: SourceRecord) -> int:
    return record.moved + (0 if record.meaning is Meaning.NOTHING else record.amount.units)
