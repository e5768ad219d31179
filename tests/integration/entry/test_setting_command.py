"""`orbit setting` over a real database: what the owner types, and what is told."""

import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.shop_setting.setting import NoSuchSetting, SettingName, SettingNotTaken, SettingProblem
from orbit_entry.commands.refusals import in_words
from orbit_entry.commands.shop_settings import list_settings, reset_setting, set_setting
from tests.integration.entry.terminal import Terminal, open_terminal


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    async with open_terminal(tmp_path, monkeypatch, capsys, secret="canary-key") as terminal:
        monkeypatch.setenv("ORBIT_SUPPORT", "@vera_helps")
        yield terminal


async def test_an_owner_changes_and_resets_a_setting(terminal: Terminal) -> None:
    """Each value is listed with where it comes from; a reset brings the environment's back; the log knows both."""

    async def support() -> tuple[str, str]:
        listed = json.loads((await terminal.run(partial(list_settings, as_json=True))).out)
        assert [one["name"] for one in listed] == list(SettingName)
        return next((one["value"], one["origin"]) for one in listed if one["name"] == "support")

    assert await support() == ("vera_helps", "from .env")
    told = (await terminal.run(partial(set_setting, "support", "@boris_helps"))).out
    assert told.startswith("support: boris_helps (changed)")
    assert await support() == ("boris_helps", "changed")
    assert "boris_helps" in (await terminal.run(partial(list_settings, as_json=False))).out
    assert (await terminal.run(partial(reset_setting, "support"))).out.startswith("support: vera_helps (from .env)")
    assert await support() == ("vera_helps", "from .env")
    async with terminal.storage.transaction() as tx:
        assert [one.action for one in await tx.admin_log.newest(9)] == ["reset_setting", "change_setting"]


@pytest.mark.parametrize(
    ("name", "value", "kind", "words"),
    [
        ("colour", "red", NoSuchSetting, "orbit setting list"),
        ("welcome_en", "<b>Hi", SettingNotTaken, "close every tag"),
        ("payment_methods", "cash", SettingNotTaken, "that are set up"),
    ],
)
async def test_a_slip_is_refused_in_words(
    terminal: Terminal, name: str, value: str, kind: type[Refusal], words: str
) -> None:
    """Nothing is changed, and the line says what to type instead."""
    with pytest.raises(kind) as refused:
        await terminal.run(partial(set_setting, name, value))
    assert words in in_words(refused.value)
    async with terminal.storage.transaction() as tx:
        assert await tx.settings.all() == ()


def test_every_problem_has_words() -> None:
    """For the terminal too."""
    for problem in SettingProblem:
        assert in_words(SettingNotTaken(SettingName.TERMS, problem, 500))
