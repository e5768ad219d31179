"""How money that arrived is booked: receipt, ledger entry, and the payment it belongs to, or its alert."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.ledger import UNMATCHED, Entry, EntryKind, Line, asset_account
from orbit_domain.money import Money
from orbit_domain.notice.notice import UnmatchedMoney
from orbit_domain.payment.claim import RECORDED_NAMES, TransferNames
from orbit_domain.payment.memo import MemoMatch, nearest, read_memo
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.receipt import MemoResult, Receipt
from orbit_domain.payment.source_record import Meaning, SourceRecord
from orbit_domain.steps.book_charge import charged_payment
from orbit_domain.steps.book_effects import effect_entries
from orbit_domain.steps.claim_alert import match_claims
from orbit_domain.steps.notify import notify
from orbit_domain.steps.read_replay import replay_runs
from orbit_domain.steps.settle_payouts import PayoutAlert, settle_payouts
from orbit_domain.steps.tampering_alert import alert_tampering
from orbit_domain.storage import Transaction

_SUGGEST_FROM = timedelta(days=7)
_SUGGEST_AMONG = 500


@dataclass(frozen=True, slots=True)
class UnmatchedAlert:
    """Who is alerted of unmatched money, and from how many units on; without an owner no one is.

    `transfer_names`: how customers name what they claim.
    """

    ids: Ids
    owner: TelegramId | None
    dust_units: int
    transfer_names: TransferNames = RECORDED_NAMES


async def book_records(
    tx: Transaction, records: Sequence[SourceRecord], method: Method, alert: UnmatchedAlert, now: datetime
) -> int:
    """Record what is new of *records*, book the money in it, and return how many are new.

    A payment that something arrived for is due to be settled. Raises DigestConflict.
    """
    new = await tx.source_records.add_all(records, now)
    money = [record for record in new if record.meaning is not Meaning.NOTHING]
    booked = await _book(tx, money, method, alert.ids, now)
    arrived = [(record, receipt) for record, receipt in booked if not receipt.amount.is_zero]
    entries = [money_arrived(receipt.ref, receipt.method, receipt.amount, now) for _, receipt in arrived]
    await tx.ledger.post_all([*entries, *effect_entries(new, method, now)])
    await _alert(tx, [receipt for record, receipt in booked if _needs_person(record, receipt, alert)], alert, now)
    if arrived:
        await match_claims(tx, arrived, alert.transfer_names, alert.ids, alert.owner, now)
    await settle_payouts(tx, new, method, PayoutAlert(alert.ids, alert.owner, now))
    await alert_tampering(tx, new, alert.ids, alert.owner, now)
    # Last and in order: a settlement locks its payment first and its row of the queue last.
    for payment_id in sorted({receipt.payment_id for _, receipt in booked if receipt.payment_id is not None}):
        await tx.payments_due.add(payment_id, now)
    return len(new)


async def _book(
    tx: Transaction, records: Sequence[SourceRecord], method: Method, ids: Ids, now: datetime
) -> list[tuple[SourceRecord, Receipt]]:
    """Record each of *records* as a receipt of the payment that it belongs to; everything else is unmatched."""
    memos = {record.external_id: read_memo(record.comment) for record in records}
    named = await tx.payments.by_comments({memo.memo for memo in memos.values() if memo.memo})
    booked = []
    for record in records:
        found, payment = await _match(tx, record, method, memos[record.external_id], named)
        receipt = _receipt(record, method, found.result, now)
        if payment is not None:
            payment = await charged_payment(tx, payment, record, ids, now)
            receipt = replace(receipt, tg_id=payment.tg_id, payment_id=payment.id)
        booked.append((record, receipt))
    await tx.receipts.add_all([receipt for _, receipt in booked if not receipt.amount.is_zero])
    return booked


async def _match(
    tx: Transaction, record: SourceRecord, method: Method, found: MemoMatch, named: Mapping[str, Payment]
) -> tuple[MemoMatch, Payment | None]:
    """Whose money it is: by the provider's name of the request, or by the comment."""
    if record.meaning is Meaning.REVIEW:
        return found, None
    if record.invoice_id is not None:
        payment = await tx.payments.by_external_id(method, record.invoice_id)
        if payment is not None:
            return MemoMatch(MemoResult.MATCHED), payment
    payment = named.get(found.memo) if found.memo else None
    if payment is None and found.memo:
        found = MemoMatch(MemoResult.UNKNOWN)
    return found, payment


def money_arrived(ref: str, method: str, amount: Money, at: datetime) -> Entry:
    """Money came in; whose it is is decided by another entry, so it stands in *unmatched* until then."""
    lines = (
        Line(asset_account(method, amount.currency), -amount.units, amount.currency),
        Line(UNMATCHED, amount.units, amount.currency),
    )
    return Entry(EntryKind.RECEIPT, ref, lines, at)


def _receipt(record: SourceRecord, method: Method, result: MemoResult, now: datetime) -> Receipt:
    return Receipt(
        source=record.source,
        external_id=record.external_id,
        method=method,
        amount=record.amount,
        tg_id=None,
        payment_id=None,
        memo_result=result,
        comment=record.comment.text,
        occurred_at=record.occurred_at,
        seen_at=now,
    )


def _needs_person(record: SourceRecord, receipt: Receipt, alert: UnmatchedAlert) -> bool:
    """Whether somebody has to look at it: at what can't be matched by itself also when it is small."""
    is_small = receipt.amount.units < alert.dust_units and record.meaning is not Meaning.REVIEW
    return receipt.payment_id is None and not is_small


async def _alert(tx: Transaction, unmatched: Sequence[Receipt], alert: UnmatchedAlert, now: datetime) -> None:
    # What was asked for after a backup that was restored has no customer here: one notice at the end says how much.
    if alert.owner is None or not unmatched or await replay_runs(tx):
        return
    memos = await tx.payments.comments_since(now - _SUGGEST_FROM, _SUGGEST_AMONG)
    for receipt in unmatched:
        await notify(tx, alert.ids, alert.owner, await _notice(tx, receipt, memos), now)


async def _notice(tx: Transaction, receipt: Receipt, memos: Sequence[str]) -> UnmatchedMoney:
    suggestion = nearest(receipt.comment, memos)
    payment = await tx.payments.by_comment(suggestion) if suggestion else None
    user = await tx.users.get(payment.tg_id) if payment is not None else None
    return UnmatchedMoney(
        ref=receipt.ref,
        asset=receipt.amount.currency.code,
        units=receipt.amount.units,
        comment=receipt.comment,
        memo_result=receipt.memo_result,
        suggestion=suggestion,
        payment_id=payment.id if payment is not None else None,
        tg_id=payment.tg_id if payment is not None else None,
        username=user.username if user is not None else None,
    )
