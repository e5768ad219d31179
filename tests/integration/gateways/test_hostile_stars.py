"""Lists of transactions that Telegram shouldn't give, and rows that are no payment of a customer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import RefundStarPayment

from orbit_domain.money import RUB, STARS, USD, Money
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.ports import GatewayUnavailable, MethodUnavailable, RefundRefused
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm, SourceUnavailable
from orbit_domain.payment.source_record import REFUND, CommentKind, Meaning, SourceRecord
from orbit_testing.contracts.payment_gateway import opened_payment, request_payment
from orbit_testing.contracts.receipt_source import read_on
from tests.integration.gateways.stars_account import TOKEN, StarsAccount

AT = 1_700_000_000
USER = {"id": 42, "is_bot": False, "first_name": "Vera"}
PAYER = {"type": "user", "transaction_type": "invoice_payment", "user": USER, "invoice_payload": "n1"}
ROW = {"id": "stx1", "amount": 96, "date": AT, "source": PAYER}
FRAGMENT = {"type": "fragment"}


def row(**changes: object) -> dict[str, Any]:
    return ROW | changes


def payer(**changes: object) -> dict[str, Any]:
    return ROW | {"source": PAYER | changes}


async def read(shown: object, page_limit: int = 4) -> Batch:
    """What the source makes of *shown* as the answer of Telegram."""
    account = StarsAccount(page_limit)
    account.session.shown = shown
    return await account.source.read(Cursor.start(account.source.name))


async def read_rows(*rows: object) -> tuple[SourceRecord, ...]:
    return (await read({"transactions": list(rows)})).records


BAD_ANSWERS = {
    "a word": "transactions",
    "a list": [ROW],
    "no list": {"transactions": None},
    "a row that is none": {"transactions": ["stx1"]},
    "more rows than were asked for": {"transactions": [row(id=f"stx{number}") for number in range(5)]},
    "no id": {"transactions": [row(id=None)]},
    "an empty id": {"transactions": [row(id="")]},
    "an endless id": {"transactions": [row(id="x" * 201)]},
    "an id with NUL": {"transactions": [row(id="a\0b")]},
    "an id with half a pair": {"transactions": [row(id="\ud800")]},
    "an amount as text": {"transactions": [row(amount="96")]},
    "a float amount": {"transactions": [row(amount=96.0)]},
    "a true amount": {"transactions": [row(amount=True)]},
    "a negative amount": {"transactions": [row(amount=-96)]},
    "more Stars than there are": {"transactions": [row(amount=10**12)]},
    "nanostars that are none": {"transactions": [row(nanostar_amount=10**9)]},
    "a time as text": {"transactions": [row(date="now")]},
    "a time beyond calendars": {"transactions": [row(date=2**40)]},
    "neither in nor out": {"transactions": [row(source=None)]},
    "both in and out": {"transactions": [row(receiver=PAYER)]},
    "a partner that is none": {"transactions": [row(source="user")]},
    "a partner without a type": {"transactions": [payer(type=None)]},
    "a user without a kind of transaction": {"transactions": [payer(transaction_type=None)]},
    "a payer that is none": {"transactions": [payer(user=7)]},
    "a payer without a number": {"transactions": [payer(user={"id": "42"})]},
}


@pytest.mark.parametrize("shown", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
async def test_an_answer_of_another_shape_is_an_outage(shown: object) -> None:
    """No such answer is read as money, and the error quotes nothing of it."""
    with pytest.raises(SourceUnavailable) as caught:
        await read(shown)
    assert len(str(caught.value)) < 120
    assert TOKEN not in repr(caught.value)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (ROW, ("stx1", "invoice_payment", Meaning.DEPOSIT, "n1")),
        (row(nanostar_amount=5), ("stx1", "invoice_payment", Meaning.REVIEW, "n1")),
        (payer(affiliate={"commission_per_mille": 100}), ("stx1", "invoice_payment", Meaning.REVIEW, "n1")),
        (payer(transaction_type="gift_purchase"), ("stx1", "gift_purchase", Meaning.REVIEW, None)),
        (row(source={"type": "a kind of next year"}), ("stx1", "a kind of next year", Meaning.REVIEW, None)),
        (row(source={"type": "affiliate_program"}), ("stx1", "affiliate_program", Meaning.NOTHING, None)),
        (row(source=FRAGMENT), ("stx1", "fragment", Meaning.NOTHING, None)),
        (row(source=None, receiver=FRAGMENT), ("stx1:out", "fragment", Meaning.NOTHING, None)),
        (row(source=None, receiver=PAYER), ("stx1:out", REFUND, Meaning.NOTHING, "n1")),
        (payer(invoice_payload="n" * 129), ("stx1", "invoice_payment", Meaning.DEPOSIT, None)),
        (payer(invoice_payload=None), ("stx1", "invoice_payment", Meaning.DEPOSIT, None)),
    ],
)
async def test_only_whole_payments_of_customers_are_deposits(
    shown: object, expected: tuple[str, str, Meaning, str | None]
) -> None:
    """What came in by another way needs a person; what is the bot's own, or went out, is no deposit."""
    (record,) = await read_rows(shown)
    assert (record.external_id, record.kind, record.meaning, record.invoice_id) == expected
    assert record.amount == Money(96, STARS)
    assert (record.comment.kind is CommentKind.TEXT) == (record.invoice_id is not None)


async def test_a_refund_doesn_t_collide_with_its_payment() -> None:
    """Both rows have one id; read together they are two records. A row that is shown twice is one."""
    records = await read_rows(ROW, row(source=None, receiver=PAYER, date=AT + 1), ROW)
    assert [record.external_id for record in records] == ["stx1", "stx1:out"]


async def test_a_charge_that_is_shown_in_two_ways_stops_the_reading() -> None:
    """One id with two amounts is a lie: nothing is read, and the alarm says so."""
    batch = await read({"transactions": [ROW, row(amount=1)]})
    assert (batch.records, batch.alarm, batch.cursor.position) == ((), SourceAlarm.HASH_CONFLICT, "")


async def test_a_name_may_change_and_fields_may_be_added() -> None:
    """The digest covers what money depends on, so that a payer's new name stops nothing."""
    (before,), (after,) = await read_rows(ROW), await read_rows(payer(user=USER | {"first_name": "V"}, new_field=1))
    assert before.digest == after.digest


async def test_a_list_that_has_shrunk_stops_the_reading() -> None:
    """A row that was read can't be gone: nothing is covered until it is there again."""
    account = StarsAccount()
    account.session.shown = {"transactions": [ROW]}
    read_once = await account.source.read(Cursor.start(account.source.name))
    account.session.shown = {"transactions": []}
    batch = await account.source.read(read_once.cursor)
    assert (batch.records, batch.alarm, batch.complete) == ((), SourceAlarm.ANCHOR_MISSING, False)
    assert batch.cursor == read_once.cursor


async def test_rows_that_are_shown_twice_count_once() -> None:
    """One answer repeats its rows, the last known one too: what follows is read on from the right place."""
    account = StarsAccount()
    account.deposit(1, "first")
    _, begun = await read_on(account.source, Cursor.start(account.source.name))
    account.deposit(2, "second")
    rows = account.telegram.checkouts.transactions()
    account.session.shown = {"transactions": [one for one in rows for _ in range(2)]}
    doubled = await account.source.read(begun.cursor)
    account.session.shown = None
    assert [record.amount.units for record in doubled.records] == [2]
    account.deposit(3, "third")
    records, last = await read_on(account.source, doubled.cursor)
    assert ([record.amount.units for record in records], last.complete, last.alarm) == ([3], True, None)


async def test_a_row_that_joins_the_list_late_is_found() -> None:
    """It was shown nowhere and stands before rows that were read: all of this shop's is read again, nothing older."""
    account = StarsAccount()
    account.deposit(1, "older")
    begun = await account.source.newest()
    account.wait(timedelta(minutes=2))
    account.deposit(2, "first")
    account.deposit(4, "last")
    before, reached = await read_on(account.source, begun)
    charges = account.telegram.checkouts.charges
    late = replace(charges["stx1"], id="stx9", at=charges["stx1"].at - timedelta(minutes=1))
    charges[late.id] = late
    records, stopped = await read_on(account.source, reached.cursor)
    assert (records, stopped.alarm, stopped.complete) == ([], SourceAlarm.TAIL_MISMATCH, False)
    records, last = await read_on(account.source, stopped.cursor)
    assert [record.external_id for record in records] == ["stx9", "stx1", "stx2"]
    assert [replace(one, position="") for one in records[1:]] == [replace(one, position="") for one in before]
    assert last.complete


async def paid(account: StarsAccount, times: int = 1) -> Payment:
    payment = await opened_payment(account)
    for _ in range(times):
        account.pay(payment, payment.quote.due.units)
    return payment


@pytest.mark.parametrize(("times", "reason"), [(0, "not_paid"), (2, "paid_more_than_once")])
async def test_a_refund_needs_one_charge(times: int, reason: str) -> None:
    """Without a charge there is nothing to give back; of two nobody could say which one was meant."""
    account = StarsAccount()
    payment = await paid(account, times)
    with pytest.raises(RefundRefused) as caught:
        await account.gateway.refund(payment, payment.quote.due, "refund 1")
    assert (caught.value.reason, account.refunded()) == (reason, 0)


async def test_a_refund_that_was_made_elsewhere_is_that_refund() -> None:
    """Stars that went back meanwhile aren't asked for again, though the list doesn't show it yet."""
    account = StarsAccount()
    payment = await paid(account)
    (charge,) = account.telegram.checkouts.charges.values()
    account.session.shown = {"transactions": [transaction for _, transaction in charge.transactions()]}
    account.telegram.checkouts.refund(account.payer.id, charge.id, account.clock.now())
    refund = await account.gateway.refund(payment, payment.quote.due, "refund 1")
    assert (refund.id, refund.amount) == (charge.id, payment.quote.due)


async def test_a_foreign_charge_is_not_refunded() -> None:
    """A refusal in Telegram's own word is a refusal, and nothing went back."""
    account = StarsAccount()
    payment = await paid(account)
    (charge,) = account.telegram.checkouts.charges.values()
    account.telegram.checkouts.charges[charge.id] = replace(charge, payer=account.telegram.add_customer("Tom"))
    account.session.shown = {"transactions": [transaction for _, transaction in charge.transactions()]}
    with pytest.raises(RefundRefused) as caught:
        await account.gateway.refund(payment, payment.quote.due, "refund 1")
    assert (caught.value.reason, account.refunded()) == ("CHARGE_ID_INVALID", 0)


async def test_a_link_that_leads_elsewhere_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What isn't an address inside Telegram is no answer of Telegram."""
    account = StarsAccount()
    payment = await request_payment(account)
    for link in ("https://evil.example/$1", "https://t.me.evil.example/$1", "https://t.me/$1 or so", 7, None):

        async def answer(*_: object, link: object = link, **__: object) -> object:
            return link

        monkeypatch.setattr(account.session, "make_request", answer)
        with pytest.raises(GatewayUnavailable):
            await account.gateway.open(payment)


async def test_a_refused_invoice_makes_the_method_unavailable() -> None:
    """More Stars than an invoice may ask for: the shop's limits exclude it, and Telegram's refusal is a refusal."""
    account = StarsAccount()
    price = Money(100_000 * 135, RUB)
    assert not account.gateway.terms.admit(price)
    assert account.gateway.terms.admit(Money(10_000 * 135, RUB))
    with pytest.raises(MethodUnavailable):
        await account.gateway.open(await request_payment(account, price=price))
    with pytest.raises(MethodUnavailable):
        await account.gateway.quote(Money(199, USD))


async def test_no_error_holds_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the text nor the causes of an error show the request, whose address holds the token."""
    account = StarsAccount()

    async def refuse(bot: Bot, *_: object, **__: object) -> object:
        raise TelegramBadRequest(RefundStarPayment(user_id=1, telegram_payment_charge_id="c"), f"see /bot{bot.token}/")

    payment = await request_payment(account)
    monkeypatch.setattr(account.session, "make_request", refuse)
    with pytest.raises(MethodUnavailable) as caught:
        await account.gateway.open(payment)
    shown = [repr(caught.value), repr(caught.value.__cause__), repr(caught.value.__context__)]
    assert not any(TOKEN in one for one in shown)


async def test_a_long_list_is_searched_in_few_calls() -> None:
    """The end of the list, and the first row of a moment, are found by halving, however long the list is."""
    account = StarsAccount()
    for number in range(1, 300):
        account.deposit(number, f"n{number}")
    assert (await account.source.newest()).position.startswith("299:")
    assert len(account.session.calls) < 25


async def test_a_hole_among_new_rows_covers_no_time() -> None:
    """An answer that leaves a new row out proves nothing: the next one shows that another row stands at that place."""
    account = StarsAccount()
    rows = [row(id=f"stx{number}") for number in range(3)]
    account.session.shown = {"transactions": [rows[0], rows[2]]}
    holed = await account.source.read(Cursor.start(account.source.name))
    assert [record.external_id for record in holed.records] == ["stx0", "stx2"]
    assert (holed.complete, holed.cursor.watermark) == (False, None)
    account.session.shown = {"transactions": rows[1:]}
    honest = await account.source.read(holed.cursor)
    assert (honest.alarm, honest.cursor.watermark) == (SourceAlarm.TAIL_MISMATCH, None)
    account.session.shown = {"transactions": rows}
    whole = await account.source.read(honest.cursor)
    account.session.shown = {"transactions": rows[2:]}
    again = await account.source.read(whole.cursor)
    assert {record.external_id for record in whole.records} == {"stx0", "stx1", "stx2"}
    assert (again.records, again.complete, again.cursor.watermark is None) == ((), True, False)
