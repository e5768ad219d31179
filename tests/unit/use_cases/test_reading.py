"""What customers and the owner can look at: it is true, complete, and in order."""

from datetime import UTC, timedelta

import pytest

from orbit_domain.ledger.ledger import EntryKind, Line, user_account
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.money import RUB, TON, Money, rub
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.subscription.subscription import SubscriptionState
from orbit_domain.use_cases.audit_ledger import AuditReport
from orbit_domain.use_cases.show_timeline import Event, Part
from orbit_domain.user.user import NoSuchLanguage
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World


def whats(timeline: tuple[Event, ...], topic: str) -> list[tuple[Part, ...]]:
    """What the timeline says happened about *topic*, in its order."""
    return [event.what for event in timeline if event.topic == topic]


async def test_the_statement_shows_the_newest_movements_first(alice: Buyer) -> None:
    """Ten movements, the newest first, beside the balance that they lead to."""
    for number in range(12):
        await alice.add_balance(20_000 + number)
    await alice.shop.pay_from_balance(ALICE, (await alice.choose()).order.id)
    statement = await alice.shop.show_statement(ALICE)
    assert [one.units for one in statement.statement_lines] == [
        -PRICE,
        *(20_000 + number for number in range(11, 2, -1)),
    ]
    assert statement.user.balance.units == sum(20_000 + number for number in range(12)) - PRICE


async def test_an_empty_statement_is_empty(alice: Buyer) -> None:
    """Who has paid nothing has no movements and nothing on the balance."""
    statement = await alice.shop.show_statement(ALICE)
    assert (statement.statement_lines, statement.user.balance.units, statement.methods) == ((), 0, ("ton",))


async def test_the_story_of_a_sale_is_complete(alice: Buyer) -> None:
    """Every noun that the sale touched has its line, each with its cause."""
    order = await alice.buy()
    timeline = await alice.shop.show_timeline(ALICE)
    assert whats(timeline, "user") == [("pressed /start",)]
    assert whats(timeline, "order") == [("sub_1m for", rub(PRICE), "opened"), ("paid",), ("delivered",)]
    assert whats(timeline, "money") == [(Money(COIN, TON), "arrived")]
    account = user_account(ALICE)
    credit, debit = (Line(account, PRICE, RUB), "(credit)"), (Line(account, -PRICE, RUB), "(order)")
    assert whats(timeline, "balance") == [credit, debit]
    assert whats(timeline, "time") == [(timedelta(days=30),)]
    assert [event.cause for event in timeline if event.topic == "time"] == [f"order:{order.id}"]
    assert sorted(whats(timeline, "notice")) == [("key_ready", "sent"), ("order_paid", "sent")]
    assert whats(timeline, "key") == [("orbit_42 on main/home (home): applied 1 of 1",)]


async def test_the_timeline_is_in_the_order_of_time(alice: Buyer, world: World) -> None:
    """No event stands before its cause, whichever table it comes from."""
    for _ in range(3):
        await alice.buy()
        world.clock.advance(days=10)
        await alice.shop.read_receipts()
    timeline = await alice.shop.show_timeline(ALICE)
    assert [event.at for event in timeline] == sorted(event.at for event in timeline)
    assert all(event.at.tzinfo is UTC for event in timeline)


async def test_the_timeline_never_spends_money_before_it_came(alice: Buyer) -> None:
    """Read line by line, the balance of the timeline is never below zero and ends where the balance is."""
    view = await alice.start_purchase()
    alice.send(view, 2 * COIN)
    await alice.shop.work()
    balances = [0]
    for line in whats(await alice.shop.show_timeline(ALICE), "balance"):
        balances.append(balances[-1] + line[0].units)
    assert balances[-1] == await alice.balance() == PRICE
    assert min(balances) == 0


async def test_a_timeline_is_about_one_user(alice: Buyer, bob: Buyer) -> None:
    """What another customer did leaves no line in it."""
    before = await alice.shop.show_timeline(ALICE)
    await bob.buy()
    assert await alice.shop.show_timeline(ALICE) == before


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        (0, SubscriptionState.ACTIVE),
        (30 * 24 - 1, SubscriptionState.ACTIVE),
        (30 * 24, SubscriptionState.GRACE),
        (31 * 24 - 1, SubscriptionState.GRACE),
        (31 * 24, SubscriptionState.EXPIRED),
    ],
)
async def test_home_shows_the_state_of_the_customer(
    alice: Buyer, world: World, hours: int, state: SubscriptionState
) -> None:
    """Active to the last second, a day of grace, and then expired; keys and home agree."""
    assert (await alice.shop.show_home(ALICE)).state is SubscriptionState.NONE
    await alice.buy()
    world.clock.advance(hours=hours)
    assert (await alice.shop.show_home(ALICE)).state is state
    assert (await alice.shop.show_keys(ALICE)).state is state


async def test_the_list_marks_what_the_customer_has(alice: Buyer, world: World) -> None:
    """The current plan is marked while it lasts, and savings are shown against the monthly plan."""
    offers = (await alice.shop.list_plans(ALICE)).offers
    assert [offer.saving_percent for offer in offers] == [None, 9, 31, 40]
    assert not any(offer.is_current for offer in offers)
    await alice.buy("sub_3m")
    offers = (await alice.shop.list_plans(ALICE)).offers
    assert [offer.plan.code for offer in offers if offer.is_current] == ["sub_3m"]
    world.clock.advance(days=91)
    assert not any(offer.is_current for offer in (await alice.shop.list_plans(ALICE)).offers)


async def test_every_list_has_its_own_nonce(alice: Buyer) -> None:
    """Two lists are two purchases; their nonces fit a button."""
    nonces = [(await alice.shop.list_plans(ALICE)).nonce for _ in range(50)]
    assert len(set(nonces)) == 50
    assert all(0 < len(nonce) <= 16 for nonce in nonces)


@pytest.mark.parametrize(
    ("telegram", "language"),
    [("ru", "ru"), ("uk", "ru"), ("en", "en"), ("de-AT", "en"), (None, "en"), ("", "en"), ("\u202e" * 99, "en")],
)
async def test_a_newcomer_is_greeted_in_a_known_language(shop: Shop, telegram: str | None, language: str) -> None:
    """Whatever the phone says, the shop speaks one of its languages."""
    assert (await shop.register_user(BOB, None, telegram)).user.language == language


async def test_a_customer_chooses_the_language(alice: Buyer) -> None:
    """The choice holds from then on; a language that the shop doesn't speak is refused and changes nothing."""
    await alice.shop.set_language(ALICE, "en")
    assert (await alice.shop.show_home(ALICE)).user.language == "en"
    for unknown in ("de", "", "EN", "ru; --", "x" * 10_000):
        with pytest.raises(NoSuchLanguage):
            await alice.shop.set_language(ALICE, unknown)
    assert (await alice.shop.show_home(ALICE)).user.language == "en"


@pytest.mark.parametrize(
    ("code", "referrer"), [("16", ALICE), ("17", None), ("zz", None), ("", None), ("ALICE!", None)]
)
async def test_an_invitation_counts_at_the_first_start_only(
    alice: Buyer, shop: Shop, code: str, referrer: int | None
) -> None:
    """A known inviter is recorded once; oneself, unknown users and invalid codes are not; no reward yet."""
    registered = await shop.register_user(BOB, None, "en", code)
    assert registered.user.referrer_id == referrer
    assert (await shop.register_user(ALICE, None, "ru", "17")).user.referrer_id is None
    assert (await alice.balance(), registered.user.balance.units) == (0, 0)


async def test_a_checkout_says_until_when_it_would_last(alice: Buyer, world: World) -> None:
    """A renewal begins at the old end while time is left, and at the moment of buying after that."""
    await alice.buy()
    assert (await alice.choose("sub_3m")).new_end == world.clock.now() + timedelta(days=120)
    world.clock.advance(days=40)
    await alice.shop.read_receipts()
    assert (await alice.choose("sub_3m")).new_end == world.clock.now() + timedelta(days=90)


async def test_a_statement_says_how_money_came_and_what_it_bought(alice: Buyer) -> None:
    """The quoted part and the surplus name their method, a purchase and its refund name the plan."""
    view = await alice.start_purchase("sub_3m")
    alice.send(view, view.payment.quote.due.units + COIN)
    await alice.shop.work()
    order = await alice.order_of(view)
    await alice.shop.refund_order(order.id, "cli:owner", "asked for")
    statement = await alice.shop.show_statement(ALICE)
    told = [
        (line.kind, statement.paid_by.get(line.ref), terms.code if (terms := statement.bought.get(line.ref)) else None)
        for line in statement.statement_lines
    ]
    assert told == [
        (EntryKind.REFUND, None, "sub_3m"),
        (EntryKind.ORDER, None, "sub_3m"),
        (EntryKind.CREDIT, TON_METHOD, None),
        (EntryKind.CREDIT, TON_METHOD, None),
    ]


async def test_an_audit_names_everything_that_is_wrong() -> None:
    """One finding for each error, and only a ledger without findings is balanced."""
    wrong = AuditReport(LedgerAudit(9, ("order/1",), (ALICE,), ("chain|7",), ("2",), (BOB,)))
    assert len(wrong.findings) == 5
    assert not wrong.balanced
    assert AuditReport(LedgerAudit(9, (), (), (), (), ())).balanced
