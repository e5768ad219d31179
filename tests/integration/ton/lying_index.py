"""An index over a true history that lies in one answer or in several: about any field, order, or what there is."""

import copy
import json
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx

from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.toncenter_json import account_json, base64_of, masterchain_json, transaction_json

Json = dict[str, Any]
Lie = Callable[[Json, random.Random], None]

NUMBERS = [
    0, 1, -1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64, 2**120 - 1, 2**120, 10**50,
    "0", "-1", "9223372036854775808", "1e3", "", "٣", 1.5, True, None, [], {},
]  # fmt: skip
TEXTS = ["", "x", "\x00", "\ud800", "💥" * 300, "\x1b[2J", None, 7, [], {"a": 1}, "0:" + "F" * 64, "ORB7K3M9P2Q4WX"]
SHIFTS = [-(10**9), -1, 1, 59, 61, 86_400, 2_500_000_000, 10**15]


class LyingIndex:
    """A toncenter v3 that answers from *chain*. `lies` change the answers to the paths that they are listed under."""

    def __init__(self, chain: SimChain, wallet: str) -> None:
        history = chain.account(wallet).transactions
        self.lies: list[tuple[str, Lie]] = []
        self.rng = random.Random(0)
        self._rows = [transaction_json(tx) for tx in history]
        self._answers = {
            "masterchainInfo": masterchain_json(chain.seqno(), chain.seconds(), testnet=True),
            "accountStates": {"accounts": [account_json(chain.account(wallet), history[-1])]},
        }

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answer to *request*, with the lies about it."""
        path = request.url.path.rsplit("/", 1)[-1]
        answer = copy.deepcopy(self._answers[path] if path in self._answers else self._page(request.url.params))
        for told_at, lie in self.lies:
            if told_at == path:
                # What an earlier lie has taken away can't be lied about.
                with suppress(TypeError, AttributeError, LookupError, ValueError):
                    lie(answer, self.rng)
        return httpx.Response(200, text=json.dumps(answer))

    def _page(self, query: httpx.QueryParams) -> Json:
        rows = [row for row in self._rows if int(row["lt"]) >= int(query.get("start_lt", 0))]
        ordered = rows if query["sort"] == "asc" else rows[::-1]
        return {"transactions": ordered[: int(query["limit"])]}


def _row(answer: Json, rng: random.Random) -> Json:
    rows: list[Json] = answer["transactions"]
    return rng.choice(rows) if rows else {}


def _changed(value: object, rng: random.Random) -> object:
    """Another value for a field: shifted, multiplied, another hash, or anything at all."""
    if isinstance(value, bool):
        return rng.choice([not value, None, "yes"])
    is_number = isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit())
    if is_number and rng.random() < 0.7:
        number = rng.choice([int(str(value)) + rng.choice(SHIFTS), int(str(value)) * 1000])
        return str(number) if isinstance(value, str) else number
    if isinstance(value, str) and len(value) == 44 and rng.random() < 0.7:
        return base64_of(rng.randbytes(32))
    return rng.choice(NUMBERS if is_number else [*NUMBERS, *TEXTS])


def _field_of_a_row(answer: Json, rng: random.Random) -> None:
    row = _row(answer, rng)
    if row:
        name = rng.choice(sorted(row))
        row[name] = _changed(row[name], rng)


def _known_field(*path: str) -> Lie:
    def lie(answer: Json, rng: random.Random) -> None:
        part = _row(answer, rng)
        for name in path[:-1]:
            part = part.get(name) or {}
        if isinstance(part, dict) and path[-1] in part:
            part[path[-1]] = _changed(part[path[-1]], rng)

    return lie


def _drop_a_row(answer: Json, rng: random.Random) -> None:
    rows = answer["transactions"]
    if rows:
        del rows[rng.randrange(len(rows))]


def _cut_the_page(answer: Json, rng: random.Random) -> None:
    rows = answer["transactions"]
    del rows[rng.randrange(len(rows) + 1) :]


def _shuffle(answer: Json, rng: random.Random) -> None:
    rng.shuffle(answer["transactions"])


def _repeat_with_another_hash(answer: Json, rng: random.Random) -> None:
    row = _row(answer, rng)
    if row:
        answer["transactions"].append({**row, "hash": base64_of(rng.randbytes(32))})


def _invent_a_row(answer: Json, rng: random.Random) -> None:
    """A payment that never was, linked to the newest row, or to one before it."""
    row = _row(answer, rng)
    if row:
        invented = {
            **row,
            "lt": str(int(row["lt"]) + rng.choice([1, 1000, 10**9])),
            "hash": base64_of(rng.randbytes(32)),
            "prev_trans_lt": row["lt"],
            "prev_trans_hash": row["hash"],
        }
        answer["transactions"].insert(rng.randrange(len(answer["transactions"]) + 1), invented)


def _field_of(key: str) -> Lie:
    def lie(answer: Json, rng: random.Random) -> None:
        part = answer[key][0] if isinstance(answer[key], list) else answer[key]
        name = rng.choice(sorted(part))
        part[name] = _changed(part[name], rng)

    return lie


def _time_of_the_block(answer: Json, rng: random.Random) -> None:
    seconds = int(answer["last"]["gen_utime"])
    answer["last"]["gen_utime"] = str(rng.choice([seconds + shift for shift in SHIFTS] + [2**32 - 1]))


def _older_state(answer: Json, rng: random.Random) -> None:
    answer["accounts"] = rng.choice([[], [*answer["accounts"], *answer["accounts"]], None, [{}]])


LIES: tuple[tuple[str, Lie], ...] = (
    ("masterchainInfo", _field_of("last")),
    ("masterchainInfo", _time_of_the_block),
    ("accountStates", _field_of("accounts")),
    ("accountStates", _older_state),
    ("transactions", _field_of_a_row),
    ("transactions", _drop_a_row),
    ("transactions", _cut_the_page),
    ("transactions", _shuffle),
    ("transactions", _repeat_with_another_hash),
    ("transactions", _invent_a_row),
    *(
        ("transactions", _known_field(*path))
        for path in (
            ("lt",), ("hash",), ("now",), ("account",), ("prev_trans_lt",), ("prev_trans_hash",),
            ("mc_block_seqno",), ("finality",), ("emulated",), ("out_msgs",), ("description", "bounce"),
            ("in_msg", "value"), ("in_msg", "source"), ("in_msg", "bounced"), ("in_msg", "message_content"),
            ("in_msg", "message_content", "body"), ("in_msg", "value_extra_currencies"),
        )
    ),
)  # fmt: skip


def _multiply(answer: Json, rng: random.Random) -> None:
    row = _row(answer, rng)
    if row.get("in_msg"):
        row["in_msg"]["value"] = str(int(row["in_msg"]["value"]) * 1000)


multiplied: tuple[str, Lie] = ("transactions", _multiply)
"""One transfer carries a thousand times what was sent."""
