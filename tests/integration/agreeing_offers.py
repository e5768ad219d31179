"""The steps of what a shop sells and how it is set up, in every storage."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import rule

from orbit_domain.money import rub
from orbit_domain.shop_setting.setting import SettingName
from orbit_testing import samples
from tests.integration.agreeing_promos import AgreeingPromos
from tests.integration.agreeing_storages import failures, numbers

names = st.sampled_from(["terms", "referrals", "\x00"])


class AgreeingOffers(AgreeingPromos):
    """Plans, codes and settings change."""

    @rule(number=numbers, active=st.booleans(), fails=failures)
    def offer(self, number: int, active: bool, fails: bool) -> None:
        self.all(lambda tx: tx.plans.add_if_absent(samples.plan(f"p{number}", -number, active=active)), fails=fails)

    @rule(number=numbers, keys=st.integers(1, 3), fails=failures)
    def change_plan(self, number: int, keys: int, fails: bool) -> None:
        plan = samples.plan(f"p{number}", number)
        changed = replace(plan, terms=replace(plan.terms, keys=keys), price_before=rub(keys), raised_at=samples.NOW)
        self.all(lambda tx: tx.plans.put(changed), fails=fails)
        self.all(lambda tx: tx.plans.all(), fails=fails)

    @rule(
        name=st.sampled_from(["terms", "referrals", "\x00"]), value=st.sampled_from(["on", "é🙂", ""]), fails=failures
    )
    def set_up_shop(self, name: str, value: str, fails: bool) -> None:
        self.all(lambda tx: tx.settings.put(samples.stored_setting(name, value)), fails=fails)

    @rule(name=st.sampled_from([SettingName.TERMS, SettingName.REFERRALS]), fails=failures)
    def reset_shop(self, name: SettingName, fails: bool) -> None:
        self.all(lambda tx: tx.settings.drop(name), fails=fails)
