"""`orbit reconcile`, and the commands that mend what it finds: `orbit receipts book`, `orbit keys mend`."""

import asyncio
import re
import shlex
from collections import Counter
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from orbit_domain.bookkeeping.difference import Difference
from orbit_domain.bookkeeping.reading_again import NotProved
from orbit_domain.ids import TelegramId
from orbit_domain.money import Currency, Money
from orbit_domain.payment.source import SourceUnavailable
from orbit_domain.use_cases.book_record import BookRecord
from orbit_domain.use_cases.mend_keys import MendKeys
from orbit_domain.use_cases.reconcile import Reconcile, Reconciliation
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import amount, moment
from orbit_entry.commands.differences import in_words
from orbit_entry.commands.terminal import one_line, show, show_json
from orbit_entry.commands.whole_shop import whole_shop
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings

FOUND = 1
NOT_ASKED = 3


def reconcile(since: datetime | None, until: datetime | None, *, as_json: bool) -> int:
    """Print every difference with the command that mends it. Returns 1 when there are any, else 3 when some source
    couldn't be asked. Raises StorageError, CannotStart.
    """
    found = asyncio.run(_reconcile(read_settings(Settings), since, until))
    if as_json:
        show_json(_facts(found))
    else:
        _show(found)
    if found.differences:
        return FOUND
    return NOT_ASKED if found.unasked else 0


async def _reconcile(settings: Settings, since: datetime | None, until: datetime | None) -> Reconciliation:
    async with whole_shop(settings) as container:
        return await (await container.get(Reconcile))(since, until)


def book_record(ref: str, reason: str) -> int:
    """Book the record *ref*. Returns 1 when the source can't be read. Raises Refusal, StorageError, CannotStart."""

    async def book(settings: Settings) -> int:
        source, _, external_id = ref.rpartition("|")
        async with whole_shop(settings) as container:
            try:
                use_case = await container.get(BookRecord)
                record = await use_case(source, external_id, f"cli:{this_actor()}", reason)
            except (SourceUnavailable, NotProved) as error:
                show(one_line(f"It can't be read ({error}); nothing was changed."), "Next: orbit doctor", error=True)
                return 1
        show(f"{amount(record.amount)} of {moment(record.occurred_at)} are booked.", "Next: orbit reconcile")
        return 0

    return asyncio.run(book(read_settings(Settings)))


def mend_keys(user: int, reason: str) -> int:
    """Let the keys of *user* follow the time given. Raises Refusal, StorageError, CannotStart."""

    async def mend(settings: Settings) -> int:
        async with whole_shop(settings) as container:
            use_case = await container.get(MendKeys)
            subscription = await use_case(TelegramId(user), f"cli:{this_actor()}", reason)
        ends = "never had time" if subscription.ends_at is None else f"has time until {moment(subscription.ends_at)}"
        show(f"User {user} {ends}; the worker brings the keys there.", "Next: orbit reconcile")
        return 0

    return asyncio.run(mend(read_settings(Settings)))


def _show(found: Reconciliation) -> None:
    if found.differences:
        verdict = "There are differences"
    else:
        verdict = "Not everything could be asked" if found.unasked else "Everything agrees"
    period = f"since {moment(found.since)}"
    show(f"{verdict}: {found.records} records {period} and {found.accounts} accounts compared.")
    for one in found.differences:
        show(one_line(f"{in_words(one)}. Next: {_next_step(one)}"))
    if found.has_more:
        show("There are more of some kind. Next: mend these, then orbit reconcile")
    for source, count in found.waiting.items():
        show(one_line(f"{source} shows {count} that wait to be read. Next: nothing, while the worker runs"))
    for source, reason in found.unasked.items():
        show(one_line(f"{source} couldn't be asked: {reason}. Next: orbit doctor"))


def _next_step(one: Difference) -> str:
    if one.remedy:
        return f"orbit {shlex.join(one.remedy)} --reason 'why'"
    return "a person has to look: docs/owner.md, Reconciling"


def _facts(found: Reconciliation) -> dict[str, Any]:
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "records": found.records,
        "accounts": found.accounts,
        "by_kind": dict(sorted(Counter(_kind(one) for one in found.differences).items())),
        "differences": [
            {"kind": _kind(one), **{field.name: _plain(getattr(one, field.name)) for field in fields(one)},
             "command": list(one.remedy)}
            for one in found.differences
        ],
        "has_more": found.has_more,
        "waiting": found.waiting,
        "unasked": [{"source": source, "reason": reason} for source, reason in found.unasked.items()],
    }  # fmt: skip


def _kind(one: Difference) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(one).__name__).lower()


def _plain(value: object) -> object:
    match value:
        case Money():
            return f"{value.units} {value.currency.code}"
        case Currency():
            return value.code
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value
