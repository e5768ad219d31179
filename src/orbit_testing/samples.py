"""Sample records for the contract of the storage: valid, distinct, and the same in every run."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from orbit_domain.access.key import Key, unplaced
from orbit_domain.access.placement import Placement
from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.broadcast.broadcast import Broadcast
from orbit_domain.gift.gift import Gift, gift_hash
from orbit_domain.ids import (
    BroadcastId,
    CaseId,
    ClaimId,
    KeyId,
    Nonce,
    OrderId,
    PanelId,
    PaymentId,
    PayoutId,
    PlanCode,
    PromoCode,
    TelegramId,
)
from orbit_domain.ledger.ledger import REVENUE, Entry, EntryKind, Line, user_account
from orbit_domain.money import RUB, TON, Money, rub
from orbit_domain.node.fleet import Place
from orbit_domain.notice.invoice_message import InvoiceMessage
from orbit_domain.notice.notice import MoneyCredited
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.claim import ReceiptClaim
from orbit_domain.payment.inbox import InboxEntry
from orbit_domain.payment.payment import TON_METHOD, Payment, PaymentStatus
from orbit_domain.payment.payout import Payout, PayoutState
from orbit_domain.payment.payout_address import AddressLine, AddressStep
from orbit_domain.payment.ports import Rate
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.receipt import MemoResult, Receipt
from orbit_domain.payment.source_record import Comment, CommentKind, Meaning, SourceRecord
from orbit_domain.plan.plan import Plan, PlanTerms, seeded_plans
from orbit_domain.promo.promo import Promo, PromoKind
from orbit_domain.referral.referral import Referral
from orbit_domain.shop_chat.shop_chat import Place as ChatPlace
from orbit_domain.shop_chat.shop_chat import Purpose, ShopChat
from orbit_domain.shop_setting.setting import StoredSetting
from orbit_domain.subscription_link.device import LinkDevice
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.good_copy import GoodCopy
from orbit_domain.subscription_link.link import SubscriptionLink, token_hash
from orbit_domain.support.case import Case, CaseMessage, CaseSubject
from orbit_domain.user.user import NewUser

ALICE = TelegramId(1001)
BORIS = TelegramId(1002)
UNKNOWN_USER = TelegramId(4040)
NOW = datetime(2026, 11, 5, 12, 30, 15, 123456, tzinfo=UTC)
"""With microseconds, which must be stored."""

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SOURCE = "ton:testnet:0:" + "A" * 64
HUGE = 2**120
"""More units than fit into 64 bits."""

SEEDED_PLANS = seeded_plans(RUB)
TERMS = PlanTerms(PlanCode("sub_1m"), {"ru": "1 месяц", "en": "1 month"}, 30, 50 * 1024**3, 2)


def identity(number: int) -> UUID:
    """The *number*-th UUID; larger numbers sort later."""
    return UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + number)


def new_user(tg_id: TelegramId = ALICE, **changes: Any) -> NewUser:
    """A first /start."""
    return replace(NewUser(tg_id, f"user_{tg_id}", "ru", None, NOW), **changes)


def plan(code: str = "sub_1m", position: int = 1, **changes: Any) -> Plan:
    """An offer."""
    return replace(Plan(replace(TERMS, code=PlanCode(code)), rub(12_900), position), **changes)


def order(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> Order:
    """The *number*-th open order, made *number* minutes after NOW."""
    made_at = NOW + number * MINUTE
    made = Order(
        OrderId(identity(number)), tg_id, Nonce(f"nonce-{number}"), TERMS, rub(12_900), OrderState.OPEN, made_at
    )
    return replace(made, **changes)


def promo(code: str = "SPRING", **changes: Any) -> Promo:
    """A code for a fifth off, made at NOW."""
    return replace(Promo(PromoCode(code), PromoKind.PERCENT, 20, NOW), **changes)


def referral(**changes: Any) -> Referral:
    """What Boris's second order may earn Alice, due at NOW."""
    return replace(Referral(BORIS, ALICE, OrderId(identity(2)), NOW), **changes)


def given(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> Order:
    """The *number*-th order, a gift that is paid at NOW and that nobody has taken."""
    return replace(order(number, tg_id), **{"is_gift": True, "state": OrderState.PAID, "paid_at": NOW, **changes})


def gift_of(number: int = 1, **changes: Any) -> Gift:
    """What belongs to the *number*-th order, when that is a gift."""
    made = Gift(OrderId(identity(number)), gift_hash(f"code-{number}"), f"sealed-{number}", "Алиса 🎈", NOW, "С днём!")
    return replace(made, **changes)


def payment(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> Payment:
    """The *number*-th payment, pending, made *number* minutes after NOW and open for an hour."""
    at = NOW + number * MINUTE
    quote = Quote(rub(12_900), Money(1_234_000_000, TON), Fraction(12_900, 1_233_999_001), "two sources", at, at + HOUR)
    made = Payment(
        id=PaymentId(identity(number)),
        tg_id=tg_id,
        method=TON_METHOD,
        amount=rub(12_900),
        quote=quote,
        comment=f"ORB{number:011}",
        order_id=None,
        status=PaymentStatus.PENDING,
        created_at=at,
        expires_at=at + HOUR,
        source=SOURCE,
    )
    return replace(made, **changes)


def inbox_entry(number: int = 1, **changes: Any) -> InboxEntry:
    """The *number*-th update that speaks of money, received *number* minutes after NOW."""
    return replace(InboxEntry("telegram:1", f"paid:{number}", '{"update_id": 1}', NOW + number * MINUTE), **changes)


def invoice_message(number: int = 1, **changes: Any) -> InvoiceMessage:
    """The message of the *number*-th payment, shown at NOW."""
    return replace(InvoiceMessage(PaymentId(identity(number)), ALICE, 100 + number, NOW), **changes)


def receipt(number: int = 1, **changes: Any) -> Receipt:
    """The *number*-th receipt, without a user, *number* minutes after NOW."""
    at = NOW + number * MINUTE
    amount = Money(1_000_000_000 + number, TON)
    arrived = Receipt("ton:A", str(number), "ton", amount, None, None, MemoResult.GARBLED, "for VPN", at, at + MINUTE)
    return replace(arrived, **changes)


def receipt_claim(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> ReceiptClaim:
    """The *number*-th open claim, on a transfer that hasn't arrived, made *number* minutes after NOW."""
    name = f"{number:064x}"
    claim = ReceiptClaim(ClaimId(identity(number)), tg_id, SOURCE, name, f"link to {name}", NOW + number * MINUTE)
    return replace(claim, **changes)


def payout(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> Payout:
    """The *number*-th payout, which waits for its transfer; it gives the *number*-th payment back."""
    made = Payout(
        id=PayoutId(identity(number)),
        payment_id=payment(number).id,
        tg_id=tg_id,
        method=TON_METHOD,
        amount=Money(1_000_000_000 + number, TON),
        destination="0:" + "C" * 64,
        comment=f"REF{number:011d}",
        state=PayoutState.WAITING,
        created_at=NOW + number * MINUTE,
        actor="cli:owner",
    )
    return replace(made, **changes)


def broadcast(number: int = 1, **changes: Any) -> Broadcast:
    """The *number*-th broadcast, a draft for everyone, made at NOW."""
    made = Broadcast(
        BroadcastId(identity(number)), ALICE, f"<b>{number}</b> 🎁", Audience(Segment.EVERYONE), number, NOW
    )
    return replace(made, **changes)


def stored_setting(name: str = "terms", value: str = "https://shop.example/terms") -> StoredSetting:
    """A setting that the owner has changed at NOW."""
    return StoredSetting(name, value, NOW, "telegram:1001")


def shop_chat(purpose: Purpose = Purpose.EVENTS, **changes: Any) -> ShopChat:
    """A topic of a forum, chosen at NOW."""
    place = ChatPlace(-1_001_000_000_001, 7, "Staff <b>", is_forum=True)
    return replace(ShopChat(purpose, place, ALICE, NOW, NOW), **changes)


def case(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> Case:
    """The *number*-th case, opened *number* minutes after NOW, which waits since then."""
    at = NOW + number * MINUTE
    made = Case(CaseId(identity(number)), tg_id, CaseSubject.QUESTION, at, at, waiting_since=at)
    return replace(made, **changes)


def case_message(number: int = 1, of: int = 1, **changes: Any) -> CaseMessage:
    """The *number*-th message of the *of*-th case, written by its customer."""
    made = CaseMessage(identity(number), CaseId(identity(of)), None, f"Text {number}", NOW + number * MINUTE)
    return replace(made, **changes)


def address_line(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> AddressLine:
    """The first line about where the *number*-th payment goes back, a question."""
    why = "the customer asked"
    made = AddressLine(payment(number).id, 1, tg_id, AddressStep.ASKED, "cli:owner", NOW, reason=why)
    return replace(made, **changes)


def source_record(number: int = 1, **changes: Any) -> SourceRecord:
    """The *number*-th record of an account on a chain, a deposit of one coin, *number* minutes after NOW."""
    digest = f"{number:064x}"
    made = SourceRecord(
        source=SOURCE,
        external_id=str(number),
        digest=digest,
        position=f"{number}:{digest}",
        amount=Money(1_000_000_000, TON),
        kind="deposit",
        meaning=Meaning.DEPOSIT,
        sender="0:" + "B" * 64,
        comment=Comment(CommentKind.TEXT, "ORB00000000001"),
        occurred_at=NOW + number * MINUTE,
        raw='{"exact": 1.10}',
    )
    return replace(made, **changes)


def rate(number: int = 1, **changes: Any) -> Rate:
    """The *number*-th rate, accepted *number* minutes after NOW."""
    return replace(Rate(Fraction(12_900 + number, 10**9), "two sources", NOW + number * MINUTE), **changes)


def gift(
    number: int, units: int, tg_id: TelegramId = ALICE, kind: EntryKind = EntryKind.CREDIT, ref: str = ""
) -> Entry:
    """The *number*-th entry that moves *units* kopecks between a user and the shop; negative ones leave the user."""
    lines = (Line(user_account(tg_id), units, RUB), Line(REVENUE, -units, RUB))
    return Entry(kind, ref or f"gift:{number}", lines, NOW + number * MINUTE, "system", f"gift {number}")


_OF_HOME = {field.name for field in fields(Placement)} - {"number"}


def key(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> Key:
    """The *number*-th key, unconfirmed and due at once; *changes* are those of the key and of its home."""
    made_at = NOW + number * MINUTE
    of_home = {name: changes.pop(name) for name in _OF_HOME & changes.keys()}
    made = Key(
        id=KeyId(identity(number)),
        tg_id=tg_id,
        name="Orbit",
        number=number,
        credential=identity(9_000 + number),
        expires_at=NOW + 30 * 24 * HOUR,
        traffic_bytes=50 * 1024**3,
        created_at=made_at,
        placements=tuple(replace(one, **of_home) for one in unplaced(tg_id, number, made_at)),
    )
    return replace(made, **changes)


def placed(one: Key, panel: str = "m1", node: str = "n", groups: tuple[str, ...] = ()) -> Key:
    """The key *one* at that place, due as before."""
    return one.place(Place(PanelId(panel), node, groups), one.home.next_attempt_at or NOW)


def message(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> OutboxMessage:
    """The *number*-th outbox message, due *number* minutes after NOW."""
    notice = MoneyCredited(number, number, None, 0)
    made = OutboxMessage(identity(number), tg_id, f"dedupe-{number}", notice, NOW + number * MINUTE)
    return replace(made, **changes)


def subscription_link(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> SubscriptionLink:
    """The link with the *number*-th token, issued *number* minutes after NOW."""
    link = SubscriptionLink(tg_id, token_hash(f"token-{number}"), f"sealed-{number}", NOW + number * MINUTE)
    return replace(link, **changes)


def good_copy(number: int = 1, **changes: Any) -> GoodCopy:
    """A copy of the *number*-th key's share links, fetched *number* minutes after NOW."""
    at, panel = NOW + number * MINUTE, PanelId("m1")
    return replace(GoodCopy(key(number).id, SubscriptionFormat.LINKS, f"sealed-{number}", panel, number, at), **changes)


def link_device(number: int = 1, tg_id: TelegramId = ALICE, **changes: Any) -> LinkDevice:
    """The *number*-th device, seen once, *number* minutes after NOW."""
    at = NOW + number * MINUTE
    return replace(LinkDevice(tg_id, f"{number:064x}", f"Phone {number}", at, at), **changes)
