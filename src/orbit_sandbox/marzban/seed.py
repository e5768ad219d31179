"""The panel of the demo: two servers, each reached through an inbound of its own."""

from random import Random

from orbit_domain.clock import Clock
from orbit_sandbox.marzban.state import Admin, Host, Inbound
from orbit_sandbox.marzban.world import MarzbanWorld

USERNAME = "orbit"
PASSWORD = "sandbox-password"


def demo_world(clock: Clock, rng: Random) -> MarzbanWorld:
    """A panel with the nodes Frankfurt and Amsterdam and the administrator `USERNAME` / `PASSWORD`."""
    world = MarzbanWorld(clock, rng, server_ip="203.0.113.1")
    world.admins[USERNAME] = Admin(USERNAME, PASSWORD)
    for port, (city, address) in enumerate((("Frankfurt", "203.0.113.10"), ("Amsterdam", "203.0.113.20")), start=8443):
        world.add_node(city, address)
        world.add_inbound(Inbound(f"VLESS {city}", "vless", port), Host(remark=f"{city} {{USERNAME}}", address=address))
    return world
