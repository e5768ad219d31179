"""The steps of subscription links in every storage."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import rule

from orbit_domain.ids import TelegramId
from orbit_domain.storage import Transaction
from orbit_testing import samples
from tests.integration.agreeing_storages import AgreeingStorages
from tests.integration.storage.readings import PEOPLE

people = st.sampled_from(PEOPLE)
numbers = st.integers(1, 4)
moments = st.none() | st.integers(-3, 3).map(lambda number: samples.NOW + number * samples.MINUTE)
failures = st.sampled_from([False, False, False, True])


class AgreeingLinks(AgreeingStorages):
    """Links are issued and replaced, copies are kept and dropped."""

    @rule(number=numbers, tg_id=people, fails=failures)
    def link(self, number: int, tg_id: TelegramId, fails: bool) -> None:
        link = samples.subscription_link(number, tg_id, sealed_token="a\0b")
        self.all(lambda tx: tx.subscription_links.put(link), fails=fails)

    @rule(number=numbers, at=moments, drop=st.booleans(), fails=failures)
    def keep_copy(self, number: int, at: datetime | None, drop: bool, fails: bool) -> None:
        copy = samples.good_copy(number, missing_since=at, sealed="x\ud800")
        self.all(lambda tx: tx.good_copies.drop([copy.key_id]) if drop else tx.good_copies.put(copy), fails=fails)

    @rule(number=numbers, tg_id=people, how=st.sampled_from(["put", "put", "remove", "remove_all"]), fails=failures)
    def device(self, number: int, tg_id: TelegramId, how: str, fails: bool) -> None:
        device = samples.link_device(number, tg_id, name="a\0")

        async def step(tx: Transaction) -> None:
            match how:
                case "put":
                    await tx.link_devices.put(device)
                case "remove":
                    await tx.link_devices.remove(tg_id, device.hash)
                case _:
                    await tx.link_devices.remove_all(tg_id)

        self.all(step, fails=fails)
