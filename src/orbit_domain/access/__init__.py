"""VPN accounts we want to exist on a panel."""
