"""Notices: facts that survive being stored, each recognisable by its kind, without a word in them."""

import json
import re
from dataclasses import FrozenInstanceError, asdict, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.notice.adjustment_asked import AdjustmentAsked
from orbit_domain.notice.announcement import Announcement, BroadcastOver
from orbit_domain.notice.backup_notices import ReplayEnded
from orbit_domain.notice.backup_overdue import BackupCopyOverdue, BackupOverdue
from orbit_domain.notice.balance_adjusted import BalanceAdjusted
from orbit_domain.notice.claim_notices import ClaimRejected
from orbit_domain.notice.days_granted import DaysGranted
from orbit_domain.notice.gift_notices import GiftAccepted, GiftTakenBack
from orbit_domain.notice.notice import (
    DeliveryDelayed,
    InvoiceChanged,
    KeyDelayed,
    KeyReady,
    MoneyCredited,
    MoneyUpdateReceived,
    Notice,
    OrderPaid,
    OrderRefunded,
    PaymentShort,
    PeriodEnding,
    ReceiptClaimed,
    ScanStopped,
    SettlementFailing,
    UnmatchedMoney,
)
from orbit_domain.notice.payout_notices import (
    PayoutAddressGiven,
    PayoutAddressWanted,
    PayoutProblem,
    PayoutReturned,
    PayoutSent,
)
from orbit_domain.notice.ports import NotifierError, RetryLater, Unreachable
from orbit_domain.notice.priority import Priority
from orbit_domain.notice.promo_notices import PromoWithdrawn
from orbit_domain.notice.questions import CustomerWrote, OwnerAnswered
from orbit_domain.notice.reader_notices import MoneyUnconfirmed, ReaderChanged
from orbit_domain.notice.referral_notices import ReferralReward
from orbit_domain.notice.renewal_notices import CardKept, CardNotCharged, NotRenewed, RecurrenceChanged, RenewalAnswered
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.notice.reversal_notices import MoneyReversed, MoneyTakenBack
from orbit_domain.notice.shop_notices import DaySummary, OrderHappened, ShopChatLost, StaffActed
from orbit_domain.notice.suspicious_transfer import SuspiciousTransfer
from orbit_domain.steps.notify import notify
from tests.support.world import CountedIds

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
KINDS: tuple[type, ...] = get_args(Notice)
_ID = UUID(int=7)
STORABLE = {str, int, bool, UUID, datetime, dict[str, str]}


def parts(hint: Any) -> set[Any]:
    """The plain types that a field may hold, without None; of a group of facts those of its fields."""
    if is_dataclass(hint):
        return set().union(*(parts(one) for one in get_type_hints(hint).values()))
    if get_origin(hint) is None or hint == dict[str, str]:
        return {hint} - {type(None), Ellipsis}
    return set().union(*(parts(part) for part in get_args(hint)))


@pytest.mark.parametrize("notice", KINDS, ids=lambda kind: kind.__name__)
def test_a_notice_is_known_by_its_kind(notice: type) -> None:
    """The kind that is stored with it is the name of its class, so a stored row finds its text again."""
    hint = get_type_hints(notice)["kind"]
    snake = re.sub(r"(?<=.)([A-Z])", r"_\1", notice.__name__).lower()
    assert (get_origin(hint), get_args(hint)) == (Literal, (snake,))
    assert next(field.default for field in fields(notice) if field.name == "kind") == snake


def test_no_two_notices_share_a_kind() -> None:
    """A stored notice is read back as what it was."""
    kinds = [get_args(get_type_hints(notice)["kind"])[0] for notice in KINDS]
    assert len(set(kinds)) == len(kinds) > 0


@pytest.mark.parametrize("notice", KINDS, ids=lambda kind: kind.__name__)
def test_a_notice_holds_only_facts_that_can_be_stored(notice: type) -> None:
    """Numbers, names, ids, times and titles: nothing that a row of the outbox couldn't hold, and no float."""
    assert is_dataclass(notice)
    hints = {field.name: get_type_hints(notice)[field.name] for field in fields(notice) if field.name != "kind"}
    assert set().union(*(parts(hint) for hint in hints.values())) <= STORABLE


@pytest.mark.parametrize("notice", KINDS, ids=lambda kind: kind.__name__)
def test_amounts_and_times_are_named_after_their_units(notice: type) -> None:
    """An amount ends in its unit and is whole, a time ends in `_at`, so that no text can mistake them."""
    for name, hint in get_type_hints(notice).items():
        if name.endswith(("_kopecks", "units")):
            assert parts(hint) == {int}, name
        assert (parts(hint) == {datetime}) == name.endswith("_at"), name


DEDUPE_KEYS = (
    (OrderPaid(_ID, "sub_1m", {}, 12_900, 0, "ton", NOON), f"paid:{_ID}"),
    (DaysGranted(_ID, 7, NOON, "why"), f"granted:{_ID}"),
    (AdjustmentAsked(_ID, 42, None, 7, "@a", "why"), f"asked:{_ID}:42"),
    (BalanceAdjusted(_ID, -5_000, 0, "why"), f"adjusted:{_ID}"),
    (OrderRefunded(_ID, "sub_1m", {}, 12_900, 12_900, NOON, is_over=True), f"refunded:{_ID}"),
    (KeyReady(_ID, "Orbit", "https://vpn.example.org", NOON, is_new=True, revision=3), f"key:{_ID}:3"),
    (PaymentShort(_ID, "TON", 5, 7, "ORB", NOON), f"short:{_ID}:5"),
    (InvoiceChanged(_ID, "expired", 5, 17), f"invoice:{_ID}:expired:5:17"),
    (MoneyCredited(1, 2, None, 0, "ton:0:AB|17"), "credited:ton:0:AB|17"),
    (PeriodEnding("one_day", NOON, None), "reminder:one_day:42:2026-11-21T12:00:00+00:00"),
    (UnmatchedMoney("ton:0:AB|17", "TON", 1, "", "missing", None), "unmatched:ton:0:AB|17"),
    (KeyDelayed(_ID, "sub_1m", {}, is_renewal=False), f"key_delayed:{_ID}"),
    (DeliveryDelayed(_ID, 7, NOON, "timeout"), f"delayed:{_ID}"),
    (ScanStopped("ton:0:AB", "hole", 17), "scan:ton:0:AB:hole:17"),
    (
        SuspiciousTransfer("ton:0:AB", "17", "fake_jetton", "TON", 1, "2026-11-21"),
        "suspicious:ton:0:AB:fake_jetton:2026-11-21",
    ),
    (SuspiciousTransfer("ton_usdt:0:AB", "18", "unexplained", "X", 1, ""), "suspicious:ton_usdt:0:AB:unexplained:18"),
    (SettlementFailing(_ID, 7, "no rate"), f"settlement:{_ID}"),
    (BackupOverdue(None, "no_room", "2026-11-22"), "backup_overdue:2026-11-22"),
    (ReplayEnded(NOON, "backup of 2026-11-21T10:00:00+00:00", 3), "replay_ended:2026-11-21T12:00:00+00:00"),
    (BackupCopyOverdue("s3", None, "denied", "2026-11-22"), "backup_copy_overdue:s3:2026-11-22"),
    (MoneyUnconfirmed("ton:0:AB|17", 7, "TON", 5, "silent", "index"), "unconfirmed:silent:ton:0:AB|17"),
    (ReaderChanged("ton:0:AB", "index", NOON, is_back=True), "reader:ton:0:AB:2026-11-21T12:True"),
    (MoneyUpdateReceived("telegram:1", "paid:tx", "paid", 7, "XTR", 96), "inbox:telegram:1:paid:tx"),
    (RenewalAnswered(_ID, _ID, "stop", True, None), f"renewal_answered:{_ID}:{_ID}"),
    (RecurrenceChanged(_ID, "0f", "canceled", NOON), f"recurrence:{_ID}:0f"),
    (ReceiptClaimed(_ID, 7, None, "a link", None), f"claimed:{_ID}:"),
    (PayoutSent(_ID, "TON", 1, "REF"), f"payout_sent:{_ID}"),
    (PayoutAddressWanted(_ID, 1, "TON", 1), f"payout_address_wanted:{_ID}:1"),
    (PayoutAddressGiven(_ID, 2, 7, "TON", 1, "UQ", ""), f"payout_address_given:{_ID}:2"),
    (PayoutReturned(_ID, 1), f"payout_returned:{_ID}"),
    (PayoutProblem(_ID, "amount", "ton:0:AB|17", "TON", 1, 2, 7, "REF"), f"payout_problem:{_ID}:ton:0:AB|17"),
    (CardKept(_ID, "*4444", 12_900), f"card_kept:{_ID}"),
    (ReferralReward(7, True, 5_000, 0), "referral:7:42:paid"),
    (GiftAccepted(_ID, "sub_1m", {}, "Bob"), f"gift_accepted:{_ID}"),
    (GiftTakenBack(_ID, "sub_1m", {}, datetime(2026, 11, 21, tzinfo=UTC), is_over=True), f"gift_taken_back:{_ID}"),
    (PromoWithdrawn(_ID, "SPRING", "used_up", 12_900), f"promo_withdrawn:{_ID}:SPRING"),
    (CardNotCharged(_ID, None, "*4444", 12_900, "price"), f"card_not_charged:{_ID}"),
    (Announcement(_ID), f"broadcast:{_ID}:42"),
    (BroadcastOver(_ID, 1, 2), f"broadcast_over:{_ID}"),
    (NotRenewed(NOON, None, 0, 0), "not_renewed:42:2026-11-21T12:00:00+00:00"),
    (ClaimRejected(_ID, "a link"), f"claim_rejected:{_ID}"),
    (OrderHappened(_ID, 42, None, "sub_1m", {}, 1, False, NOON), f"event:order:{_ID}"),
    (StaffActed(_ID, "cli:owner", None, "ban_customer", "user:42", 42, "", NOON), f"event:action:{_ID}"),
    (DaySummary(NOON, 1, 1, 1, 1, 1, (), 0, 0, 0), "summary:2026-11-21"),
    (ShopChatLost("alerts", "Staff", NOON), "chat_lost:alerts:2026-11-21T12:00:00+00:00"),
    (CustomerWrote(7, None, "hello", NOON, 2), "wrote:7:2026-11-21T12:00:00+00:00:2"),
    (MoneyReversed("stars:1", "tx:out", "stars", "XTR", 96, 7, None, 12_900, 0, 1, 0), "reversed:stars:1:tx:out"),
    (MoneyTakenBack("stars:1", "tx:out", "stars", 12_900, 0, 0, 1, None, is_over=True), "taken_back:stars:1:tx:out"),
    (OwnerAnswered(_ID, "hello"), f"answered:{_ID}"),
)


def test_every_notice_knows_its_dedupe_key() -> None:
    """The formats never change: a row that an older version wrote must be recognised, or it is sent twice."""
    assert {type(notice) for notice, _ in DEDUPE_KEYS} == set(KINDS)
    for notice, key in DEDUPE_KEYS:
        assert notice.dedupe_key(TelegramId(42)) == key


def test_money_goes_before_reminders() -> None:
    """What a customer has paid for is sent before what the shop would like to say."""
    assert OrderPaid.priority == KeyReady.priority < UnmatchedMoney.priority < PeriodEnding.priority
    assert all(isinstance(kind.priority, Priority) for kind in KINDS)


async def test_the_same_notice_is_added_once() -> None:
    """Two use cases that see the same event add one message between them."""
    storage = MemoryStorage(base=RUB)
    ids = CountedIds()
    for expected in (True, False):
        async with storage.transaction() as tx:
            assert await notify(tx, ids, TelegramId(42), ScanStopped("ton:0:AB", "hole", 17), NOON) is expected
    async with storage.transaction() as tx:
        (message,) = await tx.outbox.of_user(TelegramId(42), 10)
    assert (message.dedupe, message.not_before) == ("scan:ton:0:AB:hole:17", NOON)


def test_a_notice_never_changes() -> None:
    """What was added to the outbox is what is sent."""
    alarm = ScanStopped("ton:0:AB", "hole", 17)
    assert json.loads(json.dumps(asdict(alarm))) == asdict(alarm)
    with pytest.raises(FrozenInstanceError):
        alarm.lt = 18  # type: ignore[misc]


def test_a_new_message_is_open() -> None:
    """A message begins untried, unclaimed, neither done nor dead."""
    message = OutboxMessage(UUID(int=1), TelegramId(42), "scan:17", ScanStopped("ton:0:AB", "hole", 17), NOON)
    assert (message.attempts, message.fence, message.done_at, message.dead_at) == (0, 0, None, None)


@pytest.mark.parametrize("error", [Unreachable(), RetryLater(timedelta(seconds=3), "flood limit")])
def test_errors_of_a_notifier_are_one_family(error: Exception) -> None:
    """A sender can catch every error of a notifier at once, and no bug with it."""
    assert isinstance(error, NotifierError)
