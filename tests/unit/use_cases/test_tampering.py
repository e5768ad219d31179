"""What the owner hears of forged payments and of changes that nobody ordered, and what a wallet's own doings book."""

from dataclasses import replace

import pytest

from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.ledger.wallet_entries import MOVED_SUFFIX
from orbit_domain.money import TON, Currency
from orbit_domain.notice.notice import UnmatchedMoney
from orbit_domain.notice.suspicious_transfer import SuspiciousTransfer
from orbit_domain.payment.effect import Effect, EffectKind
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.source_record import FORGED, UNEXPLAINED, Meaning, SourceRecord
from orbit_domain.steps.tampering_alert import alert_tampering
from tests.support.clock import NOON
from tests.support.shop import OWNER, Shop
from tests.support.world import World

TOKEN = Currency("ton:jetton:0:B113", 6)
ASSET = "asset:ton:ton:native"


def happen(world: World, kind: str, units: int = 5, asset: Currency = TOKEN) -> SourceRecord:
    """A record of that *kind*, which brings no money, is on the chain now."""
    record = world.chain.deposit(units, meaning=Meaning.NOTHING, asset=asset)
    world.chain.records[-1] = replace(record, kind=kind)
    return world.chain.records[-1]


async def test_the_owner_hears_of_a_change_that_nobody_ordered(shop: Shop, world: World) -> None:
    """Each of them, with its source, its name there and how much it speaks of; ordinary records are no news."""
    happen(world, "own_send")
    first, second = happen(world, UNEXPLAINED, 7, TON), happen(world, UNEXPLAINED, 8, TON)
    happen(world, "own_send")
    await shop.work()
    assert world.notices(OWNER) == [
        SuspiciousTransfer(world.chain.name, record.external_id, UNEXPLAINED, TON.code, units, "")
        for record, units in ((first, 7), (second, 8))
    ]


async def test_the_owner_hears_of_forgeries_once_a_day(shop: Shop, world: World) -> None:
    """Of the first one of each day, whether they come in one reading or in several; nothing is booked by them."""
    first = happen(world, FORGED)
    happen(world, FORGED, 6)
    await shop.work()
    happen(world, FORGED, 7)
    world.clock.advance(days=1)
    second = happen(world, FORGED, 8)
    await shop.work()
    assert world.notices(OWNER) == [
        SuspiciousTransfer(world.chain.name, first.external_id, FORGED, TOKEN.code, 5, "2026-11-21"),
        SuspiciousTransfer(world.chain.name, second.external_id, FORGED, TOKEN.code, 8, "2026-11-22"),
    ]
    assert await entries(world) == ()


async def test_thousands_of_forgeries_are_one_message(world: World) -> None:
    """A flood asks the outbox once a day, not once a forgery: it holds no more than that."""
    records = [happen(world, FORGED) for _ in range(3)]
    before = world.ids.uuid().int
    async with world.storage.transaction() as tx:
        await alert_tampering(tx, records, world.ids, OWNER, NOON)
        (message,) = await tx.outbox.of_user(OWNER, 10)
    assert (message.tg_id, message.not_before) == (OWNER, NOON)
    assert world.ids.uuid().int == before + 2, "a message was made for more than one of them"


async def test_without_an_owner_nobody_hears(world: World) -> None:
    """A shop that names no owner tells nobody."""
    async with world.storage.transaction() as tx:
        await alert_tampering(tx, [happen(world, FORGED), happen(world, UNEXPLAINED)], world.ids, None, NOON)
        assert await tx.outbox.of_user(OWNER, 10) == ()


async def entries(world: World) -> tuple[Entry, ...]:
    """Every entry, oldest first."""
    async with world.storage.transaction() as tx:
        return tuple(reversed(await tx.ledger.newest(100)))


def booked(record: SourceRecord, *lines: Line, reason: str = "") -> Entry:
    """The entry of what *record* did by itself."""
    return Entry(EntryKind.RECEIPT, record.ref + MOVED_SUFFIX, lines, NOON, reason=reason)


async def test_a_record_with_transfers_is_an_entry_of_its_own(shop: Shop, world: World) -> None:
    """It says to whom and from whom; two transfers of a kind are one line, and the fee stands beside them."""
    record = world.chain.move(
        Effect(EffectKind.SENT, -100, "0:AA"),
        Effect(EffectKind.SENT, -20, "0:BB"),
        Effect(EffectKind.MOVED, 50, "0:CC"),
        Effect(EffectKind.MOVED, 1, "0:DD"),
        Effect(EffectKind.FEE, -3),
    )
    lines = (Line("withdrawn", -120, TON), Line("own_accounts", 51, TON), Line("network_fee", -3, TON))
    await shop.work()
    assert await entries(world) == (
        booked(record, *lines, Line(ASSET, 72, TON), reason="to 0:AA, to 0:BB, from 0:CC, from 0:DD"),
    )


async def test_fees_and_leftovers_of_many_records_are_one_entry(shop: Shop, world: World) -> None:
    """Of each asset, under the last record's name; a transfer between them has its own, and comes first."""
    world.chain.move(Effect(EffectKind.FEE, -3))
    transfer = world.chain.move(Effect(EffectKind.SENT, -100, "0:AA"))
    tokens = world.chain.move(Effect(EffectKind.LEFTOVER, 9), asset=TOKEN)
    world.chain.move()
    last = world.chain.move(Effect(EffectKind.FEE, -4), Effect(EffectKind.LEFTOVER, 2))
    await shop.work()
    assert await entries(world) == (
        booked(transfer, Line("withdrawn", -100, TON), Line(ASSET, 100, TON), reason="to 0:AA"),
        booked(last, Line("network_fee", -7, TON), Line("leftovers", 2, TON), Line(ASSET, 5, TON)),
        booked(tokens, Line("leftovers", 9, TOKEN), Line(f"asset:{TON_METHOD}:{TOKEN.code}", -9, TOKEN)),
    )


@pytest.mark.parametrize("units", [0, 1])
async def test_what_a_person_has_to_look_at_is_told_however_small(shop: Shop, world: World, units: int) -> None:
    """A unit, and even none at all, far below the dust."""
    record = world.chain.deposit(units, meaning=Meaning.REVIEW)
    await shop.work()
    told = [(one.ref, one.units) for one in world.notices(OWNER) if isinstance(one, UnmatchedMoney)]
    assert told == [(record.ref, units)]
