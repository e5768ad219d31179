"""`orbit plan`: what is sold, and how many keys it gives."""

import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from orbit_domain.plan.plan import NoSuchPlan
from orbit_domain.plan.plan_edit import BadPlan
from orbit_entry.commands.plans import TypedEdit, change_plan, list_plans
from orbit_testing import samples
from tests.integration.entry.terminal import Terminal, open_terminal


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    async with open_terminal(tmp_path, monkeypatch, capsys, secret="canary-key") as terminal:
        yield terminal


async def test_a_plan_gives_as_many_keys_as_the_owner_says(terminal: Terminal) -> None:
    """The change is shown, logged once with its reason, and refused for a plan that isn't there."""
    async with terminal.storage.transaction() as tx:
        await tx.plans.add_if_absent(samples.plan())
    assert "sub_1m: 30 d, 129 ₽, 2 keys" in (await terminal.run(partial(list_plans, as_json=False))).out
    for _ in range(2):
        told = await terminal.run(partial(change_plan, "sub_1m", TypedEdit(keys=3), "families ask"))
        assert (told.code, "gives 3 from the next order on" in told.out) == (0, True)
    listed = json.loads((await terminal.run(partial(list_plans, as_json=True))).out)
    assert [one["keys"] for one in listed if one["code"] == "sub_1m"] == [3]
    async with terminal.storage.transaction() as tx:
        (action,) = await tx.admin_log.of_subject("plan:sub_1m", 9)
    assert action.reason == "keys 2 → 3; families ask"
    typed = TypedEdit(price="149,50", titles=("en=One  month",), active=False)
    assert "is hidden" in (await terminal.run(partial(change_plan, "sub_1m", typed, ""))).out
    assert "sub_1m" not in (await terminal.run(partial(list_plans, as_json=False))).out
    listed = await terminal.run(partial(list_plans, as_json=False, hidden=True))
    assert "sub_1m: 30 d, 149.50 ₽, 3 keys, hidden" in listed.out
    for wrong in (TypedEdit(titles=("fr=Mois",)), TypedEdit(price="0"), TypedEdit(gigabytes=-1)):
        with pytest.raises(BadPlan):
            await terminal.run(partial(change_plan, "sub_1m", wrong, ""))
    with pytest.raises(NoSuchPlan):
        await terminal.run(partial(change_plan, "none", TypedEdit(keys=3), ""))
