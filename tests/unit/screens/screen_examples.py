"""Every screen in each of its states, by the name of its golden file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from orbit_adapters.telegram.apps import PLATFORMS
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.refusals import failure_screen
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.auto_renewal import auto_renewal_screen, auto_renewal_switched_screen
from orbit_adapters.telegram.screens.balance import ask_amount_screen, balance_screen, topup_screen
from orbit_adapters.telegram.screens.card import card_screen
from orbit_adapters.telegram.screens.checkout import checkout_screen
from orbit_adapters.telegram.screens.claims import (
    ask_transfer_screen,
    assigned_screen,
    claim_passed_on_screen,
    rejected_screen,
)
from orbit_adapters.telegram.screens.connect import connect_screen, new_link_screen, platform_screen
from orbit_adapters.telegram.screens.devices import devices_screen
from orbit_adapters.telegram.screens.help import help_screen
from orbit_adapters.telegram.screens.home import hint_screen, home_screen, outdated_screen
from orbit_adapters.telegram.screens.invite import invite_screen
from orbit_adapters.telegram.screens.paid import paid_screen, trial_screen
from orbit_adapters.telegram.screens.payment import checked_screen, payment_screen
from orbit_adapters.telegram.screens.plans import plans_screen
from orbit_adapters.telegram.screens.promo import ask_promo_screen, promo_screen
from orbit_adapters.telegram.screens.questions import (
    answer_sent_screen,
    ask_answer_screen,
    question_passed_on_screen,
)
from orbit_adapters.telegram.screens.settings import language_changed_screen, settings_screen
from orbit_adapters.telegram.screens.stats import stats_screen
from orbit_adapters.telegram.screens.trends import trends_screen
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD, Method, PaymentStatus
from orbit_domain.promo.promo import PromoKind
from orbit_domain.stats import Span
from orbit_domain.use_cases.approve_claim import Assignment
from orbit_domain.use_cases.reject_claim import Rejection
from orbit_domain.use_cases.show_card import CardView
from orbit_testing.samples import SEEDED_PLANS, receipt_claim
from tests.unit.screens import payout_examples, renewal_examples, stats_examples, view_examples
from tests.unit.screens.account_examples import ACCOUNT_SCREENS
from tests.unit.screens.backup_examples import BACKUP_SCREENS
from tests.unit.screens.broadcast_examples import BROADCAST_SCREENS
from tests.unit.screens.clean_up_examples import CLEAN_UP_SCREENS
from tests.unit.screens.gift_examples import GIFT_SCREENS
from tests.unit.screens.health_examples import HEALTH_SCREENS
from tests.unit.screens.key_examples import KEY_SCREENS, TWO_KEYS
from tests.unit.screens.notice_settings_examples import NOTICE_SETTINGS_SCREENS
from tests.unit.screens.offer_examples import OFFER_SCREENS
from tests.unit.screens.setting_examples import SETTING_SCREENS
from tests.unit.screens.staff_examples import STAFF_SCREENS
from tests.unit.screens.support_examples import SUPPORT_SCREENS
from tests.unit.screens.view_examples import DAY, KEY_ID

HOUR = timedelta(hours=1)
LIMITED = replace(SEEDED_PLANS[1], terms=replace(SEEDED_PLANS[1].terms, traffic_bytes=100 * 1024**3))
TWO_METHODS = (TON_METHOD, Method("ton_usdt"))
HALF = 700_000_000

SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "home_new": lambda language: home_screen(view_examples.home(language)),
    "home_without_invitations": lambda language: home_screen(
        replace(view_examples.home(language), has_invitations=False)
    ),
    "home_trial": lambda language: home_screen(view_examples.home(language, 2 * DAY, "trial")),
    "home_active": lambda language: home_screen(view_examples.home(language, 12 * DAY, kopecks=7_150)),
    "home_last_hours": lambda language: home_screen(view_examples.home(language, 5 * HOUR)),
    "home_grace": lambda language: home_screen(view_examples.home(language, -3 * HOUR)),
    "home_expired": lambda language: home_screen(view_examples.home(language, -9 * DAY)),
    "home_unknown_message": lambda language: hint_screen(view_examples.home(language, 12 * DAY)),
    "home_outdated_button": lambda language: outdated_screen(view_examples.home(language, 12 * DAY)),
    "plans": lambda language: plans_screen(view_examples.plan_list(language)),
    "plans_renewing": lambda language: plans_screen(view_examples.plan_list(language, 12 * DAY)),
    "plans_limited": lambda language: plans_screen(view_examples.plan_list(language, plans=(LIMITED, SEEDED_PLANS[2]))),
    "plans_none": lambda language: plans_screen(view_examples.plan_list(language, plans=())),
    "plans_with_code": lambda language: plans_screen(view_examples.discounted_plan_list(language)),
    "promo_ask": lambda language: ask_promo_screen(view_examples.home(language)),
    "promo_percent": lambda language: promo_screen(view_examples.applied_promo(language, PromoKind.PERCENT, 20)),
    "promo_amount": lambda language: promo_screen(
        view_examples.applied_promo(language, PromoKind.AMOUNT, 5_000, SEEDED_PLANS[2:4])
    ),
    "promo_days": lambda language: promo_screen(view_examples.applied_promo(language, PromoKind.DAYS, 7)),
    "promo_balance": lambda language: promo_screen(view_examples.applied_promo(language, PromoKind.BALANCE, 10_000)),
    "checkout_with_code": lambda language: checkout_screen(view_examples.discounted_checkout(language, 20)),
    "checkout_with_code_covered": lambda language: checkout_screen(
        view_examples.discounted_checkout(language, 20, 20_000)
    ),
    "checkout_for_free": lambda language: checkout_screen(view_examples.discounted_checkout(language, 100)),
    "checkout_without_its_code": lambda language: checkout_screen(
        replace(view_examples.checkout(language), lost=view_examples.CODE)
    ),
    "checkout": lambda language: checkout_screen(view_examples.checkout(language)),
    "checkout_renewing": lambda language: checkout_screen(view_examples.renewing_checkout(language)),
    "card": lambda language: card_screen(CardView(view_examples.user(language), "<b>*4444</b>", rub(12_900))),
    "card_none": lambda language: card_screen(CardView(view_examples.user(language))),
    **renewal_examples.EXAMPLES,
    **payout_examples.EXAMPLES,
    **CLEAN_UP_SCREENS,
    **BACKUP_SCREENS,
    "balance_with_card": lambda language: balance_screen(
        replace(view_examples.statement(language, 0, has_lines=False), card="*4444")
    ),
    "checkout_missing": lambda language: checkout_screen(view_examples.checkout(language, 5_000)),
    "checkout_covered": lambda language: checkout_screen(view_examples.checkout(language, 20_000)),
    "checkout_no_method": lambda language: checkout_screen(view_examples.checkout(language, offered=False)),
    "checkout_paid": lambda language: checkout_screen(view_examples.checkout(language, state=OrderState.PAID)),
    "checkout_cancelled": lambda language: checkout_screen(
        view_examples.checkout(language, state=OrderState.CANCELLED)
    ),
    "checkout_with_debt": lambda language: checkout_screen(view_examples.checkout(language, debt=4_300)),
    "checkout_refunded": lambda language: checkout_screen(view_examples.checkout(language, state=OrderState.REFUNDED)),
    "payment": lambda language: payment_screen(view_examples.payment_view(language, wanted=view_examples.order())),
    "payment_topup": lambda language: payment_screen(view_examples.payment_view(language)),
    "payment_checked": lambda language: checked_screen(
        view_examples.payment_view(language, wanted=view_examples.order())
    ),
    "payment_part": lambda language: checked_screen(
        view_examples.payment_view(language, received=HALF, wanted=view_examples.order())
    ),
    "payment_arrived": lambda language: checked_screen(
        view_examples.payment_view(language, received=1_433_000_000, wanted=view_examples.order())
    ),
    "payment_usdt": lambda language: payment_screen(
        view_examples.payment_view(language, wanted=view_examples.order(), instructions=view_examples.TOKENS)
    ),
    "payment_page": lambda language: payment_screen(
        view_examples.payment_view(language, wanted=view_examples.order(), instructions=view_examples.PAGE)
    ),
    "payment_page_part": lambda language: payment_screen(
        view_examples.payment_view(language, received=400_000_000, instructions=view_examples.PAGE)
    ),
    "payment_in_app": lambda language: payment_screen(
        view_examples.payment_view(language, wanted=view_examples.order(), instructions=view_examples.IN_APP)
    ),
    "payment_in_app_that_repeats": lambda language: payment_screen(
        view_examples.payment_view(
            language, wanted=view_examples.order(), instructions=replace(view_examples.IN_APP, repeats=True)
        )
    ),
    "payment_in_app_part": lambda language: payment_screen(
        view_examples.payment_view(language, received=400_000_000, instructions=view_examples.IN_APP)
    ),
    "payment_over": lambda language: payment_screen(
        view_examples.payment_view(language, late=HOUR, wanted=view_examples.order())
    ),
    "payment_over_part": lambda language: payment_screen(
        view_examples.payment_view(language, received=HALF, late=HOUR)
    ),
    "payment_confirmed": lambda language: checked_screen(
        view_examples.payment_view(language, PaymentStatus.CONFIRMED, wanted=view_examples.order(OrderState.PAID))
    ),
    "payment_confirmed_topup": lambda language: payment_screen(
        view_examples.payment_view(language, PaymentStatus.CONFIRMED, kopecks=20_000)
    ),
    "payment_confirmed_waiting": lambda language: payment_screen(
        view_examples.payment_view(language, PaymentStatus.CONFIRMED, wanted=view_examples.order(), kopecks=5_000)
    ),
    "payment_cancelled": lambda language: payment_screen(
        view_examples.cancelled(view_examples.payment_view(language, wanted=view_examples.order()))
    ),
    "payment_cancelled_part": lambda language: payment_screen(
        view_examples.cancelled(view_examples.payment_view(language, received=HALF, wanted=view_examples.order()))
    ),
    "payment_cancelled_topup": lambda language: payment_screen(
        view_examples.cancelled(view_examples.payment_view(language))
    ),
    "payment_replaced": lambda language: payment_screen(
        view_examples.payment_view(language, PaymentStatus.CANCELLED, wanted=view_examples.order())
    ),
    "payment_not_needed": lambda language: payment_screen(
        view_examples.payment_view(language, wanted=view_examples.order(OrderState.PAID))
    ),
    "payment_expired": lambda language: payment_screen(view_examples.payment_view(language, PaymentStatus.EXPIRED)),
    "paid": lambda language: paid_screen(
        view_examples.order(OrderState.PAID), view_examples.home(language, 30 * DAY, kopecks=7_100)
    ),
    "trial_started": lambda language: trial_screen(view_examples.home(language, 3 * DAY, "trial")),
    "connect": lambda language: connect_screen(view_examples.keys_view(language)),
    "connect_own_link": lambda language: connect_screen(view_examples.own_keys_view(language)),
    "connect_own_link_ios": lambda language: platform_screen(view_examples.own_keys_view(language), KEY_ID, "ios"),
    "connect_new_link": lambda language: new_link_screen(view_examples.own_keys_view(language)),
    "devices": lambda language: devices_screen(view_examples.devices_view(language)),
    "devices_none": lambda language: devices_screen(view_examples.devices_view(language, 0)),
    "connect_grace": lambda language: connect_screen(view_examples.keys_view(language, -3 * HOUR)),
    "connect_many": lambda language: connect_screen(view_examples.keys_view(language, keys=TWO_KEYS)),
    "connect_preparing": lambda language: connect_screen(
        view_examples.keys_view(language, keys=(view_examples.key(url=None),))
    ),
    "connect_no_key_yet": lambda language: connect_screen(view_examples.keys_view(language, keys=())),
    "connect_none": lambda language: connect_screen(view_examples.keys_view(language, None, ())),
    "connect_expired": lambda language: connect_screen(view_examples.keys_view(language, -9 * DAY)),
    **{
        f"connect_{name}": lambda language, name=name: platform_screen(view_examples.keys_view(language), KEY_ID, name)
        for name in PLATFORMS
    },
    **KEY_SCREENS,
    "balance": lambda language: balance_screen(view_examples.statement(language)),
    "balance_with_debt": lambda language: balance_screen(view_examples.statement(language, 0, debt=4_300)),
    "balance_empty": lambda language: balance_screen(view_examples.statement(language, 0, has_lines=False)),
    "balance_no_method": lambda language: balance_screen(view_examples.statement(language, methods=())),
    "balance_two_methods": lambda language: balance_screen(
        view_examples.statement(language, 0, TWO_METHODS, has_lines=False)
    ),
    "topup_methods": lambda language: topup_screen(view_examples.statement(language, methods=TWO_METHODS), rub(45_050)),
    "ask_amount": lambda language: ask_amount_screen(view_examples.statement(language)),
    "auto_renewal_off": lambda language: auto_renewal_screen(view_examples.auto_renewal(language, on=False)),
    "auto_renewal_on": lambda language: auto_renewal_switched_screen(view_examples.auto_renewal(language)),
    "auto_renewal_switched_off": lambda language: auto_renewal_switched_screen(
        view_examples.auto_renewal(language, on=False)
    ),
    "auto_renewal_short": lambda language: auto_renewal_screen(view_examples.auto_renewal(language, kopecks=50)),
    "auto_renewal_expired": lambda language: auto_renewal_screen(
        view_examples.auto_renewal(language, ends_in=-9 * DAY)
    ),
    "auto_renewal_nothing": lambda language: auto_renewal_screen(
        view_examples.auto_renewal(language, on=False, ends_in=None, plan=None)
    ),
    "auto_renewal_by_card": lambda language: auto_renewal_screen(
        replace(view_examples.auto_renewal(language), card="*4444")
    ),
    "auto_renewal_by_stars": lambda language: auto_renewal_screen(
        replace(view_examples.auto_renewal(language), is_recurring=True, had_recurrence=True)
    ),
    **ACCOUNT_SCREENS,
    **NOTICE_SETTINGS_SCREENS,
    "settings": settings_screen,
    "settings_changed": language_changed_screen,
    "help": lambda language: help_screen(replace(view_examples.home(language), support="orbit_help")),
    "help_alone": lambda language: help_screen(view_examples.home(language)),
    "claim_ask": lambda language: ask_transfer_screen(view_examples.home(language)),
    "claim_passed_on": lambda language: claim_passed_on_screen(view_examples.user(language)),
    "claim_assigned": lambda language: assigned_screen(
        Assignment(view_examples.user(language), view_examples.user(language), rub(17_450))
    ),
    "claim_rejected_by_admin": lambda language: rejected_screen(
        Rejection(view_examples.user(language), receipt_claim(1, view_examples.TG_ID))
    ),
    "question_passed_on": lambda language: question_passed_on_screen(view_examples.user(language)),
    "answer_ask": lambda language: ask_answer_screen(view_examples.home(language), view_examples.TG_ID),
    "answer_sent": lambda language: answer_sent_screen(view_examples.user(language)),
    "invite": lambda language: invite_screen(view_examples.invitation(language), "orbit_bot"),
    "stats": lambda language: stats_screen(stats_examples.busy(language)),
    "stats_empty": lambda language: stats_screen(stats_examples.empty(language)),
    "trends_month": lambda language: trends_screen(
        stats_examples.trends(language, Span.MONTH, "ton_usdt", "ton", "stars"), None
    ),
    "trends_year": lambda language: trends_screen(
        stats_examples.trends(language, Span.YEAR, "yookassa", "ton", "stars", "ton_usdt"), None
    ),
    "trends_empty": lambda language: trends_screen(stats_examples.no_trends(language), None),
    **GIFT_SCREENS,
    **HEALTH_SCREENS,
    **STAFF_SCREENS,
    **SUPPORT_SCREENS,
    **BROADCAST_SCREENS,
    **SETTING_SCREENS,
    **OFFER_SCREENS,
    "failure": lambda language: failure_screen("7F3A09C1", Translator(language)),
}
