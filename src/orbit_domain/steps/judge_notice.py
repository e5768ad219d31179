"""Whether a notice is sent now, later, or not at all: decided in the transaction that claims it."""

from datetime import datetime

from orbit_domain.notice.notice import Notice
from orbit_domain.notice.notice_groups import can_wait, group_of
from orbit_domain.notice.repository import DropReason, NotYet
from orbit_domain.steps.chosen_chat import is_wanted
from orbit_domain.steps.complete_notice import complete_notice
from orbit_domain.storage import Transaction
from orbit_domain.subscription.repository import Customer


async def judge_notice(
    tx: Transaction, notice: Notice, customer: Customer, now: datetime
) -> Notice | NotYet | DropReason:
    """*notice* with the facts of now; or until when it waits; or why it isn't sent.

    What waits for the morning is judged again then: a reminder that isn't true any more is dropped.
    """
    settings = customer.user.notices
    if not settings.wants(group_of(notice)) or not await is_wanted(tx, notice):
        return DropReason.SWITCHED_OFF
    quiet_until = settings.quiet_until(now)
    if quiet_until is not None and can_wait(notice):
        return NotYet(quiet_until)
    return await complete_notice(tx, notice, customer, now) or DropReason.OUTDATED
