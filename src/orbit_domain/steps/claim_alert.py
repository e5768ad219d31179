"""Claims on transfers: found for what arrived, and shown to the owner with what it is about."""

from collections.abc import Collection, Sequence
from datetime import datetime

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import ArrivedTransfer, ReceiptClaimed
from orbit_domain.order.order import Order
from orbit_domain.payment.claim import ClaimState, ReceiptClaim, TransferNames, claims_on
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Transaction

_PAYMENTS_COMPARED = 50


async def alert_claim(
    tx: Transaction, ids: Ids, owner: TelegramId | None, claim: ReceiptClaim, record: SourceRecord | None, now: datetime
) -> None:
    """Ask the owner to decide *claim*; *record* is the transfer that it names, if that has arrived."""
    if owner is None:
        return
    user = await tx.users.get(claim.tg_id)
    transfer = await _transfer(tx, claim, record) if record is not None else None
    name = user.username if user is not None else None
    await notify(tx, ids, owner, ReceiptClaimed(claim.id, claim.tg_id, name, claim.typed, transfer), now)


async def match_claims(
    tx: Transaction,
    booked: Sequence[tuple[SourceRecord, Receipt]],
    names: TransferNames,
    ids: Ids,
    owner: TelegramId | None,
    now: datetime,
) -> None:
    """Give waiting claims the receipt that they name, and tell the owner. No claim moves money.

    Whoever claimed what turned out to be theirs by its comment has nothing to wait for.
    """
    for source in sorted({record.source for record, _ in booked}):
        # Usually nobody waits, and then the names of the transfers needn't be read.
        if not await tx.receipt_claims.any_waiting(source):
            continue
        named = [(record, receipt, names.of(record)) for record, receipt in booked if record.source == source]
        waiting = await tx.receipt_claims.waiting(source, set[str]().union(*(values for *_, values in named)))
        for record, receipt, values in named if waiting else ():
            await _match(tx, claims_on(waiting, values), record, receipt, ids, owner, now)


async def _match(
    tx: Transaction,
    claims: Collection[ReceiptClaim],
    record: SourceRecord,
    receipt: Receipt,
    ids: Ids,
    owner: TelegramId | None,
    now: datetime,
) -> None:
    for claim in claims:
        if receipt.tg_id is None:
            found = claim.found(record.external_id)
            await tx.receipt_claims.save(found)
            await alert_claim(tx, ids, owner, found, record, now)
        elif receipt.tg_id == claim.tg_id:
            await tx.receipt_claims.save(claim.found(record.external_id).decide(ClaimState.APPROVED))


async def _transfer(tx: Transaction, claim: ReceiptClaim, record: SourceRecord) -> ArrivedTransfer:
    payment = best_fit(record, await tx.payments.of_user(claim.tg_id, _PAYMENTS_COMPARED))
    order = await tx.orders.get(payment.order_id) if payment is not None and payment.order_id is not None else None
    rivals = await tx.receipt_claims.open_of_receipt(record.source, record.external_id)
    return ArrivedTransfer(
        ref=record.ref,
        asset=record.amount.currency.code,
        units=record.amount.units,
        occurred_at=record.occurred_at,
        sender=record.sender,
        comment=record.comment.text,
        others=sum(rival.tg_id != claim.tg_id for rival in rivals),
        fits_kopecks=payment.amount.units if payment is not None else None,
        plan_code=order.terms.code if order is not None else "",
        titles=_titles(order),
    )


def best_fit(record: SourceRecord, payments: Sequence[Payment]) -> Payment | None:
    """The newest of *payments* that was requested before *record* and is paid in full by it, with nothing to spare."""
    fitting = (
        payment
        for payment in payments
        if payment.quote.asset == record.amount.currency
        and payment.created_at <= record.occurred_at
        and payment.minimum_due <= record.amount.units <= 2 * payment.quote.due.units - payment.minimum_due
    )
    return max(fitting, key=lambda payment: payment.created_at, default=None)


def _titles(order: Order | None) -> dict[str, str]:
    return dict(order.terms.titles) if order is not None else {}
