"""The share links of a user, spelled as Marzban spells them."""

import base64
from urllib.parse import quote

from orbit_sandbox.marzban.state import Host, Inbound, PanelUser

TITLES = {"vless": "VLESS", "vmess": "VMess", "trojan": "Trojan", "shadowsocks": "Shadowsocks"}


def share_link(user: PanelUser, inbound: Inbound, host: Host, server_ip: str) -> str:
    """The link of *user* through *inbound* at *host*; the first address counts when the host names several."""
    settings = user.proxies[inbound.protocol].settings
    place = f"{host.address.split(',')[0].strip().replace('{SERVER_IP}', server_ip)}:{host.port or inbound.port}"
    name = quote(_remark(user, inbound, host), safe="")
    if inbound.protocol == "shadowsocks":
        secret = base64.b64encode(f"{settings['method']}:{settings['password']}".encode()).decode()
        return f"ss://{secret}@{place}#{name}"
    secret = settings.get("id") or settings["password"]
    return f"{inbound.protocol}://{secret}@{place}?{_parameters(settings, inbound)}#{name}"


def _parameters(settings: dict[str, str], inbound: Inbound) -> str:
    parameters = [f"security={inbound.tls}", f"type={inbound.network}", "headerType="]
    if inbound.tls == "reality" and settings.get("flow"):
        parameters.append(f"flow={settings['flow']}")
    parameters += ["path=", "host=", *(f"{name}={value}" for name, value in inbound.reality)]
    return "&".join(parameters)


def _remark(user: PanelUser, inbound: Inbound, host: Host) -> str:
    return (
        host.remark.replace("{USERNAME}", user.username)
        .replace("{PROTOCOL}", TITLES[inbound.protocol])
        .replace("{TRANSPORT}", inbound.network)
    )
