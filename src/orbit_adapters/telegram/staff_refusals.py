"""The refusals that staff reads, and what a banned customer does."""

from collections.abc import Callable
from typing import Any

from orbit_adapters.telegram.callbacks import SeeHome, WriteToOwner
from orbit_adapters.telegram.i18n import Fact, Translator
from orbit_adapters.telegram.offer_callbacks import SeeOffer, SeeOffers, SeePromos
from orbit_adapters.telegram.people import username_of
from orbit_adapters.telegram.refused import refused
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row
from orbit_adapters.telegram.screens.paging import actor_name, admin_row
from orbit_adapters.telegram.setting_callbacks import SeeShopSetting, SeeShopSettings
from orbit_domain.access.panel_changes import NoSuchNode
from orbit_domain.broadcast.broadcast import BroadcastNotPreviewed, BroadcastNotSteered, NoSuchBroadcast
from orbit_domain.broadcast.content import NotABroadcast, NotAButton
from orbit_domain.plan.plan_edit import BadPlan, PlanChanged, PlanExists
from orbit_domain.promo.new_promo import BadPromo, PromoExists
from orbit_domain.shop_chat.shop_chat import NoShopChat
from orbit_domain.shop_setting.setting import NoSuchSetting, SettingNotTaken, SettingProblem
from orbit_domain.steps.already_done import AlreadyDone
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.support.case import NoSuchCase
from orbit_domain.use_cases.assign_to_customer import NoRateNow
from orbit_domain.use_cases.ban_customer import StaffNotBanned
from orbit_domain.use_cases.change_role import OwnerStays
from orbit_domain.use_cases.preview_broadcast import PreviewFailed
from orbit_domain.use_cases.staff_action import DebitTooLarge, DraftOver, NotAReason, NotDays
from orbit_domain.user.user import AccountDeleted, CustomerBanned, UserLocked

_REFUSED_BY_TELEGRAM = {
    "markup": ("parse entities",),
    "length": ("too long",),
    "picture": ("file", "photo", "image", "media"),
    "button": ("button", "url"),
}
"""What is at fault, by the words of Telegram's refusal; the first that fits."""


def banned_screen(support: str, translate: Translator) -> Screen:
    """All that a banned customer sees. *support* is the username of the support; without it the bot passes on."""
    account = username_of(support.removeprefix("@"))
    write = () if account else tap(translate.label("b-write"), WriteToOwner())
    return _banned(account or translate.label("customer-banned-write"), write, translate)


def _banned(support: str, row: Row, translate: Translator) -> Screen:
    title = translate.label("customer-banned-title")
    text = Html(f"<b>{title}</b>\n\n{translate('customer-banned', support=support)}")
    home = (TapButton(translate.label("b-home"), SeeHome()),)
    return Screen(text, keyboard(row, home)).with_toast(title)


def _refused(translate: Translator, key: str, **facts: Fact) -> Screen:
    return refused(translate, key, admin_row(translate), **facts)


def _customer_banned(_: CustomerBanned, translate: Translator) -> Screen:
    return _banned(translate.label("customer-banned-help"), (), translate)


def _account_deleted(_: AccountDeleted, translate: Translator) -> Screen:
    return _refused(translate, "account-deleted")


def _not_permitted(_: NotPermitted, translate: Translator) -> Screen:
    return _refused(translate, "not-permitted")


def _already_done(refusal: AlreadyDone, translate: Translator) -> Screen:
    known = "yes" if refusal.actor and refusal.at is not None else "no"
    moment = translate.moment(refusal.at) if refusal.at is not None else ""
    who = actor_name(refusal.actor, refusal.username, translate)
    return _refused(translate, "already-done", known=known, who=who, moment=moment)


def _owner_stays(_: OwnerStays, translate: Translator) -> Screen:
    return _refused(translate, "owner-stays")


def _staff_not_banned(_: StaffNotBanned, translate: Translator) -> Screen:
    return _refused(translate, "staff-not-banned")


def _debit_too_large(refusal: DebitTooLarge, translate: Translator) -> Screen:
    return _refused(translate, "debit-too-large", balance=refusal.balance)


def _user_locked(_: UserLocked, translate: Translator) -> Screen:
    return _refused(translate, "user-locked")


def _draft_over(_: DraftOver, translate: Translator) -> Screen:
    return _refused(translate, "draft-over")


def _no_broadcast(_: NoSuchBroadcast, translate: Translator) -> Screen:
    return _refused(translate, "no-broadcast")


def _not_steered(refusal: BroadcastNotSteered, translate: Translator) -> Screen:
    return _refused(translate, "not-steered", state=refusal.state)


def _not_a_broadcast(refusal: NotABroadcast, translate: Translator) -> Screen:
    return _refused(translate, "not-a-broadcast", limit=refusal.limit, has="yes" if refusal.has_picture else "no")


def _not_a_button(refusal: NotAButton, translate: Translator) -> Screen:
    return _refused(translate, "not-a-button", fault=refusal.fault, line=refusal.line or "—")


def _not_previewed(_: BroadcastNotPreviewed, translate: Translator) -> Screen:
    return _refused(translate, "not-previewed")


def _preview_failed(refusal: PreviewFailed, translate: Translator) -> Screen:
    reason = refusal.reason.casefold()
    named = (fault for fault, words in _REFUSED_BY_TELEGRAM.items() if any(word in reason for word in words))
    return _refused(translate, "preview-failed", fault=next(named, "other") if refusal.is_refused else "later")


def _no_setting(_: NoSuchSetting, translate: Translator) -> Screen:
    row = tap(translate.label("b-shop-settings"), SeeShopSettings())
    return refused(translate, "no-setting", row, admin_row(translate))


def _setting_not_taken(refusal: SettingNotTaken, translate: Translator) -> Screen:
    # An amount is counted in hundredths; whatever else is limited, in characters.
    is_amount = refusal.problem is SettingProblem.AMOUNT
    maximum = refusal.maximum // 100 if is_amount else refusal.maximum
    back = tap(translate.label("b-back"), SeeShopSetting(refusal.name))
    key = f"setting-not-taken-{refusal.problem.replace('_', '-')}"
    return refused(translate, key, back, admin_row(translate), maximum=maximum)


def _bad_plan(refusal: BadPlan, translate: Translator) -> Screen:
    return refused(translate, "bad-plan", back_row(translate, SeeOffers()), fault=refusal.fault.value)


def _plan_exists(refusal: PlanExists, translate: Translator) -> Screen:
    return refused(translate, "plan-exists", back_row(translate, SeeOffers()), code=code(refusal.code))


def _bad_promo(refusal: BadPromo, translate: Translator) -> Screen:
    return refused(translate, "bad-promo", back_row(translate, SeePromos(0)), fault=refusal.fault.value)


def _promo_exists(refusal: PromoExists, translate: Translator) -> Screen:
    return refused(translate, "promo-exists", back_row(translate, SeePromos(0)), code=code(refusal.code))


def _plan_changed(refusal: PlanChanged, translate: Translator) -> Screen:
    return refused(translate, "plan-changed", back_row(translate, SeeOffer(refusal.code)))


def _no_case(_: NoSuchCase, translate: Translator) -> Screen:
    # Customers read it too, so it leads home.
    return refused(translate, "no-case", (TapButton(translate.label("b-home"), SeeHome()),))


def _no_shop_chat(_: NoShopChat, translate: Translator) -> Screen:
    return _refused(translate, "no-shop-chat")


def _not_days(refusal: NotDays, translate: Translator) -> Screen:
    return _refused(translate, "not-days", maximum=refusal.maximum)


def _not_a_reason(refusal: NotAReason, translate: Translator) -> Screen:
    return _refused(translate, "not-a-reason", maximum=refusal.maximum)


def _no_rate_now(_: NoRateNow, translate: Translator) -> Screen:
    return _refused(translate, "no-rate-now")


def _no_node(_: NoSuchNode, translate: Translator) -> Screen:
    return _refused(translate, "no-node")


STAFF_REFUSALS: dict[type, Callable[[Any, Translator], Screen]] = {
    CustomerBanned: _customer_banned,
    AccountDeleted: _account_deleted,
    NotPermitted: _not_permitted,
    AlreadyDone: _already_done,
    NoSuchBroadcast: _no_broadcast,
    BroadcastNotSteered: _not_steered,
    BroadcastNotPreviewed: _not_previewed,
    NotABroadcast: _not_a_broadcast,
    NotAButton: _not_a_button,
    PreviewFailed: _preview_failed,
    NoSuchCase: _no_case,
    NoShopChat: _no_shop_chat,
    UserLocked: _user_locked,
    OwnerStays: _owner_stays,
    StaffNotBanned: _staff_not_banned,
    DebitTooLarge: _debit_too_large,
    DraftOver: _draft_over,
    NoSuchSetting: _no_setting,
    SettingNotTaken: _setting_not_taken,
    BadPlan: _bad_plan,
    PlanExists: _plan_exists,
    BadPromo: _bad_promo,
    PromoExists: _promo_exists,
    PlanChanged: _plan_changed,
    NotDays: _not_days,
    NotAReason: _not_a_reason,
    NoRateNow: _no_rate_now,
    NoSuchNode: _no_node,
}
