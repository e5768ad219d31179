"""Bodies of subscriptions, read with suspicion: a panel may answer anything at all with status 200."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orbit_adapters.subscription_content.nodes import is_link, is_real_host, leads_somewhere, unpadded
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.ports import BadContent

_PROXIES = re.compile(r"^proxies:", re.MULTILINE)
_SERVER = re.compile(r"""(?:^|[\s{,])["']?server["']?:\s*["']?([^\s"',}]+)""", re.MULTILINE)
_MAX_PARTS = 2_000


class FormatReader:
    """The port `ContentReader`."""

    def read(self, wanted: SubscriptionFormat, body: bytes) -> tuple[str, ...]:
        """The parts of *body*, if there is a real node among them. Raises BadContent."""
        try:
            parts = tuple(_READERS[wanted](body.decode("utf-8-sig")))
        except (ValueError, RecursionError):
            parts = ()
        if not parts or len(parts) > _MAX_PARTS:
            raise BadContent(f"no {wanted} with a node that could work")
        return parts


def _links(text: str) -> Iterable[str]:
    """The share links, byte for byte; without comments, web addresses and blank lines."""
    plain = text if "://" in text else unpadded(text).decode()
    links = [line.strip() for line in plain.splitlines() if is_link(line.strip())]
    return links if any(map(leads_somewhere, links)) else ()


def _xray(text: str) -> Iterable[str]:
    """Each configuration, as compact text."""
    found = json.loads(text)
    configs = found if isinstance(found, list) else [found]
    if not all(isinstance(config, dict) for config in configs):
        return ()
    real = any(is_real_host(host) for config in configs for host in _xray_hosts(config))
    return [json.dumps(config, ensure_ascii=False, separators=(",", ":")) for config in configs] if real else ()


def _sing_box(text: str) -> Iterable[str]:
    config = json.loads(text)
    outbounds = config.get("outbounds") if isinstance(config, dict) else None
    return [text] if any(is_real_host(one.get("server")) for one in _objects(outbounds)) else ()


def _clash(text: str) -> Iterable[str]:
    """Looked through, not parsed: YAML can do more than is wise, and the app reads it anyway."""
    start = _PROXIES.search(text)
    return [text] if start and any(map(is_real_host, _SERVER.findall(text, start.end()))) else ()


def _xray_hosts(config: Mapping[str, Any]) -> Iterable[object]:
    for outbound in _objects(config.get("outbounds")):
        settings = outbound.get("settings")
        if isinstance(settings, dict):
            yield settings.get("address")
            for server in (*_objects(settings.get("vnext")), *_objects(settings.get("servers"))):
                yield server.get("address")


def _objects(value: object) -> tuple[Mapping[str, Any], ...]:
    return tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


_READERS: Mapping[SubscriptionFormat, Callable[[str], Iterable[str]]] = {
    SubscriptionFormat.LINKS: _links,
    SubscriptionFormat.XRAY_JSON: _xray,
    SubscriptionFormat.SING_BOX: _sing_box,
    SubscriptionFormat.CLASH_META: _clash,
    SubscriptionFormat.CLASH: _clash,
}
