"""Callback data: short, typed, and stable."""

from dataclasses import fields
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orbit_adapters.telegram.callback_data import MAX_BYTES, Callback
from orbit_adapters.telegram.callbacks import (
    BuyPlan,
    ChooseLanguage,
    PayBy,
    SeeCheckout,
    TopUpAmount,
    TopUpBy,
    UsePromo,
)
from orbit_domain.access.own_keys import RegionStamp
from orbit_domain.broadcast.audience import Segment
from orbit_domain.broadcast.broadcast import BroadcastAction
from orbit_domain.ids import (
    BroadcastId,
    CaseId,
    ClaimId,
    GiftCode,
    KeyId,
    Nonce,
    OrderId,
    PanelId,
    PaymentId,
    PlanCode,
    PromoCode,
    TelegramId,
)
from orbit_domain.node.fleet import NodeStamp
from orbit_domain.notice_settings.notice_settings import NoticeGroup, QuietHours, UtcOffset
from orbit_domain.payment.payment import Method
from orbit_domain.payment.payout_address import AddressStamp
from orbit_domain.payment.receipt import ReceiptCode
from orbit_domain.shop_chat.shop_chat import EventKind, Purpose
from orbit_domain.shop_setting.setting import SettingName
from orbit_domain.stats import Span
from orbit_domain.subscription_link.device import DeviceStamp
from orbit_domain.subscription_link.link import LinkStamp
from orbit_domain.use_cases.show_deletion import DeletionStamp
from orbit_domain.use_cases.staff_action import StaffAction
from orbit_domain.user.user import Role
from tests.support.callback_kinds import CALLBACK_KINDS

LARGEST = {
    OrderId: UUID(int=2**128 - 1), PaymentId: UUID(int=2**128 - 1), KeyId: UUID(int=2**128 - 1),
    PlanCode: "p" * 32, Nonce: "f" * 16, Method: "m" * 24, str: "l" * 12, int: 10**12 - 1,
    ClaimId: UUID(int=2**128 - 1), CaseId: UUID(int=2**128 - 1), Purpose: Purpose.SUPPORT, EventKind: EventKind.TRIAL,
    ReceiptCode: "f" * 16, TelegramId: 2**52 - 1,
    UUID: UUID(int=2**128 - 1), PanelId: "p" * 32, Role: Role.CUSTOMER, BroadcastId: UUID(int=2**128 - 1),
    Segment: Segment.EVERYONE, BroadcastAction: BroadcastAction.RESUME, StaffAction: StaffAction.CREDIT,
    SettingName: max(SettingName, key=len),
    GiftCode: "-" * 32,
    PromoCode: "P" * 32, LinkStamp: "f" * 12, DeviceStamp: "f" * 12, AddressStamp: "f" * 12, RegionStamp: "f" * 12,
    DeletionStamp: "f" * 12,
    NoticeGroup: NoticeGroup.REMINDERS, QuietHours: QuietHours(23, 22), UtcOffset: UtcOffset(1439),
    NodeStamp: "f" * 12, Span: Span.MONTH,
}  # fmt: skip


@pytest.mark.parametrize("kind", CALLBACK_KINDS)
def test_the_largest_ids_fit(kind: type[Callback]) -> None:
    """The data with the largest ids is within Telegram's limit and is read back unchanged."""
    callback = kind(*(LARGEST[field.type] for field in fields(kind)))
    data = callback.pack()
    assert len(data.encode()) <= MAX_BYTES
    assert kind.unpack(data) == callback


def test_no_two_buttons_share_a_word() -> None:
    """Every word belongs to one kind of button."""
    assert len({kind.word for kind in CALLBACK_KINDS}) == len(CALLBACK_KINDS)


@given(st.text(max_size=80) | st.sampled_from(CALLBACK_KINDS).map(lambda kind: f"{kind.word}:") | st.just(":::::"))
@example("pay:" + "٠" * 32 + ":ton")
@example("add:١٢٣")
@example("add:-5")
@example("add:9999999999999")
@example("buy:sub_1m:trial-700000001")
@example("order:000000000000000000000000000000a1\n")
@example("lang:ru:ru")
@example("action:everything:42")
@example("role:42:god")
@example("hush:2222")
@example("hush:2408")
@example("clock:0060")
@example("notify:money:off")
def test_invalid_data_is_rejected(data: str) -> None:
    """Unpacking any data never raises. What is unpacked packs to the same data again."""
    for kind in CALLBACK_KINDS:
        found = kind.unpack(data)
        assert found is None or found.pack() == data


def test_the_nonce_of_a_trial_cannot_be_crafted() -> None:
    """The order of a trial has a nonce that no button can carry."""
    assert BuyPlan.unpack("buy:sub_1m:trial-1") is None


def test_invalid_fields_are_refused_when_the_button_is_made() -> None:
    """A separator or a long word in a field would change the meaning of the data."""
    for broken in (
        BuyPlan(PlanCode("a:b"), Nonce("ff")),
        PayBy(OrderId(UUID(int=1)), Method("x" * 25)),
        TopUpBy(-1, Method("ton")),
        ChooseLanguage("r u"),
    ):
        with pytest.raises(ValueError):
            broken.pack()


def test_old_buttons_keep_their_meaning() -> None:
    """Keyboards stay on phones for years: data sent once is read for ever."""
    assert SeeCheckout.unpack("order:" + "0" * 30 + "a1") == SeeCheckout(OrderId(UUID(int=0xA1)))
    assert PayBy.unpack("pay:" + "0" * 30 + "a1:ton") == PayBy(OrderId(UUID(int=0xA1)), Method("ton"))
    assert BuyPlan.unpack("buy:sub_1m:9f3a") == BuyPlan(PlanCode("sub_1m"), Nonce("9f3a"))
    assert TopUpAmount.unpack("add:20000") == TopUpAmount(20_000)
    assert UsePromo.unpack("code:SPRING-20") == UsePromo(PromoCode("SPRING-20"))
    assert TopUpBy.unpack("addby:20000:ton") == TopUpBy(20_000, Method("ton"))
