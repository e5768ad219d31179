"""Remnawave as a VPN panel: settings, HTTP client, and the port `VpnPanel`."""
