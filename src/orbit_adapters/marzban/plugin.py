"""Marzban as a family of panels."""

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.marzban.settings import MarzbanConnection, MarzbanSettings
from orbit_adapters.marzban.subscription import MarzbanSubscriptions
from orbit_adapters.panel_plugin.http_family import http_family

PLUGIN = http_family(MarzbanConnection, MarzbanSettings, MarzbanPanel, MarzbanSubscriptions)
