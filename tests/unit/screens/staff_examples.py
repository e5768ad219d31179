"""The staff's screens in each of their states, by the name of their golden file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.admin_menu import admin_screen, audit_screen
from orbit_adapters.telegram.screens.admin_staff import (
    ask_person_screen,
    people_screen,
    person_screen,
    role_given_screen,
    staff_screen,
)
from orbit_adapters.telegram.screens.customer_card import customer_card_screen, performed_screen, retried_screen
from orbit_adapters.telegram.screens.customer_search import (
    ask_search_screen,
    ask_whose_screen,
    found_screen,
    whose_screen,
)
from orbit_adapters.telegram.screens.customer_story import story_screen
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.screens.panels import panels_screen
from orbit_adapters.telegram.screens.staff_actions import staff_action_screen
from orbit_adapters.telegram.screens.waiting_lists import (
    adjustments_screen,
    decided_screen,
    nameless_screen,
    waiting_screen,
)
from orbit_adapters.telegram.staff_refusals import banned_screen
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId, PlanCode, TelegramId
from orbit_domain.ledger.adjustments import Adjustment
from orbit_domain.ledger.ledger import Line, user_account
from orbit_domain.money import RUB, TON, Money, rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.receipt import MemoResult, Receipt
from orbit_domain.storage import AdminAction
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.use_cases.change_role import RoleChoice, StaffView
from orbit_domain.use_cases.decide_by_staff import WaitingAdjustment, WaitingAdjustments
from orbit_domain.use_cases.find_customers import FoundCustomers
from orbit_domain.use_cases.list_panels import ListedPanel
from orbit_domain.use_cases.list_waiting import NamelessMoney, NamelessPage, WaitingDelivery, WaitingPage
from orbit_domain.use_cases.open_admin import AdminMenu, AuditPage
from orbit_domain.use_cases.perform_staff_action import Performed
from orbit_domain.use_cases.prepare_staff_action import StaffActionPreview
from orbit_domain.use_cases.run_panels import PanelsView
from orbit_domain.use_cases.show_customer import CustomerCard
from orbit_domain.use_cases.show_customer_story import StoryPage
from orbit_domain.use_cases.show_timeline import Event
from orbit_domain.use_cases.staff_action import Draft, StaffAction
from orbit_domain.user.permission import PERMISSIONS
from orbit_domain.user.user import Role, User
from tests.unit.screens import view_examples
from tests.unit.screens.panel_examples import PANELS
from tests.unit.screens.view_examples import DAY, NOW, ORDER_ID, TG_ID

BOSS = TelegramId(1)
REQUEST = UUID(int=0xD4)


def member(language: str, role: Role = Role.OWNER) -> User:
    """Somebody of the staff."""
    return replace(view_examples.user(language), tg_id=BOSS, username=None, role=role)


def menu(language: str, role: Role) -> AdminMenu:
    """The menu of a role."""
    return AdminMenu(member(language, role), PERMISSIONS[role])


def card(
    language: str, role: Role = Role.ADMIN, *, is_empty: bool = False, is_banned: bool = False, is_gone: bool = False
) -> CustomerCard:
    """The card of a customer with a month, or of one who has only pressed /start."""
    user = replace(view_examples.user(language, 7_150), referrer_id=BOSS, banned_at=NOW if is_banned else None)
    user = replace(user, username=None, deleted_at=NOW) if is_gone else user
    ends_at = None if is_empty else NOW + 12 * DAY
    order = view_examples.order(OrderState.PAID)
    key = view_examples.key()
    waiting = key.request_change(key.expires_at, 0, NOW).postpone(0, "the panel didn't answer within this turn", NOW)
    keys = (key, waiting) if not is_banned else (replace(key, enabled=False),)
    return CustomerCard(
        user=member(language, role),
        customer=Customer(user, Subscription(TG_ID, ends_at, PlanCode("sub_1m"))),
        orders=() if is_empty else (order,),
        payments=() if is_empty else (view_examples.payment_view(language).payment,),
        keys=() if is_empty else keys,
        debt=0 if is_empty else 4_300,
        now=NOW,
    )


def preview(
    language: str, action: StaffAction, number: int | None = None, reason: str | None = None
) -> StaffActionPreview:
    """What an action asks next, or will do."""
    order_id = ORDER_ID if action is StaffAction.REFUND else None
    draft = Draft(REQUEST, action, TG_ID, order_id, number, reason)
    shown = card(language)
    order = view_examples.order(OrderState.PAID) if order_id else None
    amount = rub(number or 0)
    return StaffActionPreview(shown.user, draft, shown.customer, order, amount, amount.units > 100_000, 2)


def receipt(number: int = 1) -> Receipt:
    """Money without an owner."""
    comment = "0RB7K3M9P2QXW5 <b>" if number == 1 else ""
    amount = Money(1_433_000_000 * number, TON)
    return Receipt("ton:mainnet:x", str(number), "ton", amount, None, None, MemoResult.UNKNOWN, comment, NOW, NOW)


def nameless(language: str, count: int) -> NamelessPage:
    """The first of *count* receipts, one of them with a suggestion."""
    payment = view_examples.payment_view(language).payment
    meant = NamelessMoney(receipt(), payment, view_examples.user(language))
    money = (meant, NamelessMoney(receipt(2), None, None)) if count else ()
    return NamelessPage(member(language), money, 0, count, count > 2)


def waiting(language: str, count: int) -> WaitingPage:
    """The first of *count* paid orders."""
    one = WaitingDelivery(view_examples.order(OrderState.PAID), view_examples.user(language), "")
    return WaitingPage(member(language), (one,) if count else (), 1 if count else 0, count, count > 1, NOW)


def adjustments(language: str, *, any_waits: bool = True) -> WaitingAdjustments:
    """One that waits, or none."""
    asked = Adjustment(REQUEST, TG_ID, -150_000, RUB, "telegram:7", "№ <b>17</b>", NOW)
    one = WaitingAdjustment(asked, view_examples.user(language), "vera")
    return WaitingAdjustments(member(language), (one,) if any_waits else ())


def story(language: str) -> StoryPage:
    """An event of each kind, on a page in the middle."""
    events = (
        Event(NOW, "user", ("pressed /start",), "invited by no one"),
        Event(NOW, "order", ("sub_1m for", rub(12_900), "opened"), "order 1"),
        Event(NOW, "order", ("paid",), "order 1"),
        Event(NOW, "payment", (Money(1_433_000_000, TON), "asked by ton, now pending"), "payment 1"),
        Event(NOW, "balance", (Line(user_account(TG_ID), -12_900, RUB), "(order)"), "order 1"),
        Event(NOW, "time", (timedelta(days=-3),), "refund:1"),
        Event(NOW, "notice", ("order_paid", "sent"), "paid:1"),
        Event(NOW, "unheard of", ("x",), "y"),
    )
    return StoryPage(member(language), TG_ID, events, 1, has_more=True)


def panels(language: str) -> PanelsView:
    """Two panels, one of them with a limit."""
    first = PanelRecord(PanelId("fra"), "marzban", "Orbit", capacity=500)
    second = PanelRecord(PanelId("ams"), "remnawave", "Plus", is_active=False)
    return PanelsView(member(language), (ListedPanel(first, 212), ListedPanel(second, 0)))


def audit(language: str) -> AuditPage:
    """Two actions: one in Telegram, one on the command line."""
    there = AdminAction(REQUEST, "telegram:7", "ban_customer", "user:700000001", "<i>spam", NOW)
    here = replace(there, actor="cli:anna", action="sell_house", reason="")
    return AuditPage(member(language), ((there, "vera"), (here, None)), 0, has_more=True)


def staff(language: str) -> StaffView:
    """The owner and an admin."""
    return StaffView(member(language), (member(language), replace(view_examples.user(language), role=Role.ADMIN)), BOSS)


def found(language: str, *hits: User) -> FoundCustomers:
    """What a search has found."""
    return FoundCustomers(member(language), hits)


def choice(language: str) -> RoleChoice:
    """What a customer may be made."""
    return RoleChoice(member(language), view_examples.user(language), (Role.SUPPORT, Role.ADMIN, Role.OWNER))


def _story_of(action: StaffAction, *answers: int | str) -> Callable[[str], Screen]:
    number = next((one for one in answers if isinstance(one, int)), None)
    reason = next((one for one in answers if isinstance(one, str)), None)
    return lambda language: staff_action_screen(preview(language, action, number, reason))


STAFF_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "home_staff": lambda language: home_screen(replace(view_examples.home(language, 12 * DAY), is_staff=True)),
    "home_banned": lambda language: banned_screen("", Translator(language)),
    "home_banned_support": lambda language: banned_screen("@vera", Translator(language)),
    **{
        f"admin_{role}": lambda language, role=role: admin_screen(menu(language, role))
        for role in (Role.SUPPORT, Role.ADMIN, Role.OWNER)
    },
    "audit": lambda language: audit_screen(audit(language)),
    "audit_none": lambda language: audit_screen(AuditPage(member(language), (), 0, has_more=False)),
    "staff": lambda language: staff_screen(staff(language)),
    "staff_changed": lambda language: role_given_screen(staff(language)),
    "staff_ask": lambda language: ask_person_screen(member(language)),
    "staff_found": lambda language: people_screen(found(language, view_examples.user(language))),
    "staff_none": lambda language: people_screen(found(language)),
    "staff_person": lambda language: person_screen(choice(language)),
    "search_ask": lambda language: ask_search_screen(member(language)),
    "search_found": lambda language: found_screen(found(language, view_examples.user(language), member(language))),
    "search_none": lambda language: found_screen(found(language)),
    "customer_card": lambda language: customer_card_screen(card(language)),
    "customer_card_support": lambda language: customer_card_screen(card(language, Role.SUPPORT)),
    "customer_card_new": lambda language: customer_card_screen(card(language, is_empty=True)),
    "customer_card_deleted": lambda language: customer_card_screen(card(language, is_empty=True, is_gone=True)),
    "customer_card_banned": lambda language: customer_card_screen(card(language, is_banned=True)),
    "customer_card_retried": lambda language: retried_screen(card(language), 2),
    "customer_card_credited": lambda language: performed_screen(
        card(language), Performed(preview(language, StaffAction.CREDIT).draft)
    ),
    "customer_card_asked": lambda language: performed_screen(
        card(language), Performed(preview(language, StaffAction.CREDIT).draft, waits=True)
    ),
    "story": lambda language: story_screen(story(language)),
    "staff_action_credit_amount": _story_of(StaffAction.CREDIT),
    "staff_action_credit_reason": _story_of(StaffAction.CREDIT, 5_000),
    "staff_action_credit": _story_of(StaffAction.CREDIT, 5_000, "№ <b>17</b>"),
    "staff_action_debit_waits": _story_of(StaffAction.DEBIT, 150_000, "№ 18"),
    "staff_action_days_count": _story_of(StaffAction.DAYS),
    "staff_action_days": _story_of(StaffAction.DAYS, 7, "№ 19"),
    "staff_action_refund": _story_of(StaffAction.REFUND, "№ 20"),
    "staff_action_ban": _story_of(StaffAction.BAN, "№ 21"),
    "staff_action_unban": _story_of(StaffAction.UNBAN, "№ 22"),
    "nameless": lambda language: nameless_screen(nameless(language, 7)),
    "nameless_none": lambda language: nameless_screen(nameless(language, 0)),
    "nameless_ask": lambda language: ask_whose_screen(member(language), receipt()),
    "nameless_found": lambda language: whose_screen(found(language, view_examples.user(language)), receipt()),
    "nameless_nobody": lambda language: whose_screen(found(language), receipt()),
    "waiting": lambda language: waiting_screen(waiting(language, 7)),
    "waiting_none": lambda language: waiting_screen(waiting(language, 0)),
    "adjustments": lambda language: adjustments_screen(adjustments(language)),
    "adjustments_none": lambda language: adjustments_screen(adjustments(language, any_waits=False)),
    "adjustments_agreed": lambda language: decided_screen(adjustments(language, any_waits=False), agreed=True),
    "panels": lambda language: panels_screen(panels(language)),
    "panels_none": lambda language: panels_screen(PanelsView(member(language), ())),
    **PANELS,
}
