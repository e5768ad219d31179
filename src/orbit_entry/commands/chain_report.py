"""What `orbit chain show` prints: the facts of a chain's scanner, why it stands still, and the next step."""

from datetime import timedelta
from typing import Any

from orbit_domain.payment.source import Cursor, SourceAlarm
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.use_cases.show_source import SourceView
from orbit_entry.commands.terminal import show, show_table

_ANOTHER_INDEX = "wait some minutes; if it stays, set ORBIT_TON_API_URL to another index; then orbit chain reset"
_ALARMS: dict[SourceAlarm, tuple[str, str]] = {
    SourceAlarm.HOLE: ("a transaction is not shown, though later ones name it", _ANOTHER_INDEX),
    SourceAlarm.ANCHOR_MISSING: ("the transaction that was read last is not shown any more", _ANOTHER_INDEX),
    SourceAlarm.TAIL_MISMATCH: ("the newest transactions don't match the state of the account", _ANOTHER_INDEX),
    SourceAlarm.HASH_CONFLICT: ("one transaction has two different hashes", _ANOTHER_INDEX),
    SourceAlarm.TIME_AHEAD: (
        "the index shows a time more than a minute later than this machine's clock",
        "orbit doctor: set the clock to network time; if it is right, set ORBIT_TON_API_URL to another index",
    ),
}


def chain_facts(view: SourceView) -> dict[str, Any]:
    """The facts for JSON; `next` is None while all is well."""
    reads_on, verdict, next_step = _verdict(view)
    batch, cursor, age = view.batch, view.cursor, view.watermark_age
    return {
        "source": view.source,
        "at": view.at.isoformat(timespec="seconds"),
        "cursor": _position(cursor),
        "watermark": cursor.watermark.isoformat(timespec="seconds") if cursor and cursor.watermark else None,
        "watermark_age_s": None if age is None else round(age / timedelta(seconds=1)),
        "index_newest": _position(view.newest),
        "scanner": {
            "reads_on": reads_on,
            "verdict": verdict,
            "alarm": batch.alarm if batch else None,
            "new_transfers": len(batch.records) if batch else None,
        },
        "problems": list(view.problems),
        "next": next_step,
        "logged": [_logged(record) for record in view.logged],
    }


def show_view(facts: dict[str, Any]) -> None:
    """Print *facts* for a person."""
    age = facts["watermark_age_s"]
    watermark = "none: nothing is known to be covered"
    if age is not None:
        watermark = f"{facts['watermark']}, {f'{age} s old' if age >= 0 else f'{-age} s later than now'}"
    show_table(
        ("chain", facts["source"]),
        (
            ("cursor", _in_words(facts["cursor"])),
            ("watermark", watermark),
            ("index's newest", _in_words(facts["index_newest"])),
            ("scanner", facts["scanner"]["verdict"]),
        ),
    )
    if facts["logged"]:
        show("", "Newest logged transfers:")
        titles = ("lt", "at", "kind", "units", "comment")
        show_table(titles, ([str(row[title]) for title in titles] for row in facts["logged"]))
    if facts["next"]:
        show("", f"Next: {facts['next']}")


def _verdict(view: SourceView) -> tuple[bool, str, str | None]:
    """Whether the scanner reads on, in which words, and the next step."""
    if view.cursor is None:
        return False, "the chain was never read", "orbit run"
    if view.batch is None:
        return False, f"can't read: {'; '.join(view.problems)}", "orbit doctor"
    if view.batch.alarm:
        why, next_step = _ALARMS[view.batch.alarm]
        return False, f"stands still after lt {_lt(view.batch.cursor)}: {why}", next_step
    if view.watermark_age is not None and view.watermark_age < timedelta(0):
        return True, "reads on, but its watermark is later than now, so it is false", "orbit chain reset"
    more = "" if view.batch.complete else ", and more are waiting"
    return True, f"reads on: {len(view.batch.records)} new transfers{more}", None


def _position(cursor: Cursor | None) -> dict[str, Any] | None:
    return None if cursor is None else {"lt": _lt(cursor), "hash": cursor.position.partition(":")[2] or "0" * 64}


def _lt(cursor: Cursor) -> int:
    return int(cursor.position.partition(":")[0] or 0)


def _in_words(position: dict[str, Any] | None) -> str:
    return "none" if position is None else f"lt {position['lt']}, hash {position['hash']}"


def _logged(record: SourceRecord) -> dict[str, Any]:
    return {
        "lt": int(record.external_id),
        "at": record.occurred_at.isoformat(timespec="seconds"),
        "kind": record.kind,
        "units": record.amount.units,
        "asset": record.amount.currency.code,
        "sender": record.sender,
        "comment": record.comment.text,
    }
