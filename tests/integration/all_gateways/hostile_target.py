"""A webhook of the shop as its attackers see it: the address, true requests, and the secrets behind them."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from orbit_entry.bot.webhook import BODY_MAX_BYTES
from orbit_entry.bot.webhook import PATH as TELEGRAM_PATH
from orbit_sandbox.bank.push import signature as bank_signature
from orbit_sandbox.bank.sim_bank import KEY, WEBHOOK_SECRET
from orbit_sandbox.cryptopay.push import signature as cryptopay_signature
from orbit_sandbox.cryptopay.sim_cryptopay import TOKEN, iso
from orbit_sandbox.yookassa.sim_yookassa import SECRET_KEY
from tests.integration.all_gateways.way_to_pay import WayToPay
from tests.support.clock import FakeClock

TELEGRAM_SECRET = "a-telegram-secret-of-the-shop"
STRANGER = 77


@dataclass(frozen=True, slots=True)
class Target:
    """One webhook. *signed* gives the right headers for a body now, *foreign* those of another shop with its own key.

    *spoil* makes bodies that the provider would never send, though they are signed rightly. *recorded* is a request
    from too long ago, or from the future. Without *signed* nothing but the address is secret.
    """

    name: str
    path: str
    max_body_bytes: int
    body: Callable[[Random], bytes]
    signed: Callable[[bytes], Mapping[str, str]] | None
    foreign: Callable[[bytes], Mapping[str, str]] | None
    recorded: Callable[[Random], tuple[bytes, Mapping[str, str]]] | None
    spoil: Callable[[Random], bytes]
    secrets: tuple[str, ...]

    def headers(self, body: bytes) -> Mapping[str, str]:
        """The right headers for *body*."""
        return self.signed(body) if self.signed else {}

    def expected(self, body: bytes, given: str) -> tuple[str, ...]:
        """What would have been right for *body*, also at the times that the headers *given* claim."""
        claimed = [int(seconds) for seconds in re.findall(r"t=([0-9]{1,10})(?![0-9])", given, re.ASCII)]
        right = [*self.headers(body).values(), *(bank_signature(body, at) for at in claimed if self.name == "bank")]
        return tuple(value.rpartition("v1=")[2] for value in right)


# Values that a careless reader would take for a name or a whole number.
ODD = (
    7.0, 1.5e300, "7", "", True, None, [], {}, ["x"], {"id": "x"}, -1, 2**70, "٧", "１２", "e\u0000", "\ud800", "é" * 9,
    "x" * 200, "a b", "evt\n", "../../x",
)  # fmt: skip
RAW_ODD = (b"NaN", b"Infinity", b"1e3", b"1.0", b"-0", b"0x7", b"07", b"9" * 5000, b"'x'", b"", b"+7", "٧".encode())
NO_JSON = (
    b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b"\xef\xbb\xbf{}", b"<xml/>", b"a=b&c=d", b"{}" * 2,
    b'{"a":' * 3000 + b"1" + b"}" * 3000, b"[" * 9000,
)  # fmt: skip


def bank_target(way: WayToPay, clock: FakeClock) -> Target:
    """The bank's webhook."""

    def body(chance: Random) -> bytes:
        return json.dumps({"id": f"evt_{chance.getrandbits(64):016x}", "type": "receipt.paid"}).encode()

    def recorded(chance: Random) -> tuple[bytes, Mapping[str, str]]:
        sent, at = body(chance), int(clock.now().timestamp()) + chance.choice((-1, 1)) * chance.randint(301, 10**8)
        return sent, {"bank-signature": bank_signature(sent, at)}

    def foreign(sent: bytes) -> Mapping[str, str]:
        return {"bank-signature": bank_signature(sent, int(clock.now().timestamp()), "the-secret-of-another-shop")}

    return Target(
        "bank", "/pay/bank", 16 * 1024, body, way.headers, foreign, recorded,
        lambda chance: _spoilt(chance, {"id": "evt_1", "type": "receipt.paid"}, ("id",)), (KEY, WEBHOOK_SECRET),
    )  # fmt: skip


def cryptopay_target(way: WayToPay, clock: FakeClock) -> Target:
    """Crypto Pay's webhook."""

    def update(chance: Random, ahead: timedelta = timedelta(0)) -> dict[str, object]:
        invoice = {"invoice_id": chance.randrange(10**9), "status": "paid", "amount": "129"}
        at = iso(clock.now() + ahead)
        return {"update_id": 1, "update_type": "invoice_paid", "request_date": at, "payload": invoice}

    def recorded(chance: Random) -> tuple[bytes, Mapping[str, str]]:
        old = update(chance, timedelta(seconds=chance.choice((-1, 1)) * chance.randint(3_601, 10**8)))
        return (sent := json.dumps(old).encode()), way.headers(sent)

    def foreign(sent: bytes) -> Mapping[str, str]:
        return {"crypto-pay-api-signature": cryptopay_signature(sent, "54321:another-app")}

    def spoil(chance: Random) -> bytes:
        true = update(chance)
        if chance.random() < 0.5:
            return _spoilt(chance, true, ("update_type", "request_date", "payload"))
        true["payload"] = json.loads(_spoilt(chance, dict(true["payload"]), ("invoice_id",), False))  # type: ignore[call-overload]
        return json.dumps(true).encode()

    return Target(
        "cryptopay", "/pay/cryptopay", 64 * 1024, lambda chance: json.dumps(update(chance)).encode(), way.headers,
        foreign, recorded, spoil, (TOKEN, hashlib.sha256(TOKEN.encode()).hexdigest()),
    )  # fmt: skip


def yookassa_target(way: WayToPay) -> Target:
    """YooKassa's address, which alone is secret. What is sent there is kept, and believed in nothing."""
    assert way.webhook is not None

    def body(chance: Random) -> bytes:
        thing = {"id": f"{chance.getrandbits(32):08x}-000f", "status": "succeeded", "paid": True}
        return json.dumps({"type": "notification", "event": "payment.succeeded", "object": thing}).encode()

    def spoil(chance: Random) -> bytes:
        return _spoilt(chance, json.loads(body(chance)), ("type", "event", "object"))

    path = way.webhook.path
    return Target("yookassa", path, 64 * 1024, body, None, None, None, spoil, (SECRET_KEY, path.rpartition("/")[2]))


def telegram_target() -> Target:
    """Telegram's webhook, whose requests carry a secret and no signature."""

    def body(chance: Random) -> bytes:
        sender = {"id": STRANGER, "is_bot": False, "first_name": "Eve"}
        chat = {"id": STRANGER, "type": "private", "first_name": "Eve"}
        message = {"message_id": 1, "date": 1_790_000_000, "chat": chat, "from": sender, "text": "/start"}
        return json.dumps({"update_id": chance.randrange(10**9), "message": message}).encode()

    def spoil(chance: Random) -> bytes:
        return chance.choice(NO_JSON) if chance.random() < 0.5 else body(chance)[: -chance.randint(1, 40)]

    secret_header = "x-telegram-bot-api-secret-token"
    return Target(
        "telegram", TELEGRAM_PATH, BODY_MAX_BYTES, body, lambda _: {secret_header: TELEGRAM_SECRET},
        lambda _: {secret_header: hmac.new(b"another", b"shop", hashlib.sha256).hexdigest()}, None, spoil,
        (TELEGRAM_SECRET,),
    )  # fmt: skip


def _spoilt(chance: Random, true: dict[str, object], fields: tuple[str, ...], may_be_no_json: bool = True) -> bytes:
    """*true* with an odd value in one of *fields*, without it, with it twice, or no JSON at all."""
    field = chance.choice(fields)
    left = {name: value for name, value in true.items() if name != field}
    kind = chance.randrange(5 if may_be_no_json else 2)
    if kind == 0:
        return json.dumps(left).encode()
    if kind == 1:
        return json.dumps(left | {field: chance.choice([odd for odd in ODD if not _is_fine(field, odd)])}).encode()
    if kind == 2:
        return json.dumps(left).encode()[:-1] + b', "' + field.encode() + b'": ' + chance.choice(RAW_ODD) + b"}"
    if kind == 3:
        again = json.dumps({field: true[field]}).encode()[1:]
        return json.dumps(true).encode()[:-1] + b", " + again
    return chance.choice(NO_JSON)


def _is_fine(field: str, odd: object) -> bool:
    """Whether *odd* is right in *field* after all."""
    return (field in ("id", "update_type") and odd == "7") or (field == "object" and odd == {"id": "x"})
