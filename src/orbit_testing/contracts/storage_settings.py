"""What the storage promises about settings that are changed at run time."""

from dataclasses import replace

from orbit_domain.shop_setting.setting import SettingName
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import HOUR, NOW


class StoredSettingContract:
    """One value for each name, until it is dropped."""

    async def test_a_setting_has_one_value(self, storage: Storage) -> None:
        """A new value takes the place of the one before; names are listed in one order, also unknown ones."""
        first = samples.stored_setting(SettingName.REFERRALS, "on")
        later = replace(first, value="<b>\u202e & 🙂</b>' ; --", changed_at=NOW + HOUR, changed_by="cli:vera")
        others = [samples.stored_setting(name) for name in ("of_a_newer_version", "referral_inviter", "")]
        async with storage.transaction() as tx:
            assert await tx.settings.all() == ()
            for one in (first, *others, later):
                await tx.settings.put(one)
        async with storage.transaction() as tx:
            assert await tx.settings.all() == tuple(sorted([*others, later], key=lambda one: one.name))

    async def test_a_dropped_setting_is_gone(self, storage: Storage) -> None:
        """Only that one; to drop it again changes nothing, and it may be set anew."""
        kept, dropped = samples.stored_setting(SettingName.TERMS), samples.stored_setting(SettingName.REFERRALS, "off")
        async with storage.transaction() as tx:
            await tx.settings.put(kept)
            await tx.settings.put(dropped)
        async with storage.transaction() as tx:
            assert [await tx.settings.drop(SettingName.REFERRALS) for _ in range(2)] == [True, False]
        async with storage.transaction() as tx:
            assert await tx.settings.all() == (kept,)
            await tx.settings.put(dropped)
            assert await tx.settings.all() == (dropped, kept)
