"""The steps of gifts in every storage."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import rule

from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.storage import Transaction
from orbit_testing import samples
from tests.integration.agreeing_storages import AgreeingStorages, failures, minutes, numbers, people

acts = st.sampled_from(["take", "take", "deliver", "refund", "write"])


class AgreeingGifts(AgreeingStorages):
    """Gifts are made, taken, delivered, written to, and their prices go back."""

    @rule(number=numbers, tg_id=people, fails=failures)
    def give(self, number: int, tg_id: TelegramId, fails: bool) -> None:
        async def step(tx: Transaction) -> object:
            order = await tx.orders.add_if_absent(samples.given(number, tg_id))
            return order, await tx.gifts.add(samples.gift_of(number))

        self.all(step, fails=fails)

    @rule(number=numbers, tg_id=people, act=acts, at=minutes, fails=failures)
    def act_on_gift(self, number: int, tg_id: TelegramId, act: str, at: datetime, fails: bool) -> None:
        async def step(tx: Transaction) -> object:
            if act == "write":
                return await tx.gifts.save(samples.gift_of(number, message=f"w\0{tg_id}"))
            order = await tx.orders.lock(OrderId(samples.identity(number)))
            changed = {
                "take": lambda: order.take(tg_id, at),
                "deliver": lambda: order.deliver(at),
                "refund": lambda: order.refund(),
            }[act]()
            await tx.orders.save(changed)
            return changed

        self.all(step, fails=fails)
