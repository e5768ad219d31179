"""Each notice to a customer as a screen; those to the owner are in `owner_alerts`."""

from dataclasses import replace

from orbit_adapters.telegram.announcements import broadcast_notice_screen
from orbit_adapters.telegram.callbacks import BuyPlan, PayBalance, Renew, SeeBalance, SeeCheckout, SeeHelp, SeePayment
from orbit_adapters.telegram.claim_notices import ClaimNotice, claim_notice_screen
from orbit_adapters.telegram.gift_notices import gift_notice_screen, gift_paid_screen, gift_refunded_screen
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import decimal, format_asset_amount
from orbit_adapters.telegram.owner_alerts import OwnerAlert, alert_screen
from orbit_adapters.telegram.payout_notices import payout_notice_screen
from orbit_adapters.telegram.promo_notices import promo_withdrawn_screen
from orbit_adapters.telegram.qr import qr_png
from orbit_adapters.telegram.referral_notices import referral_reward_screen
from orbit_adapters.telegram.renewal_callbacks import SeeRenewal
from orbit_adapters.telegram.renewal_notices import renewal_notice_screen
from orbit_adapters.telegram.reversal_notices import reversal_screen
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, copy, keyboard, tap
from orbit_adapters.telegram.screens.buttons import connect_row, home_row, lines, paragraphs, plans_row
from orbit_adapters.telegram.screens.connect import MAX_CAPTION_URL_CHARS
from orbit_adapters.telegram.shop_notices import shop_notice_screen
from orbit_adapters.telegram.staff_notices import StaffNotice, staff_notice_screen
from orbit_domain.ids import Nonce, OrderId, PaymentId, PlanCode
from orbit_domain.money import CURRENCIES, Currency, Money
from orbit_domain.notice.adjustment_asked import AdjustmentAsked
from orbit_domain.notice.announcement import Announcement, BroadcastNotice, BroadcastOver
from orbit_domain.notice.balance_adjusted import BalanceAdjusted
from orbit_domain.notice.claim_notices import ClaimRejected
from orbit_domain.notice.days_granted import DaysGranted
from orbit_domain.notice.gift_notices import GiftAccepted, GiftNotice, GiftTakenBack
from orbit_domain.notice.notice import (
    KeyDelayed,
    KeyReady,
    MoneyCredited,
    OrderPaid,
    OrderRefunded,
    PaymentShort,
    PeriodEnding,
    ReceiptClaimed,
    Renewal,
)
from orbit_domain.notice.payout_notices import (
    PayoutAddressGiven,
    PayoutAddressWanted,
    PayoutNotice,
    PayoutProblem,
    PayoutReturned,
    PayoutSent,
)
from orbit_domain.notice.promo_notices import PromoWithdrawn
from orbit_domain.notice.questions import CustomerWrote, OwnerAnswered
from orbit_domain.notice.referral_notices import ReferralReward
from orbit_domain.notice.renewal_notices import (
    CardKept,
    CardNotCharged,
    NotRenewed,
    RecurrenceChanged,
    RenewalAnswered,
    RenewalNotice,
)
from orbit_domain.notice.reversal_notices import MoneyReversed, MoneyTakenBack, ReversalNotice
from orbit_domain.notice.shop_notices import DaySummary, OrderHappened, ShopChatLost, ShopNotice, StaffActed
from orbit_domain.payment.payment import BALANCE, STARS_MONTHLY_METHOD
from orbit_domain.plan.plan import TRIAL
from orbit_domain.subscription.reminders import ReminderKind

SpokenNotice = (
    OrderPaid
    | OrderRefunded
    | BalanceAdjusted
    | KeyReady
    | PaymentShort
    | MoneyCredited
    | PeriodEnding
    | BroadcastNotice
    | KeyDelayed
    | ClaimNotice
    | ReversalNotice
    | PayoutNotice
    | RenewalNotice
    | PromoWithdrawn
    | ReferralReward
    | GiftNotice
    | StaffNotice
    | ShopNotice
    | OwnerAlert
)
"""Every notice that is a message of its own."""


def notice_screen(notice: SpokenNotice, translate: Translator, base: Currency) -> Screen:
    """*notice* with the texts of *translate*. Its amounts are in *base*, the shop's currency."""
    match notice:
        case OrderPaid():
            return replace(_order_paid(notice, translate, base), kept=True)
        case OrderRefunded():
            return replace(_order_refunded(notice, translate, base), kept=True)
        case BalanceAdjusted():
            return replace(_balance_adjusted(notice, translate, base), kept=True)
        case KeyReady():
            return replace(_key_ready(notice, translate), kept=True)
        case PaymentShort():
            return _payment_short(notice, translate)
        case MoneyCredited():
            return replace(_money_credited(notice, translate, base), kept=True)
        case PeriodEnding():
            return _period_ending(notice, translate, base)
        case KeyDelayed():
            return _key_delayed(notice, translate)
        case ReceiptClaimed() | ClaimRejected() | CustomerWrote() | OwnerAnswered():
            return claim_notice_screen(notice, translate, base)
        case MoneyReversed() | MoneyTakenBack():
            return reversal_screen(notice, translate, base)
        case PayoutSent() | PayoutReturned() | PayoutProblem() | PayoutAddressWanted() | PayoutAddressGiven():
            return payout_notice_screen(notice, translate, base)
        case CardKept() | CardNotCharged() | NotRenewed() | RecurrenceChanged() | RenewalAnswered():
            return renewal_notice_screen(notice, translate, base)
        case PromoWithdrawn():
            return promo_withdrawn_screen(notice, translate, base)
        case ReferralReward():
            return referral_reward_screen(notice, translate, base)
        case GiftAccepted() | GiftTakenBack():
            return gift_notice_screen(notice, translate)
        case DaysGranted() | AdjustmentAsked():
            return staff_notice_screen(notice, translate, base)
        case OrderHappened() | StaffActed() | DaySummary() | ShopChatLost():
            return shop_notice_screen(notice, translate, base)
        case Announcement() | BroadcastOver():
            return broadcast_notice_screen(notice, translate)
        case _:
            return alert_screen(notice, translate)


def _order_paid(notice: OrderPaid, translate: Translator, base: Currency) -> Screen:
    if notice.is_gift:
        return gift_paid_screen(notice, _parts(notice, translate, base), translate, base)
    text = translate(
        "notice-paid",
        title=translate.plan_title(notice.titles, notice.plan_code),
        price=Money(notice.price_kopecks, base),
        parts=_parts(notice, translate, base),
        end=notice.ends_at,
        balance=Money(notice.balance_kopecks, base),
    )
    repeats = notice.method == STARS_MONTHLY_METHOD
    renewal_row = tap(translate.label("b-renewal"), SeeRenewal()) if repeats else ()
    return Screen(
        paragraphs(text, translate("paid-repeats") if repeats else ""),
        keyboard(connect_row(translate), renewal_row, home_row(translate)),
    )


def _order_refunded(notice: OrderRefunded, translate: Translator, base: Currency) -> Screen:
    if notice.is_gift:
        return gift_refunded_screen(notice, translate, base)
    text = translate(
        "notice-refunded",
        title=translate.plan_title(notice.titles, notice.plan_code),
        price=Money(notice.price_kopecks, base),
        balance=Money(notice.balance_kopecks, base),
        end=notice.ends_at,
        over="yes" if notice.is_over else "no",
    )
    return Screen(text, keyboard(plans_row(translate), home_row(translate)))


def _balance_adjusted(notice: BalanceAdjusted, translate: Translator, base: Currency) -> Screen:
    text = translate(
        "notice-adjusted",
        change="more" if notice.change_kopecks > 0 else "less",
        amount=Money(abs(notice.change_kopecks), base),
        balance=Money(notice.balance_kopecks, base),
        reason=notice.reason,
    )
    return Screen(text, keyboard(tap(translate.label("b-balance-plain"), SeeBalance()), home_row(translate)))


def _parts(notice: OrderPaid, translate: Translator, base: Currency) -> Html:
    """What came with the payment and what from the balance; the method alone where that isn't known."""
    by_balance = notice.method == BALANCE
    method = translate.label("method-balance") if by_balance else translate.method(notice.method)
    if notice.payment_kopecks is None:
        return translate("paid-with", method=method)
    by_payment = 0 if by_balance else notice.payment_kopecks
    from_balance = notice.price_kopecks - by_payment
    return lines(
        translate("paid-part", method=method, amount=Money(by_payment, base)) if by_payment else "",
        translate("paid-part", method=translate.label("method-balance"), amount=Money(from_balance, base))
        if from_balance
        else "",
    )


def _key_ready(notice: KeyReady, translate: Translator) -> Screen:
    url = notice.subscription_url
    if not notice.is_new or not url:
        key = "notice-key-linkless" if notice.is_new else "notice-key-renewed"
        return Screen(translate(key, end=notice.ends_at), keyboard(connect_row(translate), home_row(translate)))
    return Screen(
        translate("notice-key-new", end=notice.ends_at, url=code(url)),
        keyboard(connect_row(translate), copy(translate.label("b-copy-link"), url), home_row(translate)),
        qr_png(url) if len(url) <= MAX_CAPTION_URL_CHARS else None,
    )


def _payment_short(notice: PaymentShort, translate: Translator) -> Screen:
    missing = format_asset_amount(notice.asset, notice.missing_units, translate.language)
    currency = CURRENCIES.get(notice.asset)
    number = decimal(notice.missing_units, currency.decimals if currency else 0)
    text = translate(
        "notice-short",
        received=format_asset_amount(notice.asset, notice.received_units, translate.language),
        amount=missing,
        comment=code(notice.comment),
    )
    copies = (*copy(translate.label("b-copy-amount"), number), *copy(translate.label("b-copy-comment"), notice.comment))
    open_row = tap(translate.label("b-open-invoice"), SeePayment(PaymentId(notice.payment_id)))
    return Screen(text, keyboard(copies, open_row, home_row(translate)))


def _money_credited(notice: MoneyCredited, translate: Translator, base: Currency) -> Screen:
    credited, balance = Money(notice.credited_kopecks, base), Money(notice.balance_kopecks, base)
    text = translate("notice-credited", credited=credited, balance=balance)
    if notice.order_id is None:
        return Screen(text, keyboard(home_row(translate)))
    order_id = OrderId(notice.order_id)
    if notice.missing_kopecks:
        lacks = translate("notice-credited-missing", missing=Money(notice.missing_kopecks, base))
        row = tap(translate.label("b-open-order"), SeeCheckout(order_id))
    else:
        lacks = translate("notice-credited-covered")
        row = tap(translate.label("b-finish-order"), PayBalance(order_id))
    return Screen(paragraphs(text, lacks), keyboard(row, home_row(translate)))


def _period_ending(notice: PeriodEnding, translate: Translator, base: Currency) -> Screen:
    known = notice.reminder if notice.reminder in tuple(ReminderKind) else ReminderKind.THREE_DAYS
    text = translate(f"notice-{known.replace('_', '-')}", end=notice.ends_at)
    if notice.card:
        text = paragraphs(text, translate("notice-renews-by-card", card=notice.card))
    if notice.auto_renews:
        text = paragraphs(text, translate("notice-renews-from-balance"))
    renewal, balance = notice.renewal, Money(notice.balance_kopecks or 0, base)
    if notice.balance_kopecks is None:
        return Screen(text, keyboard(plans_row(translate, "b-renew"), home_row(translate)))
    if renewal is None:
        return Screen(
            paragraphs(text, translate("home-balance", balance=balance)),
            keyboard(plans_row(translate, "b-renew"), home_row(translate)),
        )
    price = Money(renewal.price_kopecks, base)
    title = translate.plan_title(renewal.titles, renewal.plan_code)
    missing = price.minus(balance)
    key = "notice-renewal-covered" if missing.is_zero else "notice-renewal-short"
    return Screen(
        paragraphs(text, translate(key, balance=balance, title=title, price=price, missing=missing)),
        keyboard(*_renewal_rows(renewal, price, missing, translate), home_row(translate)),
    )


def _renewal_rows(renewal: Renewal, price: Money, missing: Money, translate: Translator) -> tuple[Row, Row]:
    """One tap renews when the balance covers it; else it opens the same order, with what is missing to pay."""
    plan, nonce = PlanCode(renewal.plan_code), Nonce(renewal.nonce)
    if missing.is_zero:
        row = tap(translate.label("b-renew-balance", price=price), Renew(plan, nonce))
    else:
        row = tap(translate.label("b-renew-missing", missing=missing), BuyPlan(plan, nonce))
    return row, plans_row(translate, "b-other-plan")


def _key_delayed(notice: KeyDelayed, translate: Translator) -> Screen:
    title = translate.plan_title(notice.titles, notice.plan_code)
    reason = translate("key-delayed-trial" if notice.plan_code == TRIAL else "key-delayed-paid", title=title)
    text = translate("notice-renewal-delayed" if notice.is_renewal else "notice-key-delayed", paid=reason)
    return Screen(text, keyboard(tap(translate.label("b-help"), SeeHelp()), home_row(translate)))
