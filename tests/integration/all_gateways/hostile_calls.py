"""Hostile calls of a webhook, drawn from a seed: forged, recorded, changed on their way, cut off, or nonsense."""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from random import Random

from tests.integration.all_gateways.asgi_call import Header, Request
from tests.integration.all_gateways.hostile_target import Target

REFUSED = frozenset({307, 400, 401, 404, 405, 413, None})
"""How a hostile call may end. None: the caller left; 307: the address without a slash is another one."""
TAKEN = REFUSED | {200}
"""How a call may end that repeats true news, or lies at an address that only the provider is told."""


@dataclass(frozen=True, slots=True)
class HostileCall:
    """A request of one *kind*, how it may end, and the signatures that the shop expects of its body."""

    kind: str
    target: Target
    request: Request
    ends: frozenset[int | None] = REFUSED
    expected: tuple[str, ...] = ()


Made = Callable[[Random, Target], Request | None]
"""Draws a request of its kind; None where the kind doesn't fit the target."""


def hostile_calls(seed: int, targets: tuple[Target, ...]) -> Iterator[HostileCall]:
    """Calls without end, each kind at each target in turn."""
    for number in count():
        chance = Random(f"{seed}/{number}")
        kind, made = KINDS[number % len(KINDS)]
        target = targets[number // len(KINDS) % len(targets)]
        request = made(chance, target)
        if request is None:
            continue
        given = b"\n".join(value for _, value in request.headers).decode("utf-8", "replace")
        expected = target.expected(b"".join(request.chunks), given)
        yield HostileCall(kind, target, request, TAKEN if kind in _HARMLESS else REFUSED, expected)


def sent(target: Target, body: bytes, headers: Mapping[str, str], **how: object) -> Request:
    """*body* at the address of *target*."""
    return replace(Request(target.path, _raw(headers), (body,)), **how)  # type: ignore[arg-type]


def _raw(headers: Mapping[str, str]) -> tuple[Header, ...]:
    usual = ((b"content-type", b"application/json"), (b"host", b"shop.example"))
    return (*usual, *((name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in headers.items()))


def _with_signature(change: Callable[[Random, str], str]) -> Made:
    """A true body whose right headers are changed; where nothing is signed, there is nothing to forge."""

    def made(chance: Random, target: Target) -> Request | None:
        if target.signed is None:
            return None
        body = target.body(chance)
        return sent(target, body, {name: change(chance, value) for name, value in target.signed(body).items()})

    return made


def _one_digit(chance: Random, value: str) -> str:
    place = len(value) - 1 - chance.randrange(16)
    return (
        value[:place]
        + chance.choice([digit for digit in "0123456789abcdef" if digit != value[place]])
        + value[place + 1 :]
    )


def _random_digits(chance: Random, value: str) -> str:
    return value[:-16] + f"{chance.getrandbits(64):016x}"


def _other_digits(chance: Random, value: str) -> str:
    """The same digits in another alphabet."""
    start = chance.choice((0x0660, 0x06F0, 0xFF10, 0x1D7CE))
    changed = "".join(chr(start + int(char)) if char in "0123456789" else char for char in value)
    return changed if changed != value else value + "٠"


def _without_signature(chance: Random, target: Target) -> Request | None:
    return sent(target, target.body(chance), {}) if target.signed else None


def _of_another_body(chance: Random, target: Target) -> Request | None:
    if target.recorded is None or target.signed is None:
        return None  # A secret that isn't a signature is right for every body.
    return sent(target, target.body(chance), target.signed(target.body(chance)))


def _of_another_shop(chance: Random, target: Target) -> Request | None:
    body = target.body(chance)
    return sent(target, body, target.foreign(body)) if target.foreign else None


def _twice(chance: Random, target: Target) -> Request | None:
    if target.signed is None:
        return None
    body = target.body(chance)
    right, wrong = _raw(target.signed(body)), _raw(dict.fromkeys(target.signed(body), "0" * 64))
    return Request(target.path, (*right, *(right[2:] if chance.random() < 0.5 else wrong[2:])), (body,))


def _in_the_query(chance: Random, target: Target) -> Request | None:
    if target.signed is None:
        return None
    body = target.body(chance)
    query = "&".join(f"{name}={value}" for name, value in target.signed(body).items())
    return Request(target.path, _raw({}), (body,), query=query.encode())


def _bytes_that_are_no_text(chance: Random, target: Target) -> Request | None:
    if target.signed is None:
        return None
    body = target.body(chance)
    names = [name.encode() for name in target.signed(body)]
    return Request(target.path, tuple((name, chance.randbytes(chance.randint(0, 90))) for name in names), (body,))


def _written_otherwise(chance: Random, target: Target) -> Request | None:
    """The same JSON in other bytes, with the signature of the first ones."""
    if target.recorded is None or target.signed is None:
        return None
    body = target.body(chance)
    value = json.loads(body)
    otherwise = chance.choice(
        (
            json.dumps(value, separators=(",", ":")).encode(),
            json.dumps(value, indent=1).encode(),
            json.dumps(dict(reversed(value.items()))).encode(),
            body + b"\n",
            b" " + body,
            b"\xef\xbb\xbf" + body,
            body.decode().encode("utf-16"),
            body.replace(b"e", b"\\u0065", 1),
        )
    )
    return sent(target, otherwise, target.signed(body))


def _cut(chance: Random, target: Target) -> Request:
    """Cut on its way: the signature is that of the whole."""
    body = target.body(chance)
    return sent(target, body[: -chance.randint(1, len(body))], target.headers(body))


def _cut_and_signed(chance: Random, target: Target) -> Request:
    body = target.body(chance)
    short = body[: -chance.randint(1, len(body))]
    return sent(target, short, target.headers(short))


def _spoilt(chance: Random, target: Target) -> Request:
    """Rightly signed, and none of what its provider sends."""
    body = target.spoil(chance)
    return sent(target, body, target.headers(body))


def _noise(chance: Random, target: Target) -> Request:
    body = chance.randbytes(chance.randint(0, 300))
    return sent(target, body, target.headers(body))


def _huge(chance: Random, target: Target) -> Request:
    """More than any true request has, in one part or in many."""
    part = b" " * chance.choice((1024, 65_536))
    chunks = [target.body(chance), *[part] * (target.max_body_bytes // len(part) + 2)]
    headers = target.headers(b"".join(chunks)) if chance.random() < 0.5 else {}
    return Request(target.path, _raw(headers), chunks)


def _gzipped(chance: Random, target: Target) -> Request:
    body = target.body(chance)
    packed = gzip.compress(body * chance.choice((1, 500)), mtime=0)
    right = target.headers(body if chance.random() < 0.5 else packed)
    return Request(target.path, (*_raw(right), (b"content-encoding", b"gzip")), (packed,))


def _another_type(chance: Random, target: Target) -> Request:
    kind = chance.choice(
        (b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"text/xml", b"\xff")
    )
    body = b"payload=" + target.body(chance)
    return Request(target.path, (*_raw(target.headers(body))[1:], (b"content-type", kind)), (body,))


def _another_method(chance: Random, target: Target) -> Request:
    body = target.body(chance)
    method = chance.choice(("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post", "PROPFIND"))
    return sent(target, body, target.headers(body), method=method)


def _another_path(chance: Random, target: Target) -> Request:
    path = target.path
    others = (
        path + "/", path.upper(), "/" + path, path + "/..", path[:-1], path + "0", path + "%00", path + "\u0000",
        path.rpartition("/")[0], path.replace("/pay", "/pay/.", 1) if "/pay" in path else path + ";x",
        path[:-2] + f"{chance.getrandbits(8):02x}" + "g",
    )  # fmt: skip
    body = target.body(chance)
    return sent(target, body, target.headers(body), path=chance.choice(others))


def _broken_off(chance: Random, target: Target) -> Request:
    body = target.body(chance)
    some = body[: chance.randrange(len(body))]
    return sent(target, some, target.headers(body), breaks_off=True)


def _recorded(chance: Random, target: Target) -> Request | None:
    return sent(target, *target.recorded(chance)) if target.recorded else None


def _said_again(chance: Random, target: Target) -> Request | None:
    """True news of which the shop has known since the beginning."""
    if target.name == "telegram":
        return None
    body = target.body(Random("true news"))
    return sent(target, body, target.headers(body))


def _lie(chance: Random, target: Target) -> Request | None:
    """A well-formed lie at an address that only the provider should know."""
    return sent(target, target.body(chance), {}) if target.name == "yookassa" else None


KINDS: tuple[tuple[str, Made], ...] = (
    ("without a signature", _without_signature),
    ("one digit wrong", _with_signature(_one_digit)),
    ("random digits", _with_signature(_random_digits)),
    ("too short", _with_signature(lambda chance, value: value[: -chance.randint(1, len(value))])),
    ("too long", _with_signature(lambda chance, value: value + chance.choice("0af \t,;") * chance.randint(1, 40))),
    ("upper case", _with_signature(lambda chance, value: value.upper() if value.upper() != value else value + "A")),
    ("digits of another alphabet", _with_signature(_other_digits)),
    ("no text", _bytes_that_are_no_text),
    ("of another body", _of_another_body),
    ("of another shop", _of_another_shop),
    ("two signatures", _twice),
    ("in the query", _in_the_query),
    ("written otherwise", _written_otherwise),
    ("cut", _cut),
    ("cut and signed", _cut_and_signed),
    ("spoilt and signed", _spoilt),
    ("noise, signed", _noise),
    ("huge", _huge),
    ("gzipped", _gzipped),
    ("another content type", _another_type),
    ("another method", _another_method),
    ("another path", _another_path),
    ("broken off", _broken_off),
    ("recorded, or from the future", _recorded),
    ("true news again", _said_again),
    ("a lie at the secret address", _lie),
)
_HARMLESS = frozenset({"true news again", "a lie at the secret address"})
