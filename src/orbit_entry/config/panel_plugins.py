"""The families of panels that are installed: what stands under the entry points `orbit.vpn_panels`."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from orbit_adapters.panel_plugin.plugin import GROUP, PanelPlugin
from orbit_entry.config.bad_settings import BadSettings, Problem

Families = Mapping[str, PanelPlugin[Any]]


@cache
def installed_families() -> Families:
    """Every installed family by its kind. Raises BadSettings, which names a package that can't be used."""
    found: dict[str, PanelPlugin[Any]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        if point.name in found:
            raise _unusable(point, "is brought by two packages")
        found[point.name] = _load(point)
    return found


def _load(point: EntryPoint) -> PanelPlugin[Any]:
    try:
        plugin = point.load()
    except Exception as error:  # whatever a stranger's module raises, the owner must be told which one it was
        raise _unusable(point, f"can't be loaded: {type(error).__name__}") from error
    if not isinstance(plugin, PanelPlugin):
        raise _unusable(point, "isn't a PanelPlugin")
    return plugin


def _unusable(point: EntryPoint, why: str) -> BadSettings:
    remedy = "Reinstall its package for this version of Orbit, or remove it."
    return BadSettings((Problem(f"VPN panel {point.name!r}", why, remedy),))
