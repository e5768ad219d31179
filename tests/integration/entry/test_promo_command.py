"""`orbit promo` over a real database: what the owner types, and what is told."""

import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import typer

from orbit_domain.errors import Refusal
from orbit_domain.promo.new_promo import BadPromo, PromoExists
from orbit_domain.promo.promo import NoSuchPromo
from orbit_entry.commands.promo import OfferedPromo, add_promo, list_promos, show_promo, stop_promo
from orbit_entry.commands.refusals import in_words
from orbit_testing import samples
from tests.integration.entry.terminal import Terminal, open_terminal


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    async with open_terminal(tmp_path, monkeypatch, capsys, secret="canary-key") as terminal:
        async with terminal.storage.transaction() as tx:
            await tx.plans.add_if_absent(samples.plan())
        yield terminal


def typed(code: str = "spring", kind: str = "percent", value: str = "20", **more: object) -> OfferedPromo:
    """What `orbit promo add` was given."""
    given = {"begin": None, "until": None, "uses": None, "plans": (), "reason": ""}
    return OfferedPromo(code, kind, value, **{**given, **more})  # type: ignore[arg-type]


async def test_an_owner_offers_shows_and_stops_a_code(terminal: Terminal) -> None:
    """It is listed with what it gives, its last day counts whole, and who did what stays on record."""
    assert (await terminal.run(partial(list_promos, as_json=False))).out.startswith("No promo code yet.")
    new = typed(kind="amount", value="50.50", until="2030-05-31", uses=3, plans=("sub_1m",), reason="spring sale")
    assert (await terminal.run(partial(add_promo, new))).code == 0
    (listed,) = json.loads((await terminal.run(partial(list_promos, as_json=True))).out)
    assert (listed["code"], listed["gives"], listed["uses"], listed["now"]) == (
        "SPRING",
        "50.50 ₽ off",
        "0 of 3",
        "works",
    )
    assert (listed["plans"], listed["until"]) == ("sub_1m", "2030-06-01 00:00:00 UTC")
    assert (await terminal.run(partial(stop_promo, "Spring", "leaked"))).code == 0
    shown = (await terminal.run(partial(show_promo, "spring", as_json=False))).out
    assert "now: stopped" in shown
    assert "amount 5050; spring sale" in shown
    assert "leaked" in shown


@pytest.mark.parametrize(
    ("wrong", "kind", "words"),
    [
        (typed("no"), BadPromo, "3 to 32"),
        (typed(value="101"), BadPromo, "1 to 100 percent"),
        (typed(plans=("gold",)), BadPromo, "unknown"),
        (typed(until="2020-01-01"), BadPromo, "end before"),
        (typed("TAKEN"), PromoExists, "TAKEN already"),
    ],
)
async def test_a_slip_is_refused_in_words(
    terminal: Terminal, wrong: OfferedPromo, kind: type[Refusal], words: str
) -> None:
    """Nothing is added, and the line says what to type instead."""
    await terminal.run(partial(add_promo, typed("taken")))
    with pytest.raises(kind) as refused:
        await terminal.run(partial(add_promo, wrong))
    assert words.replace("end before", "end before") in in_words(refused.value)
    assert len(json.loads((await terminal.run(partial(list_promos, as_json=True))).out)) == 1


async def test_what_is_no_code_and_no_day_is_refused(terminal: Terminal) -> None:
    """An unknown code can't be stopped, and a day that isn't one is named with its option."""
    with pytest.raises(NoSuchPromo):
        await terminal.run(partial(stop_promo, "<b>", "why"))
    with pytest.raises(typer.BadParameter):
        await terminal.run(partial(add_promo, typed(until="tomorrow")))
