"""Each refusal as a screen: what happened, what is safe, and the next step."""

from collections.abc import Callable
from typing import Any

from orbit_adapters.telegram.account_refusals import ACCOUNT_REFUSALS
from orbit_adapters.telegram.callbacks import (
    AskAmount,
    AskPromo,
    SeeBalance,
    SeeCheckout,
    SeeHelp,
    SeeKeys,
    SeePaySupport,
    SeeSettings,
)
from orbit_adapters.telegram.gift_refusals import GIFT_REFUSALS
from orbit_adapters.telegram.i18n import Fact, Translator
from orbit_adapters.telegram.promo_notices import promo_reason
from orbit_adapters.telegram.refused import refused
from orbit_adapters.telegram.sanitize import Html, code, sanitize
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import connect_row, home_row, plans_row
from orbit_adapters.telegram.staff_refusals import STAFF_REFUSALS
from orbit_domain.access.own_keys import (
    KeyAwaited,
    KeyLimitReached,
    NoSuchKey,
    NotAKeyName,
    NoTimeForKeys,
    RegionUnavailable,
    TooManyNewKeys,
)
from orbit_domain.access.panel_changes import NoSuchPanel, PanelExists, PanelHasAccounts, PanelHasKeys
from orbit_domain.errors import Refusal
from orbit_domain.ledger.adjustments import (
    AdjustmentDecided,
    AdjustmentNameTaken,
    NoSuchAdjustment,
    SecondAdminNeeded,
)
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.order.order import NoSuchOrder, OrderClosed, OrderNotRefundable, OrderState, TrialUsed
from orbit_domain.payment.amount import NotAnAmount
from orbit_domain.payment.claim import ClaimDecided, ClaimNotAssigned, NoSuchClaim, NotATransfer, TooManyClaims
from orbit_domain.payment.payment import AmountOutOfRange, NoSuchPayment
from orbit_domain.payment.payout import BadDestination, NoSuchPayout, PayoutClosed, PayoutExists
from orbit_domain.payment.payout_address import AddressNotTaken
from orbit_domain.payment.ports import MethodUnavailable, RefundRefused, RefundUnsupported
from orbit_domain.payment.pre_checkout import PreCheckoutProblem
from orbit_domain.plan.plan import TRIAL, NoSuchPlan
from orbit_domain.promo.promo import NoSuchPromo, PromoLost, PromoUnusable, TooManyCodes
from orbit_domain.referral.referral import ReferralsOff
from orbit_domain.steps.require_admin import AdminsOnly
from orbit_domain.use_cases.ask_owner import NobodyToAsk, NotAQuestion, TooManyQuestions
from orbit_domain.use_cases.assign_receipt import AmountTooSmall, ReceiptAlreadyAssigned
from orbit_domain.use_cases.assign_suggested import SuggestionNotAssigned
from orbit_domain.use_cases.book_record import AlreadyRecorded, NoSuchRecord
from orbit_domain.use_cases.renew_from_balance import RenewalOutdated
from orbit_domain.use_cases.request_payment import OrderAlreadyCovered
from orbit_domain.use_cases.show_closing import DayNotOver
from orbit_domain.use_cases.switch_auto_renewal import NothingToRenew
from orbit_domain.user.user import NoSuchLanguage, NoSuchUser

_TYPED_CHARS = 40


def refusal_screen(refusal: Refusal, translate: Translator) -> Screen:
    """The screen of *refusal*. Its title is also the toast. A refusal without its own text gets the general one."""
    build = next((REFUSAL_SCREENS[kind] for kind in type(refusal).__mro__ if kind in REFUSAL_SCREENS), _unnamed)
    return build(refusal, translate)


def failure_screen(number: str, translate: Translator) -> Screen:
    """The screen of an internal error: the money is safe, and support finds *number* in the logs."""
    return Screen(
        translate("failed", number=code(number)), keyboard(_help_row(translate), home_row(translate))
    ).with_toast(translate.label("failed-toast"))


def pre_checkout_refusal(problem: PreCheckoutProblem, language: str) -> str:
    """Why a payment may not be made, as Telegram shows it to the customer: what happened, and the next step."""
    return Translator(language).label(f"pre-checkout-{problem.value.replace('_', '-')}")


def _refused(translate: Translator, key: str, *rows: Row, **facts: Fact) -> Screen:
    return refused(translate, key, *rows, home_row(translate), **facts)


def _unnamed(_: Refusal, translate: Translator) -> Screen:
    return _refused(translate, "refused")


def _no_user(_: NoSuchUser, translate: Translator) -> Screen:
    return _refused(translate, "no-user")


def _no_language(_: NoSuchLanguage, translate: Translator) -> Screen:
    return _refused(translate, "no-language", tap(translate.label("b-settings"), SeeSettings()))


def _amount_too_small(refusal: AmountTooSmall, translate: Translator) -> Screen:
    return _refused(translate, "amount-too-small", ref=code(refusal.ref))


def _receipt_already_assigned(refusal: ReceiptAlreadyAssigned, translate: Translator) -> Screen:
    return _refused(translate, "receipt-already-assigned", ref=code(refusal.ref))


def _no_plan(refusal: NoSuchPlan, translate: Translator) -> Screen:
    return _refused(translate, "no-trial" if refusal.code == TRIAL else "no-plan", plans_row(translate))


def _nothing_to_renew(_: NothingToRenew, translate: Translator) -> Screen:
    return _refused(translate, "nothing-to-renew", plans_row(translate))


def _no_order(_: NoSuchOrder, translate: Translator) -> Screen:
    return _refused(translate, "no-order", plans_row(translate))


def _order_closed(refusal: OrderClosed, translate: Translator) -> Screen:
    if refusal.state in (OrderState.PAID, OrderState.DELIVERED):
        return _refused(translate, "order-paid", connect_row(translate))
    return _refused(translate, "order-closed", plans_row(translate))


def _order_not_refundable(refusal: OrderNotRefundable, translate: Translator) -> Screen:
    return _refused(translate, "not-refundable", reason=refusal.reason.value)


def _order_already_covered(refusal: OrderAlreadyCovered, translate: Translator) -> Screen:
    return _refused(
        translate, "order-already-covered", tap(translate.label("b-open-order"), SeeCheckout(refusal.order_id))
    )


def _trial_used(refusal: TrialUsed, translate: Translator) -> Screen:
    return _refused(translate, "trial-used", plans_row(translate), day=refusal.at)


def _renewal_outdated(refusal: RenewalOutdated, translate: Translator) -> Screen:
    return _refused(translate, "renewal-outdated", plans_row(translate), price=refusal.price)


def _no_promo(_: NoSuchPromo, translate: Translator) -> Screen:
    return _refused(translate, "no-promo", _promo_row(translate), plans_row(translate))


def _promo_unusable(refusal: PromoUnusable, translate: Translator) -> Screen:
    titles = ", ".join(translate.plan_title(one, "") for one in refusal.plans)
    facts = {"code": code(refusal.code), "reason": promo_reason(refusal.reason, translate), "plans": titles}
    key = "promo-unusable-plans" if titles else "promo-unusable"
    return _refused(translate, key, _promo_row(translate), plans_row(translate), **facts)


def _promo_lost(refusal: PromoLost, translate: Translator) -> Screen:
    order_row = tap(translate.label("b-open-order"), SeeCheckout(refusal.order_id))
    reason = promo_reason(refusal.reason, translate)
    return _refused(translate, "promo-lost", order_row, code=code(refusal.code), reason=reason, price=refusal.price)


def _too_many_codes(refusal: TooManyCodes, translate: Translator) -> Screen:
    return _refused(translate, "too-many-codes", plans_row(translate), moment=translate.moment(refusal.until))


def _promo_row(translate: Translator) -> Row:
    return tap(translate.label("b-promo"), AskPromo())


def _referrals_off(_: ReferralsOff, translate: Translator) -> Screen:
    return _refused(translate, "referrals-off")


def _no_payment(_: NoSuchPayment, translate: Translator) -> Screen:
    return _refused(translate, "no-payment", tap(translate.label("b-balance-plain"), SeeBalance()))


def _amount_out_of_range(refusal: AmountOutOfRange, translate: Translator) -> Screen:
    rows = tap(translate.label("b-custom-amount"), AskAmount()), tap(translate.label("b-balance-plain"), SeeBalance())
    return _refused(translate, "amount-out-of-range", *rows, minimum=refusal.minimum, maximum=refusal.maximum)


def _no_method(refusal: MethodUnavailable, translate: Translator) -> Screen:
    rows = plans_row(translate), tap(translate.label("b-balance-plain"), SeeBalance())
    return _refused(translate, "no-method", *rows, method=translate.method(refusal.method))


def _refund_refused(refusal: RefundRefused, translate: Translator) -> Screen:
    return _refused(translate, "refund-refused", method=translate.method(refusal.method))


def _no_refund(refusal: RefundUnsupported, translate: Translator) -> Screen:
    return _refused(translate, "no-refund", method=translate.method(refusal.method))


def _not_adjusted(
    refusal: NoSuchAdjustment | AdjustmentDecided | SecondAdminNeeded | AdjustmentNameTaken, translate: Translator
) -> Screen:
    reason = {
        NoSuchAdjustment: "unknown", AdjustmentDecided: "decided", SecondAdminNeeded: "second",
        AdjustmentNameTaken: "taken",
    }[type(refusal)]  # fmt: skip
    return _refused(translate, "not-adjusted", reason=reason, number=code(str(refusal.request_id)))


def _day_not_over(refusal: DayNotOver, translate: Translator) -> Screen:
    return _refused(translate, "day-not-over", day=refusal.day)


def _not_booked(refusal: NoSuchRecord | AlreadyRecorded, translate: Translator) -> Screen:
    reason = "unknown" if isinstance(refusal, NoSuchRecord) else "recorded"
    return _refused(translate, "not-booked", reason=reason, ref=code(refusal.ref))


def _no_panel(_: NoSuchPanel, translate: Translator) -> Screen:
    return _refused(translate, "no-panel")


def _panel_exists(_: PanelExists, translate: Translator) -> Screen:
    return _refused(translate, "panel-exists")


def _panel_has_keys(refusal: PanelHasKeys, translate: Translator) -> Screen:
    return _refused(translate, "panel-has-keys", keys=refusal.keys)


def _panel_has_accounts(refusal: PanelHasAccounts, translate: Translator) -> Screen:
    return _refused(translate, "panel-has-accounts", accounts=refusal.accounts)


def _no_payout(_: NoSuchPayout, translate: Translator) -> Screen:
    return _refused(translate, "no-payout")


def _payout_closed(refusal: PayoutClosed, translate: Translator) -> Screen:
    return _refused(translate, "payout-closed", state=refusal.state.value)


def _payout_exists(refusal: PayoutExists, translate: Translator) -> Screen:
    return _refused(translate, "payout-exists", state=refusal.state.value)


def _address_not_taken(refusal: AddressNotTaken, translate: Translator) -> Screen:
    return _refused(translate, "address-not-taken", problem=refusal.problem.value.replace("_", "-"))


def _bad_destination(refusal: BadDestination, translate: Translator) -> Screen:
    method = translate.method(refusal.method)
    return _refused(translate, "bad-destination", method=method, reason=refusal.reason)


def _not_amount(refusal: NotAnAmount, translate: Translator) -> Screen:
    typed = sanitize(refusal.typed, _TYPED_CHARS)
    back = tap(translate.label("b-balance-plain"), SeeBalance())
    if typed:
        return _refused(translate, "not-amount", back, typed=typed)
    title = translate.label("not-amount-title")
    text = Html(f"<b>{translate('not-amount-title')}</b>\n\n{translate('not-amount-empty')}")
    return Screen(text, keyboard(back, home_row(translate))).with_toast(title)


def _short_balance(refusal: InsufficientBalance, translate: Translator) -> Screen:
    missing = refusal.price.minus(refusal.balance)
    topup = tap(translate.label("b-balance", balance=refusal.balance), SeeBalance())
    return _refused(
        translate,
        "short-balance",
        topup,
        plans_row(translate),
        price=refusal.price,
        balance=refusal.balance,
        missing=missing,
    )


def _not_a_transfer(_: NotATransfer, translate: Translator) -> Screen:
    return _refused(translate, "not-a-transfer", tap(translate.label("b-payment-problem"), SeePaySupport()))


def _too_many_claims(refusal: TooManyClaims, translate: Translator) -> Screen:
    return _refused(translate, "too-many-claims", _help_row(translate), maximum=refusal.maximum)


def _no_claim(_: NoSuchClaim, translate: Translator) -> Screen:
    return _refused(translate, "no-claim")


def _claim_decided(refusal: ClaimDecided, translate: Translator) -> Screen:
    return _refused(translate, f"claim-decided-{refusal.state}")


def _claim_not_assigned(refusal: ClaimNotAssigned, translate: Translator) -> Screen:
    return _refused(translate, f"not-assigned-{refusal.problem.replace('_', '-')}")


def _suggestion_not_assigned(_: SuggestionNotAssigned, translate: Translator) -> Screen:
    return _refused(translate, "not-assigned-no-rate")


def _admins_only(_: AdminsOnly, translate: Translator) -> Screen:
    return _refused(translate, "admins-only")


def _not_a_question(refusal: NotAQuestion, translate: Translator) -> Screen:
    return _refused(translate, "not-a-question", maximum=refusal.maximum)


def _too_many_questions(_: TooManyQuestions, translate: Translator) -> Screen:
    return _refused(translate, "too-many-questions")


def _nobody_to_ask(refusal: NobodyToAsk, translate: Translator) -> Screen:
    return _refused(translate, "nobody-to-ask", number=code(str(refusal.tg_id)))


def _no_key(_: NoSuchKey, translate: Translator) -> Screen:
    return _refused(translate, "no-key", _keys_row(translate))


def _key_limit(refusal: KeyLimitReached, translate: Translator) -> Screen:
    return _refused(translate, "key-limit", _keys_row(translate), plans_row(translate), limit=refusal.limit)


def _no_time_for_keys(_: NoTimeForKeys, translate: Translator) -> Screen:
    return _refused(translate, "no-time-for-keys", plans_row(translate))


def _too_many_new_keys(refusal: TooManyNewKeys, translate: Translator) -> Screen:
    return _refused(translate, "too-many-new-keys", _keys_row(translate), _help_row(translate), day=refusal.until)


def _key_awaited(_: KeyAwaited, translate: Translator) -> Screen:
    return _refused(translate, "key-awaited", _keys_row(translate))


def _no_region(_: RegionUnavailable, translate: Translator) -> Screen:
    return _refused(translate, "no-region", _keys_row(translate))


def _not_a_key_name(refusal: NotAKeyName, translate: Translator) -> Screen:
    return _refused(translate, "not-a-key-name", _keys_row(translate), maximum=refusal.maximum)


def _keys_row(translate: Translator) -> Row:
    return tap(translate.label("b-keys"), SeeKeys())


def _help_row(translate: Translator) -> Row:
    return tap(translate.label("b-help"), SeeHelp())


REFUSAL_SCREENS: dict[type, Callable[[Any, Translator], Screen]] = {
    NoSuchUser: _no_user,
    NoSuchLanguage: _no_language,
    ReceiptAlreadyAssigned: _receipt_already_assigned,
    AmountTooSmall: _amount_too_small,
    NoSuchPlan: _no_plan,
    NothingToRenew: _nothing_to_renew,
    NoSuchOrder: _no_order,
    OrderClosed: _order_closed,
    OrderNotRefundable: _order_not_refundable,
    OrderAlreadyCovered: _order_already_covered,
    TrialUsed: _trial_used,
    RenewalOutdated: _renewal_outdated,
    NoSuchPromo: _no_promo,
    PromoUnusable: _promo_unusable,
    PromoLost: _promo_lost,
    TooManyCodes: _too_many_codes,
    ReferralsOff: _referrals_off,
    NoSuchPayment: _no_payment,
    AmountOutOfRange: _amount_out_of_range,
    MethodUnavailable: _no_method,
    RefundUnsupported: _no_refund,
    RefundRefused: _refund_refused,
    NoSuchPanel: _no_panel,
    PanelExists: _panel_exists,
    PanelHasKeys: _panel_has_keys,
    PanelHasAccounts: _panel_has_accounts,
    NoSuchPayout: _no_payout,
    PayoutClosed: _payout_closed,
    PayoutExists: _payout_exists,
    BadDestination: _bad_destination,
    AddressNotTaken: _address_not_taken,
    NotAnAmount: _not_amount,
    InsufficientBalance: _short_balance,
    NotATransfer: _not_a_transfer,
    TooManyClaims: _too_many_claims,
    NoSuchClaim: _no_claim,
    ClaimDecided: _claim_decided,
    ClaimNotAssigned: _claim_not_assigned,
    SuggestionNotAssigned: _suggestion_not_assigned,
    AdminsOnly: _admins_only,
    NoSuchAdjustment: _not_adjusted,
    AdjustmentDecided: _not_adjusted,
    SecondAdminNeeded: _not_adjusted,
    AdjustmentNameTaken: _not_adjusted,
    DayNotOver: _day_not_over,
    NoSuchRecord: _not_booked,
    AlreadyRecorded: _not_booked,
    NotAQuestion: _not_a_question,
    TooManyQuestions: _too_many_questions,
    NobodyToAsk: _nobody_to_ask,
    NoSuchKey: _no_key,
    KeyLimitReached: _key_limit,
    NoTimeForKeys: _no_time_for_keys,
    TooManyNewKeys: _too_many_new_keys,
    KeyAwaited: _key_awaited,
    RegionUnavailable: _no_region,
    NotAKeyName: _not_a_key_name,
    **ACCOUNT_REFUSALS,
    **GIFT_REFUSALS,
    **STAFF_REFUSALS,
}
"""Every refusal with its own text. A test in `tests/unit/screens` fails for a refusal that has none."""
