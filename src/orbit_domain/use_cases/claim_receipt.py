"""A customer says which transfer without a comment is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import ClaimId, Ids, TelegramId
from orbit_domain.payment.claim import (
    MAX_OPEN_CLAIMS,
    TYPED_CHARS,
    NotATransfer,
    ReceiptClaim,
    TooManyClaims,
    TransferName,
    TransferNames,
)
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.claim_alert import alert_claim, best_fit
from orbit_domain.storage import Storage, StorageBusy, Transaction, retry_on_busy
from orbit_domain.user.user import User

_UNMATCHED_COMPARED = 500
_PAYMENTS_COMPARED = 50


@dataclass(frozen=True, slots=True)
class ClaimReceipt:
    """Record the claim and ask the owner to decide. It assigns nothing, and the same claim again changes nothing.

    The answer is the same whether a transfer of that name is there or not: a claim is no way to ask about the
    transfers of others. Raises NotATransfer, TooManyClaims, NoSuchUser.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    transfer_names: TransferNames
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId, typed: str) -> User:
        name = self.transfer_names.read(typed)
        if name is None:
            raise NotATransfer
        return await retry_on_busy(lambda: self._claim(tg_id, name, typed.strip()[:TYPED_CHARS]))

    async def _claim(self, tg_id: TelegramId, name: TransferName, typed: str) -> User:
        async with self.storage.transaction() as tx:
            for source in sorted(name.sources):
                await _hold(tx, source)
            user = await tx.users.lock(tg_id)
            if not await _is_known(tx, tg_id, name):
                await self._record(tx, tg_id, name, typed)
        return user

    async def _record(self, tx: Transaction, tg_id: TelegramId, name: TransferName, typed: str) -> None:
        now = self.clock.now()
        payments = await tx.payments.of_user(tg_id, _PAYMENTS_COMPARED)
        record = await self._arrived(tx, name, payments)
        source = _expected(name, payments) if record is None else record.source
        claim = ReceiptClaim(ClaimId(self.ids.secret()), tg_id, source, name.value, typed, now)
        if record is not None:
            claim = claim.found(record.external_id)
        await tx.receipt_claims.add(claim)
        await alert_claim(tx, self.ids, self.owner, claim, record, now)

    async def _arrived(self, tx: Transaction, name: TransferName, payments: Sequence[Payment]) -> SourceRecord | None:
        """The unmatched transfer of that *name*; of several of one sender the one that pays a request exactly."""
        unmatched = await tx.receipts.unmatched(_UNMATCHED_COMPARED)
        named: list[SourceRecord] = []
        for source in name.sources:
            ids = [receipt.external_id for receipt in unmatched if receipt.source == source]
            records = await tx.source_records.of_ids(source, ids)
            named += [record for record in records if name.value in self.transfer_names.of(record)]
        return max(named, key=lambda record: (best_fit(record, payments) is not None, record.occurred_at), default=None)


def _expected(name: TransferName, payments: Sequence[Payment]) -> str:
    """Where a transfer of that *name* will be seen: that of the request that was made last."""
    return next((payment.source for payment in payments if payment.source in name.sources), name.source)


async def _hold(tx: Transaction, source: str) -> None:
    """Hold the cursor, as reading does: a transfer is recorded before this claim is, or its booking sees the claim.

    Raises StorageBusy when it was moved meanwhile.
    """
    cursor = await tx.cursors.get(source)
    if cursor is not None and not await tx.cursors.move(cursor, cursor):
        raise StorageBusy("the source is being read")


async def _is_known(tx: Transaction, tg_id: TelegramId, name: TransferName) -> bool:
    """Whether the user waits for a decision about that name already. Raises TooManyClaims."""
    waiting = await tx.receipt_claims.open_of_user(tg_id)
    if any(claim.source in name.sources and claim.name == name.value for claim in waiting):
        return True
    if len(waiting) >= MAX_OPEN_CLAIMS:
        raise TooManyClaims(MAX_OPEN_CLAIMS)
    return False
