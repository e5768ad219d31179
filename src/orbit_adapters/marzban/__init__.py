"""Marzban as a VPN panel: settings, the wire, and the port."""
