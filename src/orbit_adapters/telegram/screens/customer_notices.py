"""What a customer was told, and what comes next, for the staff."""

from datetime import datetime
from typing import Literal

from orbit_adapters.telegram.i18n import TextError, Translator
from orbit_adapters.telegram.notice_callbacks import SeeCustomerNotices
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import lines, paragraphs
from orbit_adapters.telegram.screens.notices import clock_text, hours_text
from orbit_adapters.telegram.screens.paging import admin_row, page_row
from orbit_adapters.telegram.staff_callbacks import SeeCustomer
from orbit_domain.notice.repository import DropReason, OutboxMessage
from orbit_domain.notice_settings.notice_settings import NoticeGroup
from orbit_domain.use_cases.show_customer_notices import NoticeJournal

_Fate = Literal["sent", "held", "waits", "retried", "outdated", "switched-off", "dropped", "given-up"]
_MARKS: dict[_Fate, str] = {"sent": "✅", "held": "🌙", "waits": "⏳", "retried": "🔁", "given-up": "📵"}
_DROPPED: dict[str, _Fate] = {DropReason.OUTDATED: "outdated", DropReason.SWITCHED_OFF: "switched-off"}


def journal_screen(journal: NoticeJournal) -> Screen:
    """A page of notices, newest first; on the first one also what comes next."""
    translate, tg_id = Translator(journal.user.language), journal.customer.user.tg_id
    told = [_line(message, journal.now, translate) for message in journal.messages]

    def at(number: int) -> SeeCustomerNotices:
        return SeeCustomerNotices(tg_id, number)

    return Screen(
        paragraphs(
            translate("told", number=code(str(tg_id))),
            _chosen(journal, translate),
            _following(journal, translate) if not journal.page else "",
            lines(*(told or [translate("told-none")])),
        ),
        keyboard(
            page_row(translate, journal.page, at, has_more=journal.has_more),
            tap(translate.label("b-customer"), SeeCustomer(tg_id)),
            admin_row(translate),
        ),
    )


def _chosen(journal: NoticeJournal, translate: Translator) -> Html:
    user = journal.customer.user
    chosen = user.notices
    off = ", ".join(translate.label(f"notices-{group}") for group in NoticeGroup if not chosen.wants(group))
    is_quiet = chosen.quiet_hours is not None and chosen.offset is not None
    hours, time = hours_text(chosen.quiet_hours, translate), clock_text(chosen.offset, journal.now, translate)
    return lines(
        translate("told-unreachable", day=user.unreachable_at) if user.unreachable_at is not None else "",
        translate("told-off", groups=off) if off else "",
        translate("told-quiet", hours=hours, time=time) if is_quiet else "",
    )


def _following(journal: NoticeJournal, translate: Translator) -> Html:
    if not journal.following:
        return translate("told-next-none")
    rows = (
        translate(
            "told-reminder",
            moment=translate.moment(one.at),
            what=translate.label(f"told-reminder-{one.kind.replace('_', '-')}"),
        )
        for one in journal.following
    )
    return lines(translate("told-next"), *rows)


def _line(message: OutboxMessage, now: datetime, translate: Translator) -> Html:
    fate, at = _fate(message, now)
    return translate(
        "told-line",
        mark=_MARKS.get(fate, "✖️"),
        moment=translate.moment(at),
        what=_kind(message.notice.kind, translate),
        state=translate.label(f"told-{fate}"),
    )


def _fate(message: OutboxMessage, now: datetime) -> tuple[_Fate, datetime]:
    """What has become of it, and when; of one that waits, until when."""
    if message.dead_at is not None:
        return "given-up", message.dead_at
    if message.done_at is not None:
        is_sent = message.dropped_reason is None
        return "sent" if is_sent else _DROPPED.get(message.dropped_reason or "", "dropped"), message.done_at
    if message.not_before <= now:
        return "waits", message.not_before
    return "retried" if message.attempts else "held", message.not_before


def _kind(kind: str, translate: Translator) -> str:
    try:
        return translate.label(f"notice-kind-{kind}")
    except TextError:
        return translate.label("notice-kind-other")
