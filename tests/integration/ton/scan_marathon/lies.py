"""What an index does wrong in one answer, and how a reader has to meet it: by an alarm, a refusal, or unharmed.

What a transfer carried isn't among it: links prove order and completeness, and only a second reader contradicts an
amount (`test_lies_of_an_index.py`).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orbit_domain.payment.source import SourceAlarm
from orbit_sandbox.chain.toncenter_json import base64_of

Json = dict[str, Any]

UNHARMED = "unharmed"
"""No alarm: what can be proved is read, and nothing else."""
REFUSED = "refused"
"""The whole answer is refused, and nothing is read."""
SHIFTS = (-(10**13), -(10**6), -1, 1, 10**6, 10**13)
_GAP = frozenset({SourceAlarm.HOLE})
_ANY_GAP = frozenset(set(SourceAlarm) - {SourceAlarm.TIME_AHEAD})


@dataclass(slots=True)
class Page:
    """An answer to `transactions` before it is spoiled. The first row is the one that reading stands at.

    `is_newest`: the page isn't full, so its last row is the account's newest. `now` is the shop's time in seconds
    since 1970. `is_cut`: the answer ends in the middle.
    """

    rows: list[Json]
    limit: int
    is_newest: bool
    now: int
    is_cut: bool = False

    @property
    def named(self) -> range:
        """The rows after the first that another answer names: a successor on this page, or the account's state."""
        return range(1, len(self.rows) if self.is_newest else len(self.rows) - 1)


@dataclass(frozen=True, slots=True)
class Lie:
    """One way to be wrong: *spoil* changes the page in place. *verdicts* are the ways to meet it.

    `is_old`: block, state and page are those of an earlier moment.
    """

    name: str
    spoil: Callable[[Page, random.Random], None]
    verdicts: frozenset[str] = frozenset({UNHARMED})
    is_old: bool = False


def _hole(page: Page, rng: random.Random) -> None:
    del page.rows[rng.randrange(1, len(page.rows) - 1)]


def _hidden_tail(page: Page, rng: random.Random) -> None:
    del page.rows[-rng.randint(1, min(3, len(page.rows) - 1)) :]


def _repeat(page: Page, rng: random.Random) -> None:
    again = set(rng.sample(range(len(page.rows)), rng.randint(1, len(page.rows))))
    page.rows[:] = [row for number, row in enumerate(page.rows) for _ in range(1 + (number in again))][: page.limit]


def _shuffle(page: Page, rng: random.Random) -> None:
    rng.shuffle(page.rows)


def _hash(page: Page, rng: random.Random) -> None:
    page.rows[rng.choice(page.named)]["hash"] = base64_of(rng.randbytes(32))


def _lt(page: Page, rng: random.Random) -> None:
    row = page.rows[rng.choice(page.named)]
    row["lt"] = str(int(row["lt"]) + rng.choice(SHIFTS))


def _neighbour_s_lt(page: Page, rng: random.Random) -> None:
    number = rng.choice(page.named)
    page.rows[number]["lt"] = page.rows[number - 1]["lt"]


def _previous_hash(page: Page, rng: random.Random) -> None:
    page.rows[rng.randrange(1, len(page.rows))]["prev_trans_hash"] = base64_of(rng.randbytes(32))


def _previous_lt(page: Page, rng: random.Random) -> None:
    row = page.rows[rng.randrange(1, len(page.rows))]
    row["prev_trans_lt"] = str(int(row["prev_trans_lt"]) + rng.choice(SHIFTS))


def _other_anchor(page: Page, rng: random.Random) -> None:
    page.rows[0]["hash"] = base64_of(rng.randbytes(32))


def _no_anchor(page: Page, rng: random.Random) -> None:
    del page.rows[0]


def _future(page: Page, rng: random.Random) -> None:
    rng.choice(page.rows)["now"] = page.now + rng.choice((61, 3_600, 10**9))


def _foreign_row(page: Page, rng: random.Random) -> None:
    row = rng.choice(page.rows)
    page.rows.insert(rng.randrange(len(page.rows) + 1), {**row, "account": f"0:{rng.randbytes(32).hex().upper()}"})


def _invented_newest(page: Page, rng: random.Random) -> None:
    page.rows.append(_after(page.rows[-1], rng))


def _invented_fork(page: Page, rng: random.Random) -> None:
    number = rng.randrange(len(page.rows) - 1)
    page.rows.insert(number + 1, _after(page.rows[number], rng))


def _after(row: Json, rng: random.Random) -> Json:
    """A payment that never was, well linked to *row*."""
    link = {"prev_trans_lt": row["lt"], "prev_trans_hash": row["hash"]}
    return {**row, **link, "lt": str(int(row["lt"]) + 1), "hash": base64_of(rng.randbytes(32))}


def _not_final(page: Page, rng: random.Random) -> None:
    row = page.rows[rng.randrange(1, len(page.rows))]
    row.update(rng.choice(({"finality": "confirmed"}, {"emulated": True}, {"mc_block_seqno": None})))


def _cut_off(page: Page, rng: random.Random) -> None:
    page.is_cut = True


def _nothing_else(page: Page, rng: random.Random) -> None:
    """What is old needn't be spoiled as well."""


LIES = (
    Lie("hole", _hole, _GAP),
    Lie("hidden tail", _hidden_tail, frozenset({SourceAlarm.TAIL_MISMATCH})),
    Lie("repeat", _repeat),
    Lie("shuffle", _shuffle),
    Lie("hash", _hash, frozenset({SourceAlarm.HOLE, SourceAlarm.HASH_CONFLICT})),
    Lie("lt", _lt, _ANY_GAP),
    Lie("neighbour's lt", _neighbour_s_lt, frozenset({SourceAlarm.HASH_CONFLICT})),
    Lie("previous hash", _previous_hash, _GAP),
    Lie("previous lt", _previous_lt, _GAP),
    Lie("another anchor", _other_anchor, frozenset({SourceAlarm.HASH_CONFLICT})),
    Lie("no anchor", _no_anchor, frozenset({SourceAlarm.ANCHOR_MISSING})),
    Lie("future time", _future, frozenset({SourceAlarm.TIME_AHEAD})),
    Lie("foreign row", _foreign_row, frozenset({REFUSED})),
    Lie("invented newest", _invented_newest),
    Lie("invented fork", _invented_fork, _GAP),
    Lie("not final", _not_final),
    Lie("cut off", _cut_off, frozenset({REFUSED})),
    Lie("lag", _nothing_else, is_old=True),
)
