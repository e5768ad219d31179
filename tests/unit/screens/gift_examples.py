"""Examples of gifts, by the name of their golden files."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.checkout import checkout_screen
from orbit_adapters.telegram.screens.gifts import (
    ask_gift_message_screen,
    ask_give_up_screen,
    gift_card_screen,
    gift_plans_screen,
    gift_screen,
    gifts_screen,
    given_up_screen,
)
from orbit_adapters.telegram.screens.offered_gift import offered_gift_screen
from orbit_adapters.telegram.screens.payment import payment_screen
from orbit_domain.gift.gift import Gift
from orbit_domain.ids import GiftCode, TelegramId
from orbit_domain.money import rub
from orbit_domain.order.order import Order, OrderState, Taken
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.steps.find_gift import GivenGift
from orbit_domain.subscription.repository import Customer
from orbit_domain.use_cases.give_up_gift import GivenUpGift
from orbit_domain.use_cases.show_gift import GiftList, GiftView
from orbit_domain.use_cases.take_gift import OfferedGift
from tests.unit.screens import view_examples
from tests.unit.screens.view_examples import DAY, NOW, ORDER_ID, QUARTER

FRIEND = TelegramId(700_000_002)
CODE = GiftCode("q7Hc2_Vw-9sLx0TzB4nKe8RyA1mUo5Pj")
WORDS = {"ru": "С днём рождения <3 & пусть всё открывается!", "en": "Happy birthday <3 & may it all open!"}
GIVER = {"ru": "Вера <3>", "en": "Vera <3>"}
TAKER = {"ru": "Боря & Ко", "en": "Bob & Co"}
BOT = "orbit_demo_bot"
TAKEN = Taken(FRIEND, NOW - DAY)


def gift_order(state: OrderState = OrderState.PAID, taken: Taken | None = None, kopecks: int = 34_900) -> Order:
    """Three months as a gift."""
    order = replace(view_examples.order(state, QUARTER), is_gift=True, taken=taken, price=rub(kopecks))
    return order if state is OrderState.OPEN else replace(order, paid_at=NOW - 2 * DAY)


def gift(language: str, **changes: Any) -> Gift:
    """What belongs to it, in the language of the one who looks."""
    return replace(Gift(ORDER_ID, "hash", "sealed", GIVER[language], NOW - DAY, WORDS[language]), **changes)


def view(language: str, order: Order, **changes: Any) -> GiftView:
    """How the giver sees it; its link while somebody may take it."""
    code = CODE if order.is_to_take else None
    return GiftView(view_examples.user(language), order, gift(language, **changes), code, NOW)


def offered(language: str, ends_in: timedelta | None = None, **changes: Any) -> OfferedGift:
    """How the friend sees it, who has time left or not."""
    home = view_examples.home(language, ends_in)
    customer = Customer(replace(home.user, tg_id=FRIEND), home.subscription)
    end = NOW + (ends_in or timedelta(0)) + 90 * DAY
    return replace(OfferedGift(customer, gift_order(), gift(language), CODE, end, NOW), **changes)


def gift_list(language: str) -> GiftList:
    """One that waits, two that were taken, and one whose price went back."""
    orders = (
        gift_order(),
        gift_order(OrderState.DELIVERED, TAKEN),
        gift_order(OrderState.PAID, TAKEN),
        gift_order(OrderState.REFUNDED),
    )
    names = ("", TAKER[language], "", "")
    gifts = (GivenGift(order, gift(language, taker_name=name)) for order, name in zip(orders, names, strict=True))
    return GiftList(view_examples.user(language), tuple(gifts))


GIFT_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "gift_plans": lambda language: gift_plans_screen(view_examples.plan_list(language)),
    "gift_plans_none": lambda language: gift_plans_screen(view_examples.plan_list(language, plans=())),
    "gift_checkout": lambda language: checkout_screen(
        replace(view_examples.checkout(language, 20_000), order=replace(view_examples.order(), is_gift=True))
    ),
    "gift_checkout_paid": lambda language: checkout_screen(
        replace(view_examples.checkout(language), order=gift_order())
    ),
    "gift_payment_confirmed": lambda language: payment_screen(
        view_examples.payment_view(language, PaymentStatus.CONFIRMED, wanted=gift_order())
    ),
    "gift_open": lambda language: gift_screen(view(language, gift_order(OrderState.OPEN)), BOT),
    "gift": lambda language: gift_screen(view(language, gift_order()), BOT),
    "gift_without_words": lambda language: gift_screen(view(language, gift_order(), message=""), BOT),
    "gift_for_free": lambda language: gift_screen(view(language, gift_order(kopecks=0)), BOT),
    "gift_unreadable": lambda language: gift_screen(replace(view(language, gift_order()), code=None), BOT),
    "gift_taken": lambda language: gift_screen(
        view(language, gift_order(OrderState.DELIVERED, TAKEN), taker_name=TAKER[language]), BOT
    ),
    "gift_taken_by_somebody": lambda language: gift_screen(view(language, gift_order(taken=TAKEN)), BOT),
    "gift_refunded": lambda language: gift_screen(view(language, gift_order(OrderState.REFUNDED)), BOT),
    "gift_cancelled": lambda language: gift_screen(
        view(language, replace(gift_order(OrderState.CANCELLED), paid_at=None)), BOT
    ),
    "gift_card": lambda language: gift_card_screen(view(language, gift_order()), BOT),
    "gift_card_without_words": lambda language: gift_card_screen(
        view(language, gift_order(), message="", giver_name=""), BOT
    ),
    "gift_card_too_late": lambda language: gift_card_screen(view(language, gift_order(taken=TAKEN)), BOT),
    "gifts": lambda language: gifts_screen(gift_list(language)),
    "gifts_none": lambda language: gifts_screen(GiftList(view_examples.user(language), ())),
    "gift_ask_message": lambda language: ask_gift_message_screen(view(language, gift_order(), message="")),
    "gift_ask_new_message": lambda language: ask_gift_message_screen(view(language, gift_order())),
    "gift_ask_give_up": lambda language: ask_give_up_screen(view(language, gift_order())),
    "gift_ask_give_up_too_late": lambda language: ask_give_up_screen(view(language, gift_order(taken=TAKEN))),
    "gift_given_up": lambda language: given_up_screen(GivenUpGift(view_examples.user(language, 34_900), gift_order())),
    "gift_offered": lambda language: offered_gift_screen(offered(language)),
    "gift_offered_with_time": lambda language: offered_gift_screen(offered(language, 12 * DAY, keys_off=("<3>",))),
    "gift_offered_by_somebody": lambda language: offered_gift_screen(
        offered(language, gift=gift(language, message="", giver_name=""))
    ),
    "gift_offered_to_its_giver": lambda language: offered_gift_screen(
        replace(
            offered(language),
            customer=Customer(view_examples.user(language), view_examples.home(language).subscription),
        )
    ),
    "gift_mine": lambda language: offered_gift_screen(offered(language, is_taken=True)),
}
