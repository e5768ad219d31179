"""Archives come from disks that fail and from strangers: whatever isn't what was written is refused in one line."""

import io
import json
import random
import struct
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pyrage
import pytest

from orbit_adapters.backup.age_keys import Identity, throwaway_key
from orbit_adapters.backup.archive import open_archive
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.tables import TableShape, shop_tables
from orbit_adapters.sql.migrate import revisions
from orbit_domain.backup.backup import BackupProblem
from tests.integration.backup.backed_up_shop import BackedUpShop, ignore

SEED = 20_261_123
FILES, PLAINS, ORDERS, HEADS = 400, 250, 300, 50
"""A thousand mutants together."""
_STRANGE = (
    "../../etc/cron.d/orbit", "/etc/passwd", "..", "users/../plans", "users\\..\\plans", "users\0", "%2e%2e%2fusers",
    "Users", "users ", 'users"', "pg_catalog.pg_authid", "sqlite_master", "alembic_version", "", "x" * 64,
)  # fmt: skip
Frames = list[tuple[bytes, bytes]]


class Reader:
    """Takes every table as a database would, and keeps its bytes."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}

    async def shapes(self) -> Mapping[str, TableShape]:
        return {table.name: table for table in shop_tables()}

    async def load(self, table: TableShape, columns: tuple[str, ...], rows: AsyncIterator[bytes]) -> None:
        self.rows[table.name] = b"".join([piece async for piece in rows])

    async def finish(self, sequences: Mapping[str, int | None]) -> None:
        pass


async def read(archive: bytes, key: Identity) -> dict[str, bytes]:
    """The rows of *archive*. Raises BackupRefused, and nothing else."""
    target = Reader()
    async with open_archive(io.BytesIO(archive), [key]) as opened:
        opened.head()
        await opened.load(target, ignore)
    return target.rows


def plain_of(archive: bytes, key: Identity) -> bytes:
    return zlib.decompress(pyrage.decrypt(archive, [key]))


def forged(plain: bytes, key: Identity) -> bytes:
    """An archive of anything: whoever knows the public key can make one."""
    return bytes(pyrage.encrypt(zlib.compress(plain, 1), [key.to_public()]))


def frames_of(plain: bytes) -> Frames:
    at, frames = len(b"ORBIT-BACKUP\n"), []
    while at < len(plain):
        kind, length = struct.unpack_from(">cI", plain, at)
        frames.append((kind, plain[at + 5 : at + 5 + length]))
        at += 5 + length
    return frames


def written(frames: Frames) -> bytes:
    return b"ORBIT-BACKUP\n" + b"".join(struct.pack(">cI", kind, len(data)) + data for kind, data in frames)


def mutants(archive: bytes, chance: random.Random) -> Iterator[bytes]:
    """Cut, with a bit flipped, with a part twice, without one, with two exchanged, or with bytes behind."""
    while True:
        first, second = sorted(chance.sample(range(len(archive)), 2))
        flipped = bytearray(archive)
        flipped[first] ^= 1 << chance.randrange(8)
        yield archive[:first]
        yield bytes(flipped)
        yield archive[:second] + archive[first:]
        yield archive[:first] + archive[second:]
        middle = (first + second) // 2
        yield archive[:first] + archive[middle:second] + archive[first:middle] + archive[second:]
        yield archive + archive[first:second]


def orders(plain: bytes, chance: random.Random) -> Iterator[bytes]:
    """The parts in other orders, without one, with one twice, or with names that are paths, SQL or other tables."""
    frames = frames_of(plain)
    begins = [at for at, frame in enumerate(frames) if frame[0] == b"T"]
    while True:
        first, second = chance.sample(range(len(frames)), 2)
        shuffled, exchanged, moved = ([*frames] for _ in range(3))
        chance.shuffle(shuffled)
        exchanged[first], exchanged[second] = frames[second], frames[first]
        moved.insert(second, moved.pop(first))
        named, at = [*frames], chance.choice(begins)
        named[at] = b"T", json.dumps({**json.loads(frames[at][1]), "table": chance.choice(_STRANGE)}).encode()
        without, twice = frames[:first] + frames[first + 1 :], [*frames[:second], frames[first], *frames[second:]]
        yield from filter(plain.__ne__, map(written, (shuffled, exchanged, moved, named, without, twice)))


def of(plain: bytes, change: Callable[[Frames], object]) -> bytes:
    frames = frames_of(plain)
    change(frames)
    return written(frames)


def edit(part: bytes, /, **facts: object) -> Callable[[Frames], object]:
    """Other facts in the first *part* of that kind."""

    def change(frames: Frames) -> None:
        at = next(index for index, frame in enumerate(frames) if frame[0] == part)
        frames[at] = part, json.dumps({**json.loads(frames[at][1]), **facts}).encode()

    return change


@pytest.fixture(scope="module")
def known() -> dict[str, bytes]:
    """The archive of this module's first test: it is made once."""
    return {}


@pytest.fixture
async def archive(shop: BackedUpShop, known: dict[str, bytes]) -> bytes:
    """A small archive."""
    if "archive" not in known:
        made = await shop.back_up()
        known["archive"] = (shop.path / made.backup.name).read_bytes()
    return known["archive"]


async def test_a_thousand_mutants_are_refused(archive: bytes, owner_key: Identity, shop: BackedUpShop) -> None:
    """Spoilt files, and archives that a stranger has made of spoilt ones: none becomes a shop, each is refused."""
    rows = await read(archive, owner_key)
    assert sum(len(data) for data in rows.values()) > 10_000
    plain, chance = plain_of(archive, owner_key), random.Random(SEED)
    assert await read(forged(plain, owner_key), owner_key) == rows
    for mutant in islice(filter(archive.__ne__, mutants(archive, chance)), FILES):
        with pytest.raises(BackupRefused):
            await read(mutant, owner_key)
    refused = 0
    for mutant in islice(mutants(plain, chance), PLAINS):
        try:
            # A time in the head or a cursor's position may be another: what would be restored is the same.
            assert await read(forged(mutant, owner_key), owner_key) == rows
        except BackupRefused:
            refused += 1
    assert refused > PLAINS * 9 // 10
    for mutant in islice(orders(plain, chance), ORDERS):
        with pytest.raises(BackupRefused) as order:
            await read(forged(mutant, owner_key), owner_key)
        assert order.value.problem is BackupProblem.BROKEN
    file = shop.data_dir / "given.age"
    for number in range(HEADS):
        facts, problem = [
            ({"shop": chance.randbytes(6).hex()}, BackupProblem.OTHER_SHOP),
            ({"revision": f"{chance.randrange(int(revisions()[-1]) + 1, 10_000):04}"}, BackupProblem.NEWER),
        ][number % 2]
        file.write_bytes(forged(of(plain, edit(b"H", **facts)), owner_key))
        with pytest.raises(BackupRefused) as head:
            await shop.verify(file)
        assert head.value.problem is problem
    assert not (shop.data_dir / "backup-scratch").exists()


_TABLES = len(shop_tables())
_ODD = {
    "a_path_for_a_table": edit(b"T", table="../../etc/passwd"),
    "sql_for_a_table": edit(b"T", table='users"; DROP TABLE users; --'),
    "a_system_table": edit(b"T", table="alembic_version", columns=["version_num"]),
    "an_unknown_column": edit(b"T", columns=["id", "action", "actor", "subject", "reason", "moment"]),
    "a_column_twice": edit(b"T", columns=["id"] * 6),
    "no_columns": edit(b"T", columns=[]),
    "columns_that_are_none": edit(b"T", columns=7),
    "tables_in_another_form": edit(b"M", tables=7),
    "a_table_forgotten": edit(b"M", tables=[]),
    "a_negative_sequence": edit(b"M", sequences={"ledger_entries_id_seq": -1}),
    "another_format": edit(b"H", format=0),
    "a_time_without_a_zone": edit(b"H", taken_at="2026-11-22T10:00:00"),
    "a_shop_that_is_a_number": edit(b"H", shop=7),
    "a_revision_that_is_a_book": edit(b"H", revision="9" * 100_000),
    "a_revision_that_moves_the_cursor": edit(b"H", revision="\x1b[2J"),
    "a_table_left_out": lambda frames: frames.__delitem__(slice(1, 4)),
    "a_table_twice": lambda frames: frames.__setitem__(slice(4, 4), frames[1:4]),
    "no_manifest": lambda frames: frames.pop(),
    "manifest_first": lambda frames: frames.insert(1, frames.pop()),
    "a_second_head": lambda frames: frames.insert(1, frames[0]),
    "an_unknown_part": lambda frames: frames.insert(1, (b"X", b"")),
    "a_part_after_the_end": lambda frames: frames.append((b"D", b"more")),
    "a_list_for_a_head": lambda frames: frames.__setitem__(0, (b"H", b"[]")),
    "deep_nesting": lambda frames: frames.__setitem__(0, (b"H", b"[" * 100_000)),
}


@pytest.mark.parametrize("change", _ODD.values(), ids=_ODD)
async def test_an_archive_of_other_parts_is_refused(
    change: Callable[[Frames], object], archive: bytes, owner_key: Identity
) -> None:
    """Names, orders and counts that no shop has written, each under a valid encryption."""
    with pytest.raises(BackupRefused) as refused:
        await read(forged(of(plain_of(archive, owner_key), change), owner_key), owner_key)
    assert refused.value.problem is BackupProblem.BROKEN
    assert "\n" not in str(refused.value)


async def test_what_a_stranger_promises_costs_no_memory(archive: bytes, owner_key: Identity) -> None:
    """A part that claims four gigabytes, and one that unpacks to them, are refused at once."""
    for plain in (b"ORBIT-BACKUP\n" + struct.pack(">cI", b"H", 2**32 - 1), b"\0" * 2**26):
        with pytest.raises(BackupRefused):
            await read(forged(plain, owner_key), owner_key)


async def test_whose_it_is_and_how_old_is_said(
    archive: bytes, owner_key: Identity, shop: BackedUpShop, tmp_path: Path
) -> None:
    """Another shop's archive, one of a newer version, one for another key: each has its own word, and is left alone."""
    plain = plain_of(archive, owner_key)
    newer = f"{int(revisions()[-1]) + 1:04}"
    for change, key, problem in (
        (edit(b"H", shop="ffffffffffff"), owner_key, BackupProblem.OTHER_SHOP),
        (edit(b"H", revision=newer), owner_key, BackupProblem.NEWER),
        (edit(b"H", format=2), owner_key, BackupProblem.NEWER),
        (edit(b"H", kind="oracle"), owner_key, BackupProblem.NO_SCRATCH),
        (edit(b"H", kind="postgresql"), owner_key, BackupProblem.NO_SCRATCH),
        (edit(b"H"), throwaway_key(), BackupProblem.BAD_KEY),
    ):
        file = tmp_path / "given.age"
        file.write_bytes(forged(of(plain, change), owner_key))
        with pytest.raises(BackupRefused) as refused:
            await shop.verify(file, key)
        assert refused.value.problem is problem


async def test_rows_that_a_database_refuses_are_refused(
    archive: bytes, owner_key: Identity, shop: BackedUpShop, tmp_path: Path
) -> None:
    """A forged archive may agree with itself: what contradicts the schema never becomes a shop, and leaves nothing."""
    for table, row in (
        ("plans", b'["sub","{}",30,-5,"RUB",0,1,1,1,null,null]'),
        ("grants", b'[1,"c",424242,1,1]'),
        ("plans", b'["sub","{}",1e400,5,"RUB",0,1,1,1,null,99999999999999999999]'),
    ):
        file = tmp_path / "given.age"
        file.write_bytes(forged(with_row(plain_of(archive, owner_key), table, row), owner_key))
        with pytest.raises(BackupRefused) as refused:
            await shop.verify(file)
        assert refused.value.problem is BackupProblem.BROKEN
        assert not (tmp_path / "backup-scratch").exists()


def with_row(plain: bytes, table: str, row: bytes) -> bytes:
    """The archive with *row* as the only one of *table*, and digests that agree."""
    frames, out, skipping = frames_of(plain), [], False
    data = row + b"\n"
    facts = {"table": table, "rows": 1, "sha256": sha256(data).hexdigest()}
    for kind, payload in frames:
        if kind == b"T":
            skipping = json.loads(payload)["table"] == table
        if skipping and kind == b"D":
            continue
        if skipping and kind == b"E":
            out.append((b"D", data))
            payload = json.dumps(facts).encode()
            skipping = False
        if kind == b"M":
            last = json.loads(payload)
            last["tables"] = [facts if one["table"] == table else one for one in last["tables"]]
            payload = json.dumps(last).encode()
        out.append((kind, payload))
    return written(out)
