"""Ask both readers of a source about money that is too much to be delivered on the word of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.reader_notices import MoneyUnconfirmed
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.second_word import TwiceReadSource, Verdict, Word
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage

PATIENCE = timedelta(minutes=5)
"""A reader is often behind by seconds: so long nobody hears that it is silent."""


@dataclass(frozen=True, slots=True)
class ConfirmReceipts:
    """Nothing is recorded but the owner's notice: once for a contradiction, once for a silence that lasts."""

    storage: Storage
    clock: Clock
    ids: Ids
    sources: ReceiptSources
    owner: TelegramId | None

    async def __call__(self, payment: Payment, receipts: Sequence[Receipt]) -> frozenset[str]:
        """The `ref` of each of *receipts*, which arrived for *payment*, that both readers show alike."""
        words = {receipt: await self._word(receipt) for receipt in receipts}
        for receipt, word in words.items():
            if word.verdict is not Verdict.AGREES:
                await self._tell(payment, receipt, word)
        return frozenset(receipt.ref for receipt, word in words.items() if word.verdict is Verdict.AGREES)

    async def _word(self, receipt: Receipt) -> Word:
        async with self.storage.transaction() as tx:
            records = await tx.source_records.of_ids(receipt.source, [receipt.external_id])
        source = self.sources.get(receipt.source)
        if not records or not isinstance(source, TwiceReadSource):
            return Word(Verdict.SILENT)
        return await source.second_word(records[0])

    async def _tell(self, payment: Payment, receipt: Receipt, word: Word) -> None:
        now = self.clock.now()
        is_early = word.verdict is Verdict.SILENT and now - receipt.seen_at < PATIENCE
        if self.owner is None or is_early:
            return
        notice = MoneyUnconfirmed(
            ref=receipt.ref,
            tg_id=payment.tg_id,
            asset=receipt.amount.currency.code,
            units=receipt.amount.units,
            verdict=word.verdict,
            reader=word.reader,
            shown_units=word.units,
        )
        async with self.storage.transaction() as tx:
            await notify(tx, self.ids, self.owner, notice, now)
