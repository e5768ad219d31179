"""Plans payments from OrbitVPN's, as history: they cause no ledger entry, but a comment stays its user's."""

from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import uuid5

from orbit_adapters.database_copy.validation import printable
from orbit_adapters.orbitvpn_import.columns import METHODS, STATUSES, UUID_NAMESPACE
from orbit_adapters.orbitvpn_import.parsing import (
    UnreadableCell,
    json_member,
    parse_integer,
    parse_text,
    parse_time_or,
    parse_units,
)
from orbit_adapters.orbitvpn_import.plan import ImportedPayment, ImportPlan
from orbit_adapters.orbitvpn_import.reading import OrbitvpnRow
from orbit_adapters.orbitvpn_import.users import user_id
from orbit_domain.money import TON, Money, rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.quote import Quote

_WINDOW = timedelta(minutes=15)
_MAX_KOPECKS = 10**17
_EVIDENCE = "OrbitVPN"


def add_payments(plan: ImportPlan, rows: tuple[OrbitvpnRow, ...], now: datetime) -> None:
    """Add the payments in *rows* to *plan*, whose users are planned already."""
    known = {user.tg_id for user in plan.users}
    comments = Counter(parse_text(row["comment"], 500) for row in rows)
    for row in rows:
        try:
            payment = _payment(row, known, comments, now)
        except UnreadableCell as reason:
            about = f"payments that can't be imported: {str(reason) or 'invalid number, owner or amount'}"
            plan.rejected.add(about, printable(f"payment {row['id']} of user {row['tg_id']}"))
            continue
        plan.payments.append(payment)
        _remark(plan, row, payment)


def _payment(row: OrbitvpnRow, known: set[int], comments: Counter[str], now: datetime) -> ImportedPayment:
    number, tg_id = parse_integer(row["id"]), user_id(row["tg_id"])
    if tg_id not in known:
        raise UnreadableCell("unknown user")
    method, status = METHODS.get(row["method"] or ""), STATUSES.get(row["status"] or "")
    if method is None or status is None:
        raise UnreadableCell("unknown method or status")
    if (row["currency"] or "RUB") != "RUB":
        raise UnreadableCell("not in roubles")
    kopecks = parse_units(row["amount"], 2)
    if not 0 < kopecks <= _MAX_KOPECKS:
        raise UnreadableCell
    created_at = parse_time_or(row["created_at"], now)
    expires_at = parse_time_or(row["expires_at"], created_at + _WINDOW)
    comment = parse_text(row["comment"], 500)
    is_confirmed = status == PaymentStatus.CONFIRMED
    return ImportedPayment(
        id=uuid5(UUID_NAMESPACE, f"payment:{number}"),
        number=number,
        tg_id=tg_id,
        method=method,
        kopecks=kopecks,
        status=PaymentStatus(status),
        comment=comment if comment and comments[comment] == 1 else None,
        tx_hash=parse_text(row["tx_hash"], 200) or None,
        external_id=json_member(row["extra_data"], "invoice_id", "yookassa_payment_id"),
        quote=_quote(method, kopecks, row["expected_crypto_amount"], created_at, expires_at),
        confirmed_at=parse_time_or(row["confirmed_at"], created_at) if is_confirmed else None,
    )


def _quote(method: str, kopecks: int, expected: str | None, created_at: datetime, expires_at: datetime) -> Quote:
    """What was expected for. Only coins are known exactly; for the rest the quote repeats the price in roubles."""
    price, due = rub(kopecks), rub(kopecks)
    try:
        nanotons = parse_units(expected, TON.decimals) if method == "ton" else 0
    except UnreadableCell:
        nanotons = 0
    if nanotons > 0:
        due = Money(nanotons, TON)
    return Quote(price, due, Fraction(price.units, due.units), _EVIDENCE, created_at, expires_at)


def _remark(plan: ImportPlan, row: OrbitvpnRow, payment: ImportedPayment) -> None:
    who = f"payment {payment.number} of user {payment.tg_id}"
    if row["status"] == "pending":
        plan.warnings.add("pending payments: imported as expired; ask these users before the old bot stops", who)
    comment = parse_text(row["comment"], 500)
    if comment and payment.comment is None:
        plan.warnings.add("comments used more than once: they can't identify the payer", f"{who}: {printable(comment)}")
