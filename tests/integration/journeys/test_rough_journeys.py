"""What goes wrong: repeated taps, failing services, hostile updates."""

from datetime import timedelta
from itertools import cycle

import pytest

from orbit_domain.order.order import OrderState
from orbit_sandbox.telegram.refusals import NoSuchButton
from tests.integration.journeys.journey import Journey


async def test_many_taps_on_buy_make_one_order(journey: Journey) -> None:
    """However often Buy is tapped, one order is made, and each tap is answered exactly once."""
    await journey.customer.tap("plans")
    message, data = await journey.customer.button("buy:sub_1m")
    telegram = journey.environment.sandbox.telegram
    made = [telegram.tap(journey.customer.id, message, data) for _ in range(64)]

    async def answered() -> bool:
        return all(getattr(tap, "answers", 0) == 1 for tap in made)

    await journey.customer.until("an answer to every tap", answered)
    assert len(await journey.customer.orders()) == 1
    await journey.customer.button("pay:")


@pytest.mark.parametrize("shop", ["polling"], indirect=True)
async def test_panel_down_delays_and_never_loses(journey: Journey) -> None:
    """The panel is down when money comes: paid, not delivered; the owner is notified; it is up again: delivered."""
    faults = journey.environment.sandbox.faults
    faults.turn_on("panel.down")
    journey.customer.pay(await journey.customer.request_invoice())

    async def paid() -> bool:
        return (await journey.customer.orders())[0].state is OrderState.PAID

    await journey.customer.until("a paid order", paid)
    known = len(journey.owner.messages())
    journey.environment.sandbox.clock.advance(timedelta(minutes=11))

    async def owner_notified() -> bool:
        return len(journey.owner.messages()) > known

    await journey.owner.until("a message to the owner", owner_notified)
    faults.clear()
    await journey.customer.until_delivered()
    await journey.assert_ledger_balanced()


# Panel and chain don't see how updates come: each of their faults meets one way, each of Telegram's both.
_PANEL_FAULTS = ["lose_answer", "500", "cut_json", "html", "token_expired", "429"]
_CHAIN_FAULTS = ["429", "500", "cut_json", "html", "duplicate_page", "hide_newest"]
_TELEGRAM_FAULTS = ["500", "lose_answer", "429"]


@pytest.mark.parametrize(
    ("shop", "panel", "chain", "telegram"),
    list(zip(cycle(("polling", "webhook")), _PANEL_FAULTS, _CHAIN_FAULTS, cycle(_TELEGRAM_FAULTS), strict=False)),
    indirect=["shop"],
)
async def test_passing_faults_change_nothing_in_the_end(
    journey: Journey, panel: str, chain: str, telegram: str
) -> None:
    """Panel, chain and Telegram fail three times in a row each; the order is still delivered, once."""
    faults = journey.environment.sandbox.faults
    payment = await journey.customer.request_invoice()
    for fault in (f"panel.{panel}", f"chain.{chain}", f"telegram.{telegram}"):
        faults.turn_on(fault, 3)
    journey.customer.pay(payment)
    await journey.until_delivered_after_faults()
    assert journey.accounts() == 1
    assert await journey.balance() == 0
    await journey.assert_ledger_balanced()


async def test_hostile_updates_are_skipped(journey: Journey) -> None:
    """Updates without a sender, from groups, with corrupt data: nothing crashes, the next customer is served."""
    telegram = journey.environment.sandbox.telegram
    group = telegram.add_chat("supergroup", "group")
    telegram.say_without_sender(group.id, "/start")
    telegram.say(journey.customer.id, "/start", group.id)
    for body in (
        {"message": {"message_id": "x"}},
        {"callback_query": {"id": 1}},
        {"message": None},
        {"poll": {"id": "1"}},
        {"nothing": "known"},
    ):
        telegram.push_raw(body)
    for text in (
        "a" * 4096,
        "\u202e/start\u200b",
        "<b>not closed",
        "/start " + "x" * 64,
        "/start ref_%00",
        "\x00",
        "١٢٣",
    ):
        telegram.say(journey.customer.id, text)
    late = journey.newcomer("Пётр")
    telegram.press_start(late.id)
    await late.button("plans")
    assert len(journey.environment.sandbox.telegram.unknown_methods) == 0


async def test_foreign_and_outdated_buttons_are_answered(journey: Journey) -> None:
    """Unknown callback data, another customer's order, an old message: answered with a screen, nothing done."""
    journey.customer.pay(await journey.customer.request_invoice())
    order = await journey.customer.until_delivered()
    stranger = journey.newcomer("Мария")
    telegram = journey.environment.sandbox.telegram
    telegram.press_start(stranger.id)
    message, _ = await stranger.button("plans")
    forged = (
        "",
        "x",
        "pay:",
        f"pay:{order.id.hex}:ton",
        f"bal:{order.id.hex}",
        "buy:sub_1m:zz",
        "add:99999999999",
        "я" * 30,
    )
    taps = []
    for data in forged:
        with pytest.raises(NoSuchButton):
            telegram.tap(stranger.id, message, data or "nothing")
        taps.append(telegram.forge(stranger.id, message, data))

    async def answered() -> bool:
        return all(tap.answers == 1 for tap in taps)

    await stranger.until("an answer to every forged tap", answered)
    assert await stranger.orders() == ()
    await journey.assert_ledger_balanced()
