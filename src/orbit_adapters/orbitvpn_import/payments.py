"""Payments of OrbitVPN, judged into history: nothing here makes money move, but a comment stays its user's for ever."""

from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import uuid5

from orbit_adapters.database_copy.validation import printable
from orbit_adapters.orbitvpn_import.columns import METHODS, OURS, STATUSES
from orbit_adapters.orbitvpn_import.parsing import Unreadable, member, moment_or, smallest_units, whole, words
from orbit_adapters.orbitvpn_import.plan import ImportPlan, OldPayment
from orbit_adapters.orbitvpn_import.reading import OldRow
from orbit_adapters.orbitvpn_import.users import user_id
from orbit_domain.money import TON, Money, rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.quote import Quote

_WINDOW = timedelta(minutes=15)
_MAX_KOPECKS = 10**17
_EVIDENCE = "OrbitVPN"


def add_payments(plan: ImportPlan, rows: tuple[OldRow, ...], now: datetime) -> None:
    """Judge *rows* into *plan*, whose users are there already."""
    known = {user.tg_id for user in plan.users}
    comments = Counter(words(row["comment"], 500) for row in rows)
    for row in rows:
        try:
            payment = _payment(row, known, comments, now)
        except Unreadable as reason:
            about = f"payments that can't be brought: {str(reason) or 'number, owner or sum make no sense'}"
            plan.refused.add(about, printable(f"payment {row['id']} of user {row['tg_id']}"))
            continue
        plan.payments.append(payment)
        _remark(plan, row, payment)


def _payment(row: OldRow, known: set[int], comments: Counter[str], now: datetime) -> OldPayment:
    number, tg_id = whole(row["id"]), user_id(row["tg_id"])
    if tg_id not in known:
        raise Unreadable("the user isn't there")
    method, status = METHODS.get(row["method"] or ""), STATUSES.get(row["status"] or "")
    if method is None or status is None:
        raise Unreadable("an unknown method or state")
    if (row["currency"] or "RUB") != "RUB":
        raise Unreadable("not in roubles")
    kopecks = smallest_units(row["amount"], 2)
    if not 0 < kopecks <= _MAX_KOPECKS:
        raise Unreadable
    created_at = moment_or(row["created_at"], now)
    expires_at = moment_or(row["expires_at"], created_at + _WINDOW)
    comment = words(row["comment"], 500)
    is_confirmed = status == PaymentStatus.CONFIRMED
    return OldPayment(
        id=uuid5(OURS, f"payment:{number}"),
        number=number,
        tg_id=tg_id,
        method=method,
        kopecks=kopecks,
        status=PaymentStatus(status),
        comment=comment if comment and comments[comment] == 1 else None,
        tx_hash=words(row["tx_hash"], 200) or None,
        external_id=member(row["extra_data"], "invoice_id", "yookassa_payment_id"),
        quote=_quote(method, kopecks, row["expected_crypto_amount"], created_at, expires_at),
        confirmed_at=moment_or(row["confirmed_at"], created_at) if is_confirmed else None,
    )


def _quote(method: str, kopecks: int, asked: str | None, created_at: datetime, expires_at: datetime) -> Quote:
    """What was asked for. Only coins are known exactly; for the rest the quote repeats the price in roubles."""
    price, due = rub(kopecks), rub(kopecks)
    try:
        nanotons = smallest_units(asked, TON.decimals) if method == "ton" else 0
    except Unreadable:
        nanotons = 0
    if nanotons > 0:
        due = Money(nanotons, TON)
    return Quote(price, due, Fraction(price.units, due.units), _EVIDENCE, created_at, expires_at)


def _remark(plan: ImportPlan, row: OldRow, payment: OldPayment) -> None:
    who = f"payment {payment.number} of user {payment.tg_id}"
    if row["status"] == "pending":
        plan.odd.add("pending payments: they come as expired; ask these users before the old bot goes", who)
    comment = words(row["comment"], 500)
    if comment and payment.comment is None:
        plan.odd.add("comments used more than once: they can't say whose money comes", f"{who}: {printable(comment)}")
