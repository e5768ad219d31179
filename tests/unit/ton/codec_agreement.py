"""`python -m tests.unit.ton.codec_agreement --cells N --mutated M`: our codec against pytoniq-core.

N cells, each the root of a random tree, are written by one and read by the other, in every variant of the container
and in both directions. M strings are bags that were damaged: whatever our reader makes of one, pytoniq-core makes the
same of it. What our reader refuses it is free to refuse, because pytoniq-core also reads what isn't plainly right.
"""

import argparse
import base64
import binascii
import random
import sys
import time
from collections import Counter
from collections.abc import Callable

from pytoniq_core import Builder
from pytoniq_core import Cell as OracleCell

from orbit_adapters.ton.boc import BocError, read_boc
from orbit_adapters.ton.cell import Cell
from orbit_adapters.ton.comment import read_body
from orbit_sandbox.chain.cells import CellOut, to_boc

CELLS = 10_000
MUTATED = 100_000
SEED = 2026
ACCEPTED = "read alike"
_MOST_CELLS = 12
_LINE_EVERY_S = 20


def random_tree(rng: random.Random, cells: int) -> OracleCell:
    """A tree of at most *cells* cells; some are shared, lengths are any number of bits."""
    built: list[OracleCell] = []
    for _ in range(cells):
        builder = Builder()
        for _ in range(rng.choice((0, 1, 7, 8, 31, 32, 100, 1023))):
            builder.store_bit(rng.getrandbits(1))
        for ref in rng.sample(built, min(len(built), rng.randrange(5))):
            builder.store_ref(ref)
        built.append(builder.end_cell())
    return built[-1]


def same(mine: Cell, theirs: OracleCell) -> bool:
    """Whether both trees hold the same bits and references; shared cells are compared once."""
    waiting, seen = [(mine, theirs)], set()
    while waiting:
        one, other = waiting.pop()
        if (id(one), id(other)) in seen:
            continue
        seen.add((id(one), id(other)))
        if one.bits != len(other.bits) or one.data != other.bits.tobytes() or len(one.refs) != len(other.refs):
            return False
        waiting += zip(one.refs, other.refs, strict=True)
    return True


def check_cells(count: int, rng: random.Random, progressed: Callable[[int], None] = lambda done: None) -> int:
    """Read and write *count* cells; how many bags were read alike. Raises AssertionError at the first difference."""
    alike = 0
    for number in range(count):
        tree = random_tree(rng, rng.randrange(1, _MOST_CELLS))
        for has_index, has_checksum in ((False, False), (False, True), (True, False), (True, True)):
            data = tree.to_boc(has_idx=has_index, hash_crc32=has_checksum)
            assert same(read_boc(data), tree), f"cell {number} is read otherwise: {data.hex()}"
            alike += 1
        written = _rewritten(tree)
        assert written.hash() == tree.hash, f"cell {number} has another hash: {data.hex()}"
        assert OracleCell.one_from_boc(to_boc(written)).hash == tree.hash, f"cell {number} is written otherwise"
        progressed(number + 1)
    return alike


def check_mutated(
    count: int, rng: random.Random, progressed: Callable[[int], None] = lambda done: None
) -> Counter[str]:
    """Damage *count* strings; how many were read alike, and how many refused, by reason. Raises AssertionError."""
    outcomes: Counter[str] = Counter()
    whole = b""
    for number in range(count):
        if number % 20 == 0:
            whole = random_tree(rng, rng.randrange(1, 8)).to_boc(has_idx=rng.random() < 0.2, hash_crc32=False)
        text = mutated(whole, rng)
        outcomes[_outcome(text)] += 1
        read_body(text)  # It is total: nothing but a body comes out.
        progressed(number + 1)
    return outcomes


def mutated(bag: bytes, rng: random.Random) -> str:
    """The base64 of *bag* after one to three damages, or with a damage of the base64 itself."""
    if rng.random() < 0.1:
        text = base64.b64encode(bag).decode()
        at = rng.randrange(len(text))
        return text[:at] + rng.choice("AZaz09+/=- \n\0é") + text[at + rng.randrange(2) :]
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(bag) + 1)
        bag = rng.choice(_DAMAGES)(bag, at, rng)
    return base64.b64encode(bag).decode()


def _flip(bag: bytes, at: int, rng: random.Random) -> bytes:
    return bag[:at] + bytes(byte ^ rng.randrange(1, 256) for byte in bag[at : at + 1]) + bag[at + 1 :]


def _flip_bit(bag: bytes, at: int, rng: random.Random) -> bytes:
    return bag[:at] + bytes(byte ^ 1 << rng.randrange(8) for byte in bag[at : at + 1]) + bag[at + 1 :]


def _cut(bag: bytes, at: int, rng: random.Random) -> bytes:
    return bag[:at]


def _insert(bag: bytes, at: int, rng: random.Random) -> bytes:
    return bag[:at] + rng.randbytes(rng.randint(1, 4)) + bag[at:]


def _drop(bag: bytes, at: int, rng: random.Random) -> bytes:
    return bag[:at] + bag[at + rng.randint(1, 4) :]


def _repeat(bag: bytes, at: int, rng: random.Random) -> bytes:
    return bag[:at] + bag[max(at - rng.randint(1, 8), 0) :]


_DAMAGES = (_flip, _flip, _flip, _flip_bit, _flip_bit, _cut, _insert, _drop, _repeat)


def _outcome(text: str) -> str:
    """What our reader made of it; what it read, the oracle has to read alike. Raises AssertionError."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "it is not base64"
    try:
        cell = read_boc(data)
    except BocError as error:
        return str(error)
    assert same(cell, OracleCell.one_from_boc(data)), f"read otherwise: {data.hex()}"
    return ACCEPTED


def _rewritten(tree: OracleCell) -> CellOut:
    """The same tree for our writer, which writes a shared cell each time it is referred to."""
    return CellOut(tree.bits.tobytes(), tuple(_rewritten(ref) for ref in tree.refs), len(tree.bits))


def main(arguments: list[str] | None = None) -> int:
    """Check and print; exit code 1 at the first difference."""
    parser = argparse.ArgumentParser(prog="python -m tests.unit.ton.codec_agreement", description=__doc__)
    parser.add_argument("--cells", type=int, default=CELLS, metavar="N", help=f"how many cells ({CELLS})")
    parser.add_argument("--mutated", type=int, default=MUTATED, metavar="M", help=f"how many strings ({MUTATED})")
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args(arguments)
    rng, began = random.Random(chosen.seed), time.monotonic()
    try:
        check_cells(chosen.cells, rng, _Progress("cells", chosen.cells))
        outcomes = check_mutated(chosen.mutated, rng, _Progress("mutated strings", chosen.mutated))
    except AssertionError as error:
        print(f"Broken with seed {chosen.seed}: {error}", file=sys.stderr)
        return 1
    for outcome, count in outcomes.most_common():
        print(f"  {count:>7} {outcome}")
    took_s = time.monotonic() - began
    print(f"{chosen.cells} cells and {chosen.mutated} mutated strings agree with pytoniq-core, {took_s:.0f} s")
    return 0


class _Progress:
    """A line every twenty seconds."""

    def __init__(self, name: str, total: int) -> None:
        self._name = name
        self._total = total
        self._printed_at = time.monotonic()

    def __call__(self, done: int) -> None:
        if time.monotonic() - self._printed_at > _LINE_EVERY_S:
            self._printed_at = time.monotonic()
            print(f"{done} of {self._total} {self._name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
