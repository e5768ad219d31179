"""What a process hands over from its environment, and how it hears of changes by others."""

import asyncio

from orbit_domain.money import RUB, rub
from orbit_domain.shop_setting.setting import Origin, SettingName
from orbit_domain.storage import StorageUnavailable
from orbit_entry.config.reading import shop_settings
from orbit_entry.runtime.fresh_settings import fresh_settings
from orbit_entry.runtime.given_settings import given_settings
from tests.unit.entry.test_payment_settings import SHOP, STARS, TON


def test_the_environment_says_what_holds_until_someone_changes_it() -> None:
    """Each value in the form in which it would be stored, and whether someone has set it."""
    given = given_settings(
        shop_settings(
            {
                **SHOP,
                **STARS,
                **TON,
                "ORBIT_SUPPORT": "@vera_helps",
                "ORBIT_PAYMENT_METHODS": "stars,ton",
                "ORBIT_REFERRALS": "true",
                "ORBIT_REFERRAL_INVITER": "49.909",
            }
        )
    )
    values = [given.value(name) for name in SettingName]
    assert {one.name: (one.value, one.origin) for one in values if one.value} == {
        SettingName.SUPPORT: ("vera_helps", Origin.ENVIRONMENT),
        SettingName.PAYMENT_METHODS: ("stars,ton", Origin.ENVIRONMENT),
        SettingName.REFERRALS: ("on", Origin.ENVIRONMENT),
        SettingName.REFERRAL_INVITER: ("49.90", Origin.ENVIRONMENT),
        SettingName.REFERRAL_INVITED: ("50", Origin.DEFAULT),
    }
    assert (given.base, given.all().referral.inviter) == (RUB, rub(4_990))


def test_without_a_list_customers_see_every_way_to_pay() -> None:
    """And an empty variable isn't a value that someone has set."""
    given = given_settings(shop_settings({**SHOP, **STARS, **TON, "ORBIT_SUPPORT": ""}))
    methods, support = given.value(SettingName.PAYMENT_METHODS), given.value(SettingName.SUPPORT)
    assert (set(methods.value.split(",")), methods.origin) == ({"stars", "ton"}, Origin.DEFAULT)
    assert (support.value, support.origin) == ("", Origin.DEFAULT)


async def test_a_process_looks_again_after_a_look_that_failed() -> None:
    """It keeps what it knows meanwhile, and its end doesn't wait for a look that hangs."""
    looks, hangs = 0, asyncio.Event()

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise StorageUnavailable("no connection")
        hangs.set()
        await asyncio.Event().wait()

    async with fresh_settings(look, 0):
        await hangs.wait()
    assert looks == 2
