"""Every state of every screen, by the name of its golden file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from orbit_adapters.telegram.apps import PLATFORMS
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.refusals import failure_screen
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.balance import ask_sum_screen, balance_screen, topup_screen
from orbit_adapters.telegram.screens.checkout import checkout_screen
from orbit_adapters.telegram.screens.connect import connect_screen, platform_screen
from orbit_adapters.telegram.screens.help import help_screen, paysupport_screen
from orbit_adapters.telegram.screens.home import home_screen, lost_screen, outdated_screen
from orbit_adapters.telegram.screens.invite import invite_screen
from orbit_adapters.telegram.screens.keys import keys_screen
from orbit_adapters.telegram.screens.paid import paid_screen, trial_screen
from orbit_adapters.telegram.screens.payment import checked_screen, payment_screen
from orbit_adapters.telegram.screens.plans import plans_screen
from orbit_adapters.telegram.screens.settings import language_changed_screen, settings_screen
from orbit_adapters.telegram.screens.stats import stats_screen
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD, Method, PaymentStatus
from orbit_domain.plan.plan import SEEDED_PLANS
from tests.unit.screens import people, shop_figures
from tests.unit.screens.people import DAY, KEY_ID

HOUR = timedelta(hours=1)
LIMITED = replace(SEEDED_PLANS[1], terms=replace(SEEDED_PLANS[1].terms, traffic_bytes=100 * 1024**3))
TWO_METHODS = (TON_METHOD, Method("ton_usdt"))
TWO_KEYS = (people.key(), people.key(2, "Папа", None))
HALF = 700_000_000

STATES: Mapping[str, Callable[[str], Screen]] = {
    "home_new": lambda said: home_screen(people.home(said)),
    "home_trial": lambda said: home_screen(people.home(said, 2 * DAY, "trial")),
    "home_active": lambda said: home_screen(people.home(said, 12 * DAY, kopecks=7_150)),
    "home_last_hours": lambda said: home_screen(people.home(said, 5 * HOUR)),
    "home_grace": lambda said: home_screen(people.home(said, -3 * HOUR)),
    "home_expired": lambda said: home_screen(people.home(said, -9 * DAY)),
    "home_after_chatter": lambda said: lost_screen(people.home(said, 12 * DAY)),
    "home_outdated_button": lambda said: outdated_screen(people.home(said, 12 * DAY)),
    "plans": lambda said: plans_screen(people.plan_list(said)),
    "plans_renewing": lambda said: plans_screen(people.plan_list(said, 12 * DAY)),
    "plans_limited": lambda said: plans_screen(people.plan_list(said, plans=(LIMITED, SEEDED_PLANS[2]))),
    "plans_none": lambda said: plans_screen(people.plan_list(said, plans=())),
    "checkout": lambda said: checkout_screen(people.checkout(said)),
    "checkout_missing": lambda said: checkout_screen(people.checkout(said, 5_000)),
    "checkout_covered": lambda said: checkout_screen(people.checkout(said, 20_000)),
    "checkout_no_method": lambda said: checkout_screen(people.checkout(said, offered=False)),
    "checkout_paid": lambda said: checkout_screen(people.checkout(said, state=OrderState.PAID)),
    "checkout_cancelled": lambda said: checkout_screen(people.checkout(said, state=OrderState.CANCELLED)),
    "checkout_refunded": lambda said: checkout_screen(people.checkout(said, state=OrderState.REFUNDED)),
    "payment": lambda said: payment_screen(people.bill(said, wanted=people.order())),
    "payment_topup": lambda said: payment_screen(people.bill(said)),
    "payment_checked": lambda said: checked_screen(people.bill(said, wanted=people.order())),
    "payment_part": lambda said: checked_screen(people.bill(said, received=HALF, wanted=people.order())),
    "payment_over": lambda said: payment_screen(people.bill(said, late=HOUR, wanted=people.order())),
    "payment_over_part": lambda said: payment_screen(people.bill(said, received=HALF, late=HOUR)),
    "payment_confirmed": lambda said: checked_screen(
        people.bill(said, PaymentStatus.CONFIRMED, wanted=people.order(OrderState.PAID))
    ),
    "payment_confirmed_topup": lambda said: payment_screen(people.bill(said, PaymentStatus.CONFIRMED, kopecks=20_000)),
    "payment_confirmed_waiting": lambda said: payment_screen(
        people.bill(said, PaymentStatus.CONFIRMED, wanted=people.order(), kopecks=5_000)
    ),
    "payment_cancelled": lambda said: payment_screen(people.bill(said, PaymentStatus.CANCELLED, wanted=people.order())),
    "payment_expired": lambda said: payment_screen(people.bill(said, PaymentStatus.EXPIRED)),
    "paid": lambda said: paid_screen(people.order(OrderState.PAID), people.home(said, 30 * DAY, kopecks=7_100)),
    "trial_started": lambda said: trial_screen(people.home(said, 3 * DAY, "trial")),
    "connect": lambda said: connect_screen(people.keys_view(said)),
    "connect_grace": lambda said: connect_screen(people.keys_view(said, -3 * HOUR)),
    "connect_many": lambda said: connect_screen(people.keys_view(said, keys=TWO_KEYS)),
    "connect_preparing": lambda said: connect_screen(people.keys_view(said, keys=(people.key(url=None),))),
    "connect_no_key_yet": lambda said: connect_screen(people.keys_view(said, keys=())),
    "connect_none": lambda said: connect_screen(people.keys_view(said, None, ())),
    "connect_expired": lambda said: connect_screen(people.keys_view(said, -9 * DAY)),
    **{
        f"connect_{name}": lambda said, name=name: platform_screen(people.keys_view(said), KEY_ID, name)
        for name in PLATFORMS
    },
    "keys": lambda said: keys_screen(people.keys_view(said, keys=TWO_KEYS)),
    "keys_expired": lambda said: keys_screen(people.keys_view(said, -9 * DAY, (replace(people.key(), enabled=False),))),
    "keys_none": lambda said: keys_screen(people.keys_view(said, None, ())),
    "balance": lambda said: balance_screen(people.statement(said)),
    "balance_empty": lambda said: balance_screen(people.statement(said, 0, moved=False)),
    "balance_no_method": lambda said: balance_screen(people.statement(said, methods=())),
    "balance_two_methods": lambda said: balance_screen(people.statement(said, 0, TWO_METHODS, moved=False)),
    "topup_methods": lambda said: topup_screen(people.statement(said, methods=TWO_METHODS), rub(45_050)),
    "ask_sum": lambda said: ask_sum_screen(people.statement(said)),
    "settings": settings_screen,
    "settings_changed": language_changed_screen,
    "help": lambda said: help_screen(people.home(said), "@orbit_help"),
    "help_alone": lambda said: help_screen(people.home(said), ""),
    "paysupport": lambda said: paysupport_screen(people.statement(said), "orbit_help"),
    "paysupport_alone": lambda said: paysupport_screen(people.statement(said), "not a username!"),
    "invite": lambda said: invite_screen(people.home(said), "orbit_bot"),
    "stats": lambda said: stats_screen(shop_figures.busy(said)),
    "stats_empty": lambda said: stats_screen(shop_figures.empty(said)),
    "failure": lambda said: failure_screen("7F3A09C1", Translator(said)),
}
