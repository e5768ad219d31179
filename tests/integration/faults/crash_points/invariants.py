"""The oracle for one customer: what must hold after every single crash, and what must hold when all is done."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from orbit_domain.access.account import Account
from orbit_domain.notice.notice import Notice, OrderPaid
from orbit_domain.subscription.subscription import GRACE
from tests.integration.faults.crash_points.facts import Facts
from tests.support.world import COIN, PRICE

MONTH = timedelta(days=30)
_PAID = {"paid", "delivered"}


@dataclass(frozen=True, slots=True)
class Outside:
    """What the world knows of a customer: transfers sent (lt, nanotons), accounts on the panel, notices heard."""

    sent: tuple[tuple[int, int], ...]
    accounts: tuple[Account, ...]
    heard: tuple[Notice, ...]
    crashes: int


def safety_violations(facts: Facts, outside: Outside) -> list[str]:
    """What must not be, at any moment: money lost or doubled, time or keys without money, words without deeds."""
    return [*_money(facts, outside), *_goods(facts), *_panel(facts, outside), *_words(facts, outside)]


def _money(facts: Facts, outside: Outside) -> Iterator[str]:
    if facts.balance != sum(units for _, _, units in facts.statement_lines) or facts.balance < 0:
        yield f"the balance is {facts.balance}, its movements are {facts.statement_lines}"
    received = {lt: (units, entries) for lt, units, _, entries in facts.receipts}
    for lt, units in outside.sent:
        if lt <= facts.cursor_lt and received.get(str(lt)) != (units, 1):
            yield f"transfer {lt} of {units} was read past, and is recorded as {received.get(str(lt))}"
    repeated = [
        name for name, count in Counter((kind, ref) for kind, ref, _ in facts.statement_lines).items() if count > 1
    ]
    if repeated:
        yield f"booked more than once: {repeated}"
    credited = sum(units for kind, _, units in facts.statement_lines if kind == "credit")
    arrived = sum(units for _, units, _, _ in facts.receipts) * PRICE // COIN
    if credited > arrived:
        yield f"credited {credited}, arrived {arrived}"


def _goods(facts: Facts) -> Iterator[str]:
    paid = sorted(order for order, state in facts.orders.items() if state in _PAID)
    debits = sorted((ref, units) for kind, ref, units in facts.statement_lines if kind == "order")
    if debits != [(order, -PRICE) for order in paid]:
        yield f"paid orders {paid}, debits {debits}"
    if sorted(cause for cause, _, _ in facts.grants) != [f"order:{order}" for order in paid]:
        yield f"paid orders {paid}, grants {facts.grants}"
    if facts.ends_at != paid_until(facts):
        yield f"the time ends at {facts.ends_at}, and {paid_until(facts)} was paid for"
    if any(f"paid:{order}" not in facts.messages for order in paid):
        yield f"paid orders {paid}, promises {facts.messages}"
    if len(facts.keys) != bool(paid):
        yield f"paid orders {paid}, keys {facts.keys}"


def paid_until(facts: Facts) -> datetime | None:
    """The end of all the time that was paid for, which never lapsed in between."""
    if not facts.grants:
        return None
    start = datetime.fromtimestamp(float(facts.grants[0][2]), UTC)
    return start + sum((timedelta(seconds=seconds) for _, seconds, _ in facts.grants), timedelta())


def _panel(facts: Facts, outside: Outside) -> Iterator[str]:
    until = paid_until(facts)
    if len(outside.accounts) > 1 or (outside.accounts and until is None):
        yield f"accounts on the panel: {len(outside.accounts)}, paid until {until}"
    elif until is not None:
        has = [account.expires_at for account in outside.accounts]
        if any(end > until + GRACE for end in has):
            yield f"the panel serves until {has}, paid until {until}"
        if "delivered" in facts.orders.values() and not has:
            yield "delivered, and not on the panel"


def _words(facts: Facts, outside: Outside) -> Iterator[str]:
    told = {str(notice.order_id) for notice in outside.heard if isinstance(notice, OrderPaid)}
    if not told <= {order for order, state in facts.orders.items() if state in _PAID}:
        yield f"told that {told} are paid, and the orders are {facts.orders}"
    repeats = len(outside.heard) - len({repr(notice) for notice in outside.heard})
    if repeats > outside.crashes:
        yield f"{repeats} notices repeated in {outside.crashes} crashes"


def liveness_violations(facts: Facts, outside: Outside) -> list[str]:
    """What is missing from a finished journey: two months for two coins, delivered once, told, nothing left over."""
    found = safety_violations(facts, outside)
    kinds = Counter((kind, units) for kind, _, units in facts.statement_lines)
    if kinds != {("credit", 2 * PRICE): 1, ("order", -PRICE): 2}:
        found.append(f"the movements are {facts.statement_lines}")
    if list(facts.orders.values()) != ["delivered", "delivered"]:
        found.append(f"the orders are {facts.orders}")
    if facts.payments.count("confirmed") != 1:
        found.append(f"the payments are {facts.payments}")
    if any(applied != desired for _, desired, applied in facts.keys):
        found.append(f"the keys are {facts.keys}")
    until = paid_until(facts)
    ends = [(account.expires_at, str(account.key_id)) for account in outside.accounts]
    if until is None or ends != [(until + GRACE, facts.keys[0][0] if facts.keys else "")]:
        found.append(f"the panel serves {ends}, paid until {until}")
    if not all(facts.messages.values()):
        found.append(f"promises that weren't kept: {facts.messages}")
    if {notice.kind for notice in outside.heard} != {"order_paid", "key_ready"}:
        found.append(f"heard {[notice.kind for notice in outside.heard]}")
    told = {str(notice.order_id) for notice in outside.heard if isinstance(notice, OrderPaid)}
    if told != facts.orders.keys():
        found.append(f"told that {told} are paid")
    return found
