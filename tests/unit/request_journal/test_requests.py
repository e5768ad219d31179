"""In which state what was asked for comes back, whatever became of it since."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.backup.request_lines import request_lines, requests_from
from orbit_domain.access.key import Key
from orbit_domain.access.placement import PlacementState
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import CardUse, Payment, PaymentStatus
from orbit_domain.request_journal.journal_name import journal_name, named_journal, next_free_name
from orbit_domain.request_journal.requests import (
    AskedOrder,
    IssuedKey,
    Requests,
    newest_of_each,
    requested_key,
    requested_order,
    requested_payment,
)
from orbit_domain.subscription.subscription import GRACE
from orbit_testing import samples, strategies
from orbit_testing.samples import ALICE
from tests.support.backups import SHOP
from tests.support.clock import NOON

_BOUGHT = (OrderState.OPEN, OrderState.PAID, OrderState.DELIVERED)


@given(strategies.orders(ALICE), strategies.payments(ALICE), strategies.keys(ALICE), st.none() | strategies.moments())
def test_what_was_asked_for_comes_back_without_its_money(
    order: Order, payment: Payment, key: Key, ends_at: datetime | None
) -> None:
    """All stays that money is told by, nothing that only money can make true; a file holds it as it was."""
    _check_order(order)
    _check_payment(payment)
    _check_key(key, ends_at)
    asked = AskedOrder(order, samples.gift_of(), samples.promo())
    older = Requests((), (asked,), (payment,), (IssuedKey(key, samples.subscription_link()),))
    assert requests_from(request_lines(older)) == older
    newer = Requests((), (AskedOrder(requested_order(order)),))
    both = newest_of_each([older, newer])
    assert both == newest_of_each([both, both]) == Requests((), newer.orders, older.payments, older.keys)


def _check_order(order: Order) -> None:
    asked = requested_order(order)
    assert asked.state is (OrderState.OPEN if order.state in _BOUGHT else OrderState.CANCELLED)
    assert (asked.paid_at, asked.delivered_at, asked.taken) == (None, None, None)
    assert (asked.id, asked.nonce, asked.price, asked.terms) == (order.id, order.nonce, order.price, order.terms)
    assert requested_order(asked) == asked


def _check_payment(payment: Payment) -> None:
    wanted = requested_payment(payment)
    assert (wanted.status is PaymentStatus.CONFIRMED, wanted.confirmed_at, wanted.recurrence) == (False, None, None)
    assert wanted.card is not CardUse.KEPT
    same = ("id", "tg_id", "comment", "external_id", "quote", "expires_at", "cancelled_at", "order_id", "source")
    assert all(getattr(wanted, name) == getattr(payment, name) for name in same)
    assert requested_payment(wanted) == wanted


def _check_key(key: Key, ends_at: datetime | None) -> None:
    """Its account isn't touched, and it ends with the time that its customer has."""
    wanted = requested_key(key, ends_at)
    (home,) = wanted.placements
    assert (wanted.id, wanted.credential, home.username) == (key.id, key.credential, key.home.username)
    assert (home.panel_id, home.groups, home.links) == (key.home.panel_id, key.home.groups, key.home.links)
    assert (home.state, wanted.is_confirmed, wanted.is_wanted_anew) == (PlacementState.HOME, True, False)
    assert wanted.expires_at == (key.created_at if ends_at is None else ends_at + GRACE)


def test_names_are_told_from_those_of_backups() -> None:
    """To the millisecond, with the shop; what is no such name is none, and no name is given twice."""
    at = NOON + timedelta(microseconds=123_999)
    name = journal_name(at, SHOP)
    assert (name, named_journal(name)) == (
        f"orbit-20261121T120000.123Z-{SHOP}.journal.age", (NOON + timedelta(milliseconds=123), SHOP),
    )  # fmt: skip
    others = (f"orbit-20261121T120000Z-{SHOP}.age", f"../{name}", f"{name}\n", name.replace("1121", "1341"))
    assert [named_journal(one) for one in others] == [None] * 4
    assert next_free_name(at, SHOP, {name}) == name.replace(".123Z", ".124Z")
