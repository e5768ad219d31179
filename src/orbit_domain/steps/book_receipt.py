"""How money that arrived is booked: receipt, ledger entry, and the payment it belongs to, or its alert."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orbit_domain.ids import Ids, PaymentId, TelegramId
from orbit_domain.ledger.entries import money_arrived
from orbit_domain.notice.notice import UnmatchedMoney
from orbit_domain.payment.memo import nearest, read_memo
from orbit_domain.payment.receipt import MemoResult, Receipt
from orbit_domain.payment.transfer import Comment
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Transaction

_SUGGEST_FROM = timedelta(days=7)
_SUGGEST_AMONG = 500


@dataclass(frozen=True, slots=True)
class UnmatchedAlert:
    """Who is alerted of unmatched money, and from how many units on; without an owner no one is."""

    ids: Ids
    owner: TelegramId | None
    dust_units: int


async def book_receipt(
    tx: Transaction, arrived: Receipt, comment: Comment, alert: UnmatchedAlert, now: datetime
) -> PaymentId | None:
    """Book *arrived*, which has no owner yet, and return the payment that its comment names.

    The caller adds that payment to the queue when its batch is booked. Everything else is unmatched.
    """
    found = read_memo(comment)
    payment = await tx.payments.by_comment(found.memo) if found.memo else None
    receipt = arrived
    if payment is not None:
        receipt = replace(arrived, tg_id=payment.tg_id, payment_id=payment.id, memo_result=found.result)
    else:
        unknown = MemoResult.UNKNOWN if found.memo else found.result
        receipt = replace(arrived, memo_result=unknown)
    await _record(tx, receipt, now)
    if payment is None:
        await _alert(tx, receipt, alert, now)
    return payment.id if payment else None


async def book_unmatched(
    tx: Transaction, arrived: Receipt, comment: Comment, alert: UnmatchedAlert, now: datetime
) -> None:
    """Book money that stayed with us but can't be matched by itself: an admin looks at it, whatever its comment."""
    receipt = replace(arrived, memo_result=read_memo(comment).result)
    if not receipt.amount.is_zero:
        await _record(tx, receipt, now)
    await _alert(tx, receipt, replace(alert, dust_units=0), now)


async def _record(tx: Transaction, receipt: Receipt, now: datetime) -> None:
    await tx.receipts.add(receipt)
    await tx.ledger.post(money_arrived(receipt.ref, receipt.method, receipt.amount, now))


async def _alert(tx: Transaction, receipt: Receipt, alert: UnmatchedAlert, now: datetime) -> None:
    if alert.owner is None or receipt.amount.units < alert.dust_units:
        return
    memos = await tx.payments.comments_since(now - _SUGGEST_FROM, _SUGGEST_AMONG)
    notice = UnmatchedMoney(
        ref=receipt.ref,
        asset=receipt.amount.currency.code,
        units=receipt.amount.units,
        comment=receipt.comment,
        memo_result=receipt.memo_result,
        suggestion=nearest(receipt.comment, memos),
    )
    await notify(tx, alert.ids, alert.owner, notice, now)
