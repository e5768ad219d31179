"""Content as the body of an answer, and words in place of nodes: their names are all that every app shows."""

import base64
import json
from collections.abc import Sequence
from urllib.parse import quote

from orbit_domain.subscription_link.formats import SubscriptionFormat

_NOWHERE = "0.0.0.0"  # noqa: S104 - a server that nobody can take for a real one
_ZERO_ID = "00000000-0000-0000-0000-000000000000"
_YAML, _JSON = "text/yaml; charset=utf-8", "application/json; charset=utf-8"
_MEDIA_TYPES = {
    SubscriptionFormat.LINKS: "text/plain; charset=utf-8",
    SubscriptionFormat.XRAY_JSON: _JSON,
    SubscriptionFormat.SING_BOX: _JSON,
    SubscriptionFormat.CLASH_META: _YAML,
    SubscriptionFormat.CLASH: _YAML,
}


def media_type(wanted: SubscriptionFormat) -> str:
    """The `content-type` of a body in this format."""
    return _MEDIA_TYPES[wanted]


def body_of(wanted: SubscriptionFormat, parts: Sequence[str]) -> bytes:
    """The *parts* of a content as apps take them."""
    match wanted:
        case SubscriptionFormat.LINKS:
            return base64.b64encode("\n".join(parts).encode())
        case SubscriptionFormat.XRAY_JSON:
            return f"[{','.join(parts)}]".encode()
        case _:
            return parts[0].encode()


def words_as_nodes(wanted: SubscriptionFormat, words: Sequence[str]) -> tuple[str, ...]:
    """Parts of a content whose nodes are called as *words* say, and lead nowhere."""
    match wanted:
        case SubscriptionFormat.LINKS:
            return tuple(f"vless://{_ZERO_ID}@{_NOWHERE}:1?encryption=none&type=tcp#{quote(word)}" for word in words)
        case SubscriptionFormat.XRAY_JSON:
            return tuple(_xray(word) for word in words)
        case SubscriptionFormat.SING_BOX:
            return (_sing_box(words),)
        case _:
            return (_clash(words),)


def _xray(word: str) -> str:
    user = {"id": _ZERO_ID, "encryption": "none"}
    server = {"address": _NOWHERE, "port": 1, "users": [user]}
    outbound = {"tag": "proxy", "protocol": "vless", "settings": {"vnext": [server]}}
    return _json({"remarks": word, "outbounds": [outbound]})


def _sing_box(words: Sequence[str]) -> str:
    nodes = [{"type": "vless", "tag": word, "server": _NOWHERE, "server_port": 1, "uuid": _ZERO_ID} for word in words]
    choice = {"type": "selector", "tag": "proxy", "outbounds": list(words)}
    return _json({"outbounds": [choice, *nodes], "route": {"final": "proxy"}})


def _clash(words: Sequence[str]) -> str:
    """A kind of node that the oldest of these apps knows; values as JSON, which is YAML too."""
    nodes = [
        {"name": word, "type": "ss", "server": _NOWHERE, "port": 1, "cipher": "aes-128-gcm", "password": "-"}
        for word in words
    ]
    group = {"name": "Orbit", "type": "select", "proxies": list(words)}
    return f"proxies: {_json(nodes)}\nproxy-groups: {_json([group])}\nrules: {_json(['MATCH,Orbit'])}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
