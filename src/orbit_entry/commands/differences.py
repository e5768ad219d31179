"""The differences of a reconciliation in words, for the owner at a terminal."""

from orbit_domain.bookkeeping.difference import (
    ChangedRecord,
    CustomerWithoutKey,
    Difference,
    KeyWithoutTime,
    MisbookedAsset,
    OldUnmatchedMoney,
    OrderWithoutTime,
    TimeWithoutOrder,
    UnrecordedMoney,
    VanishedRecord,
    WrongHoldings,
)
from orbit_domain.ledger.ledger import Line
from orbit_domain.money import Currency
from orbit_entry.commands.amounts import amount, change, moment


def in_words(difference: Difference) -> str:
    """*difference* as one line, without a full stop."""
    return _of_records(difference) or _of_accounts(difference) or _of_goods(difference)


def _of_records(difference: Difference) -> str:
    match difference:
        case UnrecordedMoney(source, external_id, shown, occurred_at):
            return f"{source} shows {external_id}, {amount(shown)} of {moment(occurred_at)}, which isn't recorded"
        case VanishedRecord(source, external_id, recorded, occurred_at):
            return f"{source} doesn't show {external_id}, {amount(recorded)} of {moment(occurred_at)}, any more"
        case ChangedRecord(source, external_id, recorded, shown):
            was = f"{amount(recorded)} are recorded"
            return f"{source} shows {external_id} as another record, of {amount(shown)}; {was}"
        case OldUnmatchedMoney(ref, money, seen_at):
            return f"{amount(money)} have been unmatched since {moment(seen_at)}, as {ref}"
        case _:
            return ""


def _of_accounts(difference: Difference) -> str:
    match difference:
        case MisbookedAsset(method, currency, received, booked):
            told = f"receipts are {_units(received, currency)}, booked are {_units(booked, currency)}"
            return f"asset:{method}:{currency.code}: {told}"
        case WrongHoldings(method, currency, in_ledger, held):
            told = f"the ledger holds {_units(in_ledger, currency)}, there are {_units(held, currency)}"
            return f"asset:{method}:{currency.code}: {told}"
        case _:
            return ""


def _of_goods(difference: Difference) -> str:
    match difference:
        case OrderWithoutTime(order_id, tg_id):
            return f"order {order_id} of user {tg_id} is paid, and gave no time"
        case TimeWithoutOrder(order_id, tg_id):
            return f"order {order_id} gave user {tg_id} time, and isn't paid"
        case CustomerWithoutKey(tg_id):
            return f"user {tg_id} has time left and no key"
        case KeyWithoutTime(key_id, tg_id):
            return f"key {key_id} of user {tg_id} works, and no time was ever given for it"
        case _:
            return ""


def _units(units: int, currency: Currency) -> str:
    return change(Line("", units, currency))
