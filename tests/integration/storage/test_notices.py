"""Notices are stored as JSON, and those of another version do no harm."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.notice_documents import UnknownNotice, notice_document, notice_from
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.notice.notice import Notice
from orbit_testing import samples
from orbit_testing.notice_strategies import notices
from orbit_testing.samples import ALICE, BORIS, HOUR, NOW

UNREADABLE = {
    "from a newer version": '{"kind": "planet_found", "name": "Orbit"}',
    "without a kind": '{"name": "Orbit"}',
    "with a field missing": '{"kind": "key_ready", "name": "Orbit"}',
    "not even an object": '"SECRET"',
    "nothing": "null",
}


@given(notice=notices())
def test_every_notice_comes_back(notice: Notice) -> None:
    """A notice is read back from its document, of the same kind and equal."""
    assert notice_from(notice_document(notice)) == notice


def test_every_kind_is_unique() -> None:
    """No two kinds of notice share a discriminator."""
    words = [kind.__dataclass_fields__["kind"].default for kind in get_args(Notice)]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("payload", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_an_unreadable_notice_is_dead_lettered(sqlite_engine: AsyncEngine, payload: str) -> None:
    """The claim goes on: an unreadable notice is dead-lettered with a reason that holds none of its values."""
    storage = SqlStorage(sqlite_engine, base=RUB)
    async with storage.transaction() as tx:
        await tx.outbox.add(samples.message(1, BORIS))
        await tx.outbox.add(samples.message(2))
    async with sqlite_engine.begin() as connection:
        spoil = text("UPDATE outbox SET payload = :payload, topic = 'planet_found' WHERE dedupe = 'dedupe-1'")
        await connection.execute(spoil, {"payload": payload})
    async with storage.transaction() as tx:
        claimed = await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 5)
        assert claimed == (replace(samples.message(2), fence=1),)
        assert await tx.outbox.of_user(ALICE, 5) == claimed
    async with sqlite_engine.connect() as connection:
        row = (await connection.execute(text("SELECT dead_at, last_error FROM outbox WHERE dead_at > 0"))).one()
    assert "this version can't read the notice" in row.last_error
    assert "SECRET" not in row.last_error
    async with storage.transaction() as tx:
        assert await tx.outbox.claim(NOW + 9 * HOUR, NOW + 9 * HOUR, 5) == (replace(samples.message(2), fence=2),)


def test_unreadable_documents_are_refused() -> None:
    """Anything that isn't a known notice is refused by name, never by a crash."""
    for document in (None, 5, [], {}, {"kind": None}, {"kind": ["order_paid"]}, {"kind": "order_paid", "order_id": {}}):
        with pytest.raises(UnknownNotice):
            notice_from(document)
