"""The staff's menu, and the log of what they did."""

from orbit_adapters.telegram.backup_callbacks import SeeBackups
from orbit_adapters.telegram.broadcast_callbacks import SeeBroadcasts
from orbit_adapters.telegram.callback_data import Callback
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.offer_callbacks import SeeOffers, SeePromos
from orbit_adapters.telegram.panel_callbacks import SeePanels
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard
from orbit_adapters.telegram.screens.buttons import home_row, in_twos, paragraphs
from orbit_adapters.telegram.screens.paging import actor_name, admin_row, page_row
from orbit_adapters.telegram.setting_callbacks import SeeCleanUp, SeeShopSettings
from orbit_adapters.telegram.staff_callbacks import (
    AskSearch,
    SeeAdjustments,
    SeeAudit,
    SeeHealth,
    SeeMetrics,
    SeeNameless,
    SeeStaff,
    SeeTrends,
    SeeWaiting,
)
from orbit_adapters.telegram.support_callbacks import SeeCases, SeeShopChats
from orbit_domain.shop_chat.shop_chat import Purpose
from orbit_domain.shop_setting.setting import SettingName
from orbit_domain.stats import Span
from orbit_domain.storage import AdminAction
from orbit_domain.use_cases.open_admin import AdminMenu, AuditPage
from orbit_domain.user.permission import Permission

_Group = tuple[tuple[Permission, str, Callback], ...]

_GROUPS: tuple[_Group, ...] = (
    (
        (Permission.FIND_CUSTOMERS, "b-find", AskSearch()),
        (Permission.WRITE_TO_CUSTOMERS, "b-cases", SeeCases(0)),
        (Permission.RETRY_DELIVERY, "b-waiting", SeeWaiting(0)),
        (Permission.ASSIGN_MONEY, "b-nameless", SeeNameless(0)),
        (Permission.ADJUST_BALANCE, "b-adjustments", SeeAdjustments()),
        (Permission.SEE_STATS, "b-stats", SeeTrends(Span.MONTH)),
    ),
    (
        (Permission.EDIT_OFFERS, "b-offers", SeeOffers()),
        (Permission.EDIT_OFFERS, "b-promos", SeePromos(0)),
        (Permission.SEND_BROADCASTS, "b-broadcasts", SeeBroadcasts()),
        (Permission.CHANGE_TEXTS, "b-shop-settings", SeeShopSettings()),
    ),
    (
        (Permission.APPOINT_STAFF, "b-staff", SeeStaff()),
        (Permission.SEE_AUDIT, "b-audit", SeeAudit(0)),
        (Permission.RUN_PANELS, "b-panels", SeePanels()),
        (Permission.SEE_STATS, "b-health", SeeHealth()),
        (Permission.SEE_STATS, "b-metrics", SeeMetrics()),
        (Permission.CHOOSE_CHATS, "b-shop-chats", SeeShopChats()),
        (Permission.CHANGE_SETTINGS, "b-clean-up", SeeCleanUp()),
        (Permission.RUN_BACKUPS, "b-backups", SeeBackups()),
    ),
)
"""Customers and their money, what is offered to them, and the staff and the machinery."""
_ACTIONS = frozenset(
    {
        "assign_receipt", "request_adjustment", "adjust_balance", "confirm_adjustment", "reject_adjustment",
        "refund_order", "refund_payment", "mend_keys", "grant_days", "ban_customer", "unban_customer", "change_role",
        "change_setting", "reset_setting",
        "start_broadcast", "pause_broadcast", "resume_broadcast", "stop_broadcast",
        "add_plan", "change_plan", "add_promo", "stop_promo",
        "retry_delivery", "change_panel", "add_panel", "remove_panel", "evacuate_panel", "start_evacuation",
        "stop_evacuation", "end_evacuation", "start_rebalance", "stop_rebalance", "end_rebalance",
        "start_sweep", "agree_sweep", "end_sweep", "start_clean_up", "end_clean_up",
        "start_backup", "end_backup", "write",
        "close_case", "choose_chat", "drop_chat", "mute_event", "unmute_event", "delete_account",
        "ask_payout_address", "request_payout", "cancel_payout", "reject_claim", "book_record", "reset_chain",
        "restore_shop", "end_replay",
    }
)  # fmt: skip
_SUBJECTS = frozenset({"user", "plan", "promo", "panel", "case", "broadcast"})
_SUBJECT_CHARS = 60
_REASON_CHARS = 160


def admin_screen(menu: AdminMenu) -> Screen:
    """What the role may do, a button each, what belongs together side by side."""
    translate = Translator(menu.user.language)
    rows = [row for group in _GROUPS for row in _group_rows(group, menu, translate)]
    text = translate("admin-menu", role=translate.label(f"role-{menu.user.role}"))
    return Screen(text, keyboard(*rows, home_row(translate)))


def _group_rows(group: _Group, menu: AdminMenu, translate: Translator) -> list[Row]:
    """What the role may do of one group, two buttons a row."""
    buttons = [TapButton(translate.label(key), to) for permission, key, to in group if permission in menu.permissions]
    return in_twos(buttons)


def audit_screen(page: AuditPage) -> Screen:
    """A page of the log, newest first."""
    translate = Translator(page.user.language)
    rows = [_action(action, username, translate) for action, username in page.actions]
    return Screen(
        paragraphs(translate("audit"), *(rows or [translate("audit-none")])),
        keyboard(page_row(translate, page.page, SeeAudit, has_more=page.has_more), admin_row(translate)),
    )


def _action(action: AdminAction, username: str | None, translate: Translator) -> Html:
    return translate(
        "audit-line",
        moment=translate.moment(action.at),
        who=actor_name(action.actor, username, translate),
        what=action_name(action.action, translate),
        subject=subject_name(action.subject, translate),
        reason=code(action.reason, _REASON_CHARS) if action.reason else Html("—"),
    )


def action_name(action: str, translate: Translator) -> Html:
    """What was done, in words; an action without words is quoted."""
    return translate(f"action-{action.replace('_', '-')}") if action in _ACTIONS else code(action, 40)


def subject_name(subject: str, translate: Translator) -> Html:
    """To whom or to what it was done, in words; a subject without words is quoted."""
    kind, _, name = subject.partition(":")
    if kind in _SUBJECTS and name:
        return translate(f"subject-{kind}", name=code(name, _SUBJECT_CHARS))
    if kind == "setting" and name in set(SettingName):
        return translate("subject-setting", name=translate.label(f"setting-name-{name.replace('_', '-')}"))
    if kind == "chat" and name in set(Purpose):
        return translate("subject-chat", name=translate.label(f"chat-purpose-{name}"))
    return code(subject, _SUBJECT_CHARS)
