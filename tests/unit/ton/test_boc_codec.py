"""The reader of bags of cells, against pytoniq-core as the oracle and against broken bytes."""

import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytoniq_core import Cell as OracleCell

from orbit_adapters.ton.boc import MAX_BYTES, MAX_CELLS, MAX_DEPTH, BocError, crc32c, read_boc
from orbit_adapters.ton.cell import Cell
from tests.unit.ton.codec_agreement import ACCEPTED, check_cells, check_mutated, random_tree, same


def test_trees_are_read_and_written_as_the_oracle_does() -> None:
    """Any ordinary tree is read and written bit for bit, in every variant of the container."""
    assert check_cells(100, random.Random(1)) == 4 * 100


def test_damaged_strings_mean_the_same_to_the_oracle() -> None:
    """Whatever is accepted of a damaged bag, the oracle accepts alike; nothing else is raised than the one error."""
    outcomes = check_mutated(2_000, random.Random(5))
    assert outcomes[ACCEPTED] > 100
    assert len(outcomes) > 8


def test_every_flipped_byte_is_refused_or_read_like_the_oracle_reads_it() -> None:
    """A damaged bag never raises anything but BocError, and what is accepted means the same to others."""
    rng = random.Random(2)
    accepted = refused = 0
    for _ in range(25):
        data = random_tree(rng, rng.randrange(1, 8)).to_boc(hash_crc32=False)
        for at in range(len(data)):
            flipped = data[:at] + bytes([data[at] ^ rng.randrange(1, 256)]) + data[at + 1 :]
            try:
                cell = read_boc(flipped)
            except BocError:
                refused += 1
                continue
            accepted += 1
            assert same(cell, OracleCell.one_from_boc(flipped))
    assert accepted > 100
    assert refused > 100


def test_every_flipped_byte_is_caught_by_the_checksum() -> None:
    """With a checksum no single damaged byte passes, and none crashes the reader."""
    rng = random.Random(3)
    for _ in range(10):
        data = random_tree(rng, 5).to_boc(hash_crc32=True)
        for at in range(len(data)):
            flipped = data[:at] + bytes([data[at] ^ rng.randrange(1, 256)]) + data[at + 1 :]
            with pytest.raises(BocError):
                read_boc(flipped)


def test_every_cut_and_every_tail_is_refused() -> None:
    """No prefix of a bag is a bag, nor is a bag with extra bytes at its end."""
    data = random_tree(random.Random(4), 6).to_boc(hash_crc32=False)
    for end in range(len(data)):
        with pytest.raises(BocError):
            read_boc(data[:end])
    with pytest.raises(BocError):
        read_boc(data + b"\0")


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_give_a_cell_or_the_one_error(noise: bytes, like_a_bag: bool) -> None:
    """The reader is total: any bytes give a cell or BocError."""
    data = bytes.fromhex("b5ee9c72") + noise if like_a_bag else noise
    with suppress(BocError):
        assert isinstance(read_boc(data), Cell)


def bag(cells: list[bytes], *, roots: int = 1, absent: int = 0, flags: int = 0, root: int = 0) -> bytes:
    """A bag built byte by byte, two bytes a number, so that each rule can be broken alone."""
    content = b"".join(cells)
    counts = b"".join(number.to_bytes(2, "big") for number in (len(cells), roots, absent))
    header = bytes.fromhex("b5ee9c72") + bytes([flags | 2, 4]) + counts + len(content).to_bytes(4, "big")
    return header + root.to_bytes(2, "big") * roots + content


def chain(length: int) -> bytes:
    """A bag whose cells form one chain."""
    inner = [b"\x01\x00" + number.to_bytes(2, "big") for number in range(1, length)]
    return bag([*inner, b"\x00\x00"])


@pytest.mark.parametrize(
    "data",
    [
        bag([b"\x00\x00"], roots=2),
        bag([b"\x00\x00"], roots=0),
        bag([b"\x00\x00"], absent=1),
        bag([b"\x00\x00"], root=1),
        bag([b"\x00\x00"], flags=8),
        bag([b"\x00\x00"], flags=32),
        bag([]),
        bag([b"\x08\x02\x02"]),
        bag([b"\x28\x00"]),
        bag([b"\x05\x00" + b"\0\1" * 5, b"\x00\x00"]),
        bag([b"\x01\x00\x00\x00"]),
        bag([b"\x01\x00\x00\x05"]),
        bag([b"\x01\x00\x00\x01", b"\x01\x00\x00\x00"]),
        bag([b"\x00\x01\x00"]),
        bag([b"\x00\x01\x80"]),
        chain(MAX_DEPTH + 2),
        bag([b"\x00\x00"] * (MAX_CELLS + 1)),
        b"\0" * (MAX_BYTES + 1),
        bytes.fromhex("68ff65f3") + b"\0" * 20,
    ],
    ids=lambda data: f"{len(data)}-{data[4:18].hex()}",
)
def test_what_is_not_plainly_right_is_refused(data: bytes) -> None:
    """Several roots, absent or exotic cells, loops, wrong padding, absurd sizes: each alone is enough."""
    with pytest.raises(BocError):
        read_boc(data)


def test_the_largest_allowed_bags_are_read() -> None:
    """The limits themselves still pass: the deepest chain and the most cells."""
    cell = read_boc(chain(MAX_DEPTH + 1))
    depth = 0
    while cell.refs:
        cell, depth = cell.refs[0], depth + 1
    assert depth == MAX_DEPTH
    assert read_boc(bag([b"\x00\x00"] * MAX_CELLS)).is_empty


def test_a_stored_hash_is_passed_over() -> None:
    """Hashes stored with the cells are skipped; the content is read."""
    cell = read_boc(bag([b"\x10\x02" + b"\x11" * 34 + b"A"]))
    assert (cell.data, cell.bits) == (b"A", 8)


def test_a_shared_child_costs_no_time() -> None:
    """A tree of shared cells with 2^1000 paths is read in linear time."""
    rungs = [b"\x02\x00" + number.to_bytes(2, "big") * 2 for number in range(1, 1000)]
    assert len(read_boc(bag([*rungs, b"\x00\x00"])).refs) == 2


def test_the_checksum_is_the_published_one() -> None:
    """The check value of CRC-32C from RFC 3720 comes out."""
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(b"\0" * 32) == 0x8A9136AA
