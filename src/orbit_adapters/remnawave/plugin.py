"""Remnawave as a family of panels."""

from orbit_adapters.panel_plugin.http_family import http_family
from orbit_adapters.remnawave.panel import RemnawavePanel
from orbit_adapters.remnawave.settings import RemnawaveConnection, RemnawaveSettings
from orbit_adapters.remnawave.subscription import RemnawaveSubscriptions

PLUGIN = http_family(RemnawaveConnection, RemnawaveSettings, RemnawavePanel, RemnawaveSubscriptions)
