"""Stars that leave or arrive past the shop: scenarios S11 and S12 of the reference, from the list to the customers."""

from typing import Any

from orbit_domain.order.order import OrderState
from orbit_sandbox.telegram.checkouts import Charge
from orbit_sandbox.telegram.messages import Invoice, seconds
from tests.integration.telegram.bot_harness import ChatUser
from tests.integration.telegram.stars_shop import DUE, StarsHarness, open_stars_shop


async def customer(stars: StarsHarness, name: str) -> ChatUser:
    """A customer of that first name in the chat with the bot."""
    user = stars.new_user(first_name=name)
    await user.write("/start")
    return user


def withdraw(stars: StarsHarness, units: int) -> None:
    """The owner takes Stars out: from now on the list shows that row, too."""
    checkouts, at = stars.telegram.checkouts, stars.telegram.clock.now()
    taken_out = {
        "id": "withdrawal", "amount": units, "date": seconds(at),
        "receiver": {"type": "fragment", "withdrawal_state": {"type": "succeeded", "date": seconds(at), "url": "u"}},
    }  # fmt: skip
    shown = checkouts.transactions
    checkouts.transactions = lambda: sorted(  # type: ignore[method-assign]
        [*shown(), taken_out], key=lambda row: row["date"]
    )


async def test_s11_money_is_taken_back_from_a_balance_that_is_empty() -> None:
    """S11: Apple takes Stars back that the owner has withdrawn: only the list says so. The bot's balance is below zero.

    The owner is told once, the list is read on behind it, and the next customer's Stars are delivered.
    """
    stars = await open_stars_shop()
    vera, tom = await customer(stars, "Vera"), await customer(stars, "Tom")
    await stars.pay(vera, await stars.invoice(vera))
    await stars.shop.work()
    stars.world.clock.advance(minutes=5)
    withdraw(stars, DUE)
    stars.world.clock.advance(minutes=5)
    (charge,) = stars.charges
    stars.telegram.checkouts.refund(vera.user_id, charge.id, stars.telegram.clock.now())
    assert stars.telegram.checkouts.balance() - DUE < 0
    for _ in range(2):
        await stars.shop.work()
    told: list[Any] = [notice for notice in await stars.told_owner() if notice.kind == "money_reversed"]
    assert [(notice.tg_id, notice.units, notice.stopped) for notice in told] == [(vera.user_id, DUE, 1)]
    stars.world.clock.advance(minutes=5)
    await stars.pay(tom, await stars.invoice(tom))
    await stars.shop.work()
    assert await stars.outcome(tom) == (OrderState.DELIVERED, 0)


async def test_s12_stars_that_other_software_has_taken() -> None:
    """S12: a payment under a payload of other software with our token is unmatched and told, and buys nothing.

    The list names Vera, who has an open invoice: a payer alone is no claim.
    """
    stars = await open_stars_shop()
    vera = await customer(stars, "Vera")
    await stars.invoice(vera)
    for number, payload in enumerate(('{"order": 17}', "a bot before us", "ORB0000000000")):
        payer = stars.telegram.customers[vera.user_id]
        foreign = Charge(f"stx9{number}", payer, Invoice("T", "D", payload, DUE), stars.telegram.clock.now())
        stars.telegram.checkouts.charges[foreign.id] = foreign
    for _ in range(2):
        await stars.shop.work()
    async with stars.world.storage.transaction() as tx:
        unmatched = await tx.receipts.unmatched(10)
    assert sorted(one.external_id for one in unmatched) == ["stx90", "stx91", "stx92"]
    told: list[Any] = [notice for notice in await stars.told_owner() if notice.kind == "unmatched_money"]
    assert sorted(notice.ref.rpartition("|")[2] for notice in told) == ["stx90", "stx91", "stx92"]
    assert await stars.outcome(vera) == (OrderState.OPEN, 0)
