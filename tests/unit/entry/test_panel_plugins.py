"""Families of panels come through entry points; one that can't be used stops the start and is named."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints
from types import ModuleType

import pytest

from orbit_adapters.marzban.plugin import PLUGIN
from orbit_adapters.panel_plugin.plugin import GROUP
from orbit_adapters.remnawave import plugin as remnawave
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId
from orbit_entry.config import panel_plugins
from orbit_entry.config.bad_settings import BadSettings
from orbit_entry.config.panel_plugins import installed_families
from orbit_entry.runtime.panel_families import PanelFamilies, UnusablePanel

MARZBAN = "orbit_adapters.marzban.plugin:PLUGIN"


@pytest.fixture(autouse=True)
def read_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module of a stranger, and no memory of what is installed."""
    stranger = ModuleType("stranger")
    vars(stranger).update(plugin=PLUGIN, canary="not a plug-in")
    monkeypatch.setitem(sys.modules, "stranger", stranger)
    installed_families.cache_clear()
    yield
    installed_families.cache_clear()


def install(monkeypatch: pytest.MonkeyPatch, *points: tuple[str, str]) -> None:
    """These families, each with where it is, are all that is installed."""
    found = EntryPoints(EntryPoint(name, where, GROUP) for name, where in points)
    monkeypatch.setattr(panel_plugins, "entry_points", lambda group: found.select(group=group))


def test_orbit_s_own_families_are_installed() -> None:
    """They come by the same way as anybody's."""
    assert installed_families()["marzban"] is PLUGIN
    assert installed_families()["remnawave"] is remnawave.PLUGIN


def test_another_package_brings_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is the kind."""
    install(monkeypatch, ("marzban", MARZBAN), ("shelf", "stranger:plugin"))
    assert list(installed_families()) == ["marzban", "shelf"]


@pytest.mark.parametrize(
    ("points", "what"),
    [
        ([("shelf", "no_such_module:PLUGIN")], "can't be loaded: ModuleNotFoundError"),
        ([("shelf", "stranger:nothing")], "can't be loaded: AttributeError"),
        ([("shelf", "stranger:canary")], "isn't a PanelPlugin"),
        ([("shelf", "stranger:plugin"), ("shelf", MARZBAN)], "is brought by two packages"),
    ],
)
def test_a_package_that_can_not_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, points: list[tuple[str, str]], what: str
) -> None:
    """Half of the families would be a shop that can't deliver what it sells, without a word."""
    install(monkeypatch, ("marzban", MARZBAN), *points)
    with pytest.raises(BadSettings) as refused:
        installed_families()
    (problem,) = refused.value.problems
    assert (problem.variable, problem.what, bool(problem.remedy)) == ("VPN panel 'shelf'", what, True)


def test_a_panel_of_a_family_that_is_gone_says_so() -> None:
    """Its name, its kind, what is installed, and no look at its secrets."""
    families = PanelFamilies({"marzban": PLUGIN}, lambda: pytest.fail("nothing is opened"))
    with pytest.raises(
        UnusablePanel, match="panel fra can't be used: no package for panels of the kind shelf"
    ) as refused:
        families.configured(PanelRecord(PanelId("fra"), "shelf", "F"), {"token": {"sealed": "v1.k.x"}})
    assert "marzban" in refused.value.next_step
