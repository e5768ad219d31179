"""Whole configurations as Marzban writes them for apps: the share links of a user as outbounds and proxies."""

import base64
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit


def v2ray(links: Sequence[str]) -> str:
    """The share links, one a line, in base64."""
    return base64.b64encode("\n".join(links).encode()).decode()


def v2ray_json(links: Sequence[str]) -> str:
    """A configuration of Xray for each server."""
    configs = []
    for name, secret, host, port, protocol in map(_read, links):
        server = {"address": host, "port": port, "users": [{"id": secret, "encryption": "none"}]}
        outbound = {"tag": "proxy", "protocol": protocol, "settings": {"vnext": [server]}}
        configs.append({"remarks": name, "inbounds": [], "outbounds": [outbound]})
    return json.dumps(configs, indent=4)


def sing_box(links: Sequence[str]) -> str:
    """One configuration of sing-box, in which the user chooses."""
    nodes: list[dict[str, Any]] = [
        {"type": protocol, "tag": name, "server": host, "server_port": port, "uuid": secret}
        for name, secret, host, port, protocol in map(_read, links)
    ]
    choice = {"type": "selector", "tag": "proxy", "outbounds": [node["tag"] for node in nodes]}
    return json.dumps({"outbounds": [choice, *nodes]}, indent=4)


def clash(links: Sequence[str]) -> str:
    """One configuration of Clash, as its YAML."""
    lines = ["mixed-port: 7890", "mode: rule", "proxies:"]
    for name, secret, host, port, protocol in map(_read, links):
        lines += [f"- name: {json.dumps(name)}", f"  type: {protocol}", f"  server: {host}", f"  port: {port}"]
        lines += [f"  uuid: {secret}"]
    return "\n".join([*lines, "rules: []", ""])


def _read(link: str) -> tuple[str, str, str, int, str]:
    parts = urlsplit(link)
    return unquote(parts.fragment), parts.username or "", parts.hostname or "", parts.port or 0, parts.scheme


FORMS = {
    "v2ray": (v2ray, "text/plain"),
    "v2ray-json": (v2ray_json, "application/json"),
    "sing-box": (sing_box, "application/json"),
    "clash-meta": (clash, "text/yaml"),
    "clash": (clash, "text/yaml"),
}
"""What stands behind a token in a fixed form."""
