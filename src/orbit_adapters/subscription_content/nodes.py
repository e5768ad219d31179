"""Which share links and servers could work. Panels send nodes that say something and lead nowhere."""

import base64
import binascii
import json
import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_LINK = re.compile(r"[a-z][a-z0-9+.-]{1,15}://[^\s<>]+")
_NO_NODES = frozenset({"http", "https", "happ", "incy"})
"""Apps fetch web addresses in a list as further subscriptions; the others are commands to one app."""
_NOWHERE = frozenset({"", "localhost"})
_ZERO_ID = "00000000-0000-0000-0000-000000000000"


def unpadded(text: str) -> bytes:
    """*text* from base64 of either alphabet, with or without padding. Raises ValueError."""
    plain = "".join(text.split()).rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def is_link(line: str) -> bool:
    """Whether *line* is a share link of one server."""
    return _LINK.fullmatch(line) is not None and line.partition("://")[0] not in _NO_NODES


def leads_somewhere(link: str) -> bool:
    """Whether the share *link* names a server, and not a placeholder that says something by its name."""
    try:
        host, port, user = _parts(link)
    except (ValueError, RecursionError):
        return False
    return is_real_host(host) and port != 1 and user != _ZERO_ID


def is_real_host(host: object) -> bool:
    """Whether *host* may be a server: not this machine, and not nothing."""
    if not isinstance(host, str) or host.casefold() in _NOWHERE:
        return False
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return True
    return not (address.is_loopback or address.is_unspecified)


def _parts(link: str) -> tuple[object, object, object]:
    scheme, _, rest = link.partition("://")
    if scheme == "vmess":
        server = json.loads(unpadded(rest.partition("#")[0]))
        if not isinstance(server, dict):
            raise ValueError("no server")
        return server.get("add"), int(str(server.get("port"))), server.get("id")
    split = urlsplit(link)
    return split.hostname, split.port, split.username
