"""Work that staff ask for in the log of actions: the newest row about a subject says whether it runs."""

from datetime import datetime, timedelta

from orbit_domain.storage import AdminAction, Transaction

_INSTANT = timedelta(microseconds=1)


async def running_work(tx: Transaction, subject: str, ended: str) -> AdminAction | None:
    """The action that asked for the work on *subject* that runs; *ended* is the action that ends one."""
    newest = await tx.admin_log.of_subject(subject, 1)
    return newest[0] if newest and newest[0].action != ended else None


async def next_moment(tx: Transaction, subject: str, now: datetime) -> datetime:
    """*now*, or just after the newest row, which decides: the clocks of two machines never agree."""
    newest = await tx.admin_log.of_subject(subject, 1)
    return max([now, *(action.at + _INSTANT for action in newest)])
