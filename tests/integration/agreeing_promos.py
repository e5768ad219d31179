"""The steps of promo codes in every storage."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from orbit_domain.ids import OrderId, PromoCode, TelegramId
from orbit_domain.storage import Transaction
from orbit_testing import samples
from tests.integration.agreeing_storages import AgreeingStorages, failures, numbers, people

codes = st.sampled_from(["ONE", "TWO", "T\0WO"]).map(PromoCode)
acts = st.sampled_from(["enter", "enter", "count", "use", "use_for_order", "stop"])


class AgreeingPromos(AgreeingStorages):
    """Codes are added, entered, used and stopped."""

    @rule(code=codes, uses=st.none() | st.integers(1, 2), fails=failures)
    def offer_code(self, code: str, uses: int | None, fails: bool) -> None:
        promo = samples.promo(code, total_uses=uses)
        self.all(lambda tx: tx.promos.add_if_absent(promo), fails=fails)

    @rule(code=codes, tg_id=people, act=acts, number=numbers, fails=failures)
    def act_on_code(self, code: PromoCode, tg_id: TelegramId, act: str, number: int, fails: bool) -> None:
        async def step(tx: Transaction) -> object:
            match act:
                case "enter":
                    return await tx.promos.enter(code, tg_id, samples.NOW)
                case "count":
                    return await tx.promos.count_use(code)
                case "use":
                    return await tx.promos.use(code, tg_id, samples.NOW)
                case "use_for_order":
                    return await tx.promos.use(code, tg_id, samples.NOW, OrderId(samples.identity(number)))
                case _:
                    return await tx.promos.stop(code, samples.NOW)

        self.all(step, fails=fails)
