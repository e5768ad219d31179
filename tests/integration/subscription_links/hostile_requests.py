"""Hostile requests of subscription links, drawn from a seed: forged, bombed, encoded, or simply odd."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from urllib.parse import quote

from orbit_domain.subscription_link.link import TOKEN_BITS, new_token
from tests.integration.all_gateways.asgi_call import Header, Request

GONE = frozenset({404, 429})
"""How a request at a link that nobody has may end."""
REFUSED = GONE | {405}
ELSEWHERE = GONE | {307}
"""307: slashes too many lead to the same link without them, whether anybody has it or not."""
BOMBED = frozenset({431})
OWN = frozenset({200, 429})
"""How a request at the attacker's own link may end."""

GUESSING = "203.0.113.7"
"""The one address that asks most."""

APPS = ("v2rayNG/1.9", "SFA/1.12", "clash-verge/v2", "Happ/3.1/ios/1", "Mozilla/5.0", "TelegramBot", "")
METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "GET\u0000")
ODD_TOKENS = (
    "x", ".", "..", "%2e%2e", "*", "%", "\u0000", "\r\nx: 1", "\ud800", "\u202e", "٧" * 32, "A" * 60_000, "é" * 32, "?",
    "' OR 1=1 --", "{{7*7}}", "${jndi:ldap:x}", "null", "index.html", "list", "%s%n", "\\", "A" * 31, "A" * 33,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Links:
    """What an attacker aims at: a customer's *token*, one that was *replaced*, and the *own* one he has paid for."""

    token: str
    replaced: str
    own: str


@dataclass(frozen=True, slots=True)
class HostileRequest:
    """A request of one *kind*, and how it may end."""

    kind: str
    request: Request
    ends: frozenset[int]


Made = Callable[[Random, Links], Request]


def hostile_requests(seed: int, links: Links) -> Iterator[HostileRequest]:
    """Requests without end, each kind in turn, from places all over the world and from one."""
    for number in count():
        chance = Random(f"{seed}/{number}")
        kind, made, ends = KINDS[number % len(KINDS)]
        request = replace(made(chance, links), address=_address(chance))
        yield HostileRequest(kind, request, ends)


def at(path: str, *headers: Header, agent: str | bytes = "v2rayNG/1.9", method: str = "GET") -> Request:
    """A request of *path* as an app sends it."""
    name = agent if isinstance(agent, bytes) else agent.encode()
    return Request(path, ((b"host", b"keys.shop.test"), (b"user-agent", name), *headers), method=method)


def _address(chance: Random) -> str:
    kind = chance.randrange(4)
    if kind == 0:
        return GUESSING
    if kind == 1:  # One customer of a provider: as many addresses as he likes.
        return f"2001:db8::{chance.getrandbits(16):x}:{chance.getrandbits(16):x}"
    if kind == 2:
        return ".".join(f"{chance.randrange(256)}" for _ in range(4))
    return chance.choice(("", "unix:", "nonsense", "2001:db8:ffff::1%eth0", "\ud800"))


def _app(chance: Random) -> str:
    return chance.choice(APPS)


def _forged(chance: Random, links: Links) -> Request:
    return at(f"/s/{new_token(chance.getrandbits(TOKEN_BITS))}", agent=_app(chance))


def _nearly(chance: Random, links: Links) -> Request:
    """The customer's token with one character changed, lost, added, or in another case."""
    token, place = links.token, chance.randrange(len(links.token))
    flipped = next(char for char in (token[place].swapcase(), "A", "B") if char != token[place])
    others = (
        token[:place] + flipped + token[place + 1 :], token[:place] + token[place + 1 :], token + "=", token + "\u0000",
        token[:place] + "\u200b" + token[place:], " " + token, token[::-1], token + token, token[:place] + "%00",
    )  # fmt: skip
    return at(f"/s/{chance.choice([other for other in others if other != token])}", agent=_app(chance))


def _replaced(chance: Random, links: Links) -> Request:
    return at(f"/s/{links.replaced}", agent=_app(chance))


def _odd(chance: Random, links: Links) -> Request:
    return at(f"/s/{chance.choice(ODD_TOKENS)}", agent=_app(chance))


def _noise(chance: Random, links: Links) -> Request:
    noise = "".join(chr(chance.randrange(0x2000)) for _ in range(chance.randint(1, 80)))
    return at(f"/s/{noise.replace('/', '') or 'x'}", agent=_app(chance))


def _another_path(chance: Random, links: Links) -> Request:
    """The customer's token where no link is: beside the path, encoded twice, below another one."""
    token = links.token
    paths = (
        f"/S/{token}", f"/s/{token}/info", f"/s//{token}", f"//s/{token}", f"/s/x/{token}", f"/s/../s/{token}", "/s",
        "/s/", f"/s/%{ord(token[0]):02x}{token[1:]}", f"/s/{quote('/' + token, safe='')}", f"/{token}", f"/s;{token}",
        f"/s\\{token}", f"/s/{token};x", f"/s/{token}//", f"/sub/{token}",
    )  # fmt: skip
    return at(chance.choice(paths), agent=_app(chance))


def _another_method(chance: Random, links: Links) -> Request:
    path = f"/s/{chance.choice((links.token, links.own, new_token(chance.getrandbits(TOKEN_BITS))))}"
    request = at(path, agent=_app(chance), method=chance.choice(METHODS))
    return replace(request, chunks=(chance.randbytes(200),) * chance.choice((1, 40)))


def _bomb(chance: Random, links: Links) -> Request:
    """More headers than any app sends: one of them long, or many; at a link that exists, too."""
    size = chance.choice((9_000, 60_000))
    parts = chance.choice((1, 20, 500))
    headers = tuple((b"x-%d" % part, b"a" * (size // parts)) for part in range(parts))
    return at(f"/s/{chance.choice((links.token, 'x'))}", *headers, agent=_app(chance))


def _unknown_agent(chance: Random, links: Links) -> Request:
    """At the attacker's own link: any words for the app, its language, its device and what it reads."""
    names = (b"accept", b"accept-language", b"x-device-os", b"x-device-model", b"x-ver-os", b"range", b"if-none-match")
    headers = tuple((name, _words(chance)) for name in names if chance.random() < 0.5)
    # No name of a device: who has the link may use up its places, as he may use the link.
    odd_device = (b"x-hwid", chance.choice((b"", b"x", b"\xff" * 9, b"a" * 500, b"<script>")))
    request = at(f"/s/{links.own}", *headers, odd_device, agent=_words(chance))
    return replace(request, query=b"lang=" + _words(chance), method=chance.choice(("GET", "GET", "HEAD")))


def _words(chance: Random) -> bytes:
    return chance.choice(
        (
            chance.randbytes(chance.randint(0, 60)),
            b"a" * 600,
            b"Mozilla/5.0 " + chance.randbytes(8),
            b"clash" * 40,
            b"sing-box 99999999999999999999.\xff",
            b"v2rayN/" + b"9" * 300,
            b"ru;q=1e999,*;q=nan",
            b"text/html;" + b"q=0." * 50,
            b"{jndi:ldap://x}%s%n\x1b[31m",
        )
    )


KINDS: tuple[tuple[str, Made, frozenset[int]], ...] = (
    ("forged", _forged, GONE),
    ("nearly right", _nearly, GONE),
    ("replaced", _replaced, GONE),
    ("odd", _odd, GONE),
    ("noise", _noise, GONE),
    ("another path", _another_path, ELSEWHERE),
    ("another method", _another_method, REFUSED),
    ("header bomb", _bomb, BOMBED),
    ("unknown agent", _unknown_agent, OWN),
)
