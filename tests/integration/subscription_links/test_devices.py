"""Devices are counted by what apps say of them: softly, without keeping who they are, and the customer decides."""

from tests.integration.subscription_links.linked_shop import LinkedShop, links_in
from tests.support.buyer import Buyer

ZERO = "00000000-0000-0000-0000-000000000000"
PHONE, TABLET, THIRD = "0F5A-11D2-AB34", "aa:bb:cc:dd", "deadbeef01"


async def seen(linked: LinkedShop, url: str, device: str, **headers: str) -> bool:
    """Whether an app on *device* got servers, and not words."""
    answer = await linked.get(url, "Happ/3.1/ios/1", **{"x-hwid": device, **headers})
    assert answer.status_code == 200
    refused = answer.headers.get("x-hwid-max-devices-reached") == "true"
    assert refused == (ZERO in links_in(answer)[0])
    return not refused


async def test_the_one_too_many_reads_why(linked: LinkedShop, alice: Buyer) -> None:
    """Two devices may; a third one gets words until the customer removes one; apps that name none always may."""
    await alice.buy()
    own = (await alice.shop.give_link(alice.tg_id)).url
    assert await seen(linked, own, PHONE, **{"x-device-model": "iPhone 17", "x-device-os": "iOS", "x-ver-os": "26.1"})
    assert await seen(linked, own, PHONE.lower().replace("-", ""))
    assert await seen(linked, own, TABLET)
    assert not await seen(linked, own, THIRD)
    words = await linked.get(own, "SFA/1.12", **{"x-hwid": THIRD})
    assert "Слишком много устройств: можно 2" in words.text
    for unnamed in ("", "x", "a" * 200, "not a device; drop"):
        assert await seen(linked, own, unnamed)

    view = await alice.shop.show_devices(alice.tg_id)
    assert (sorted(one.name for one in view.devices), view.limit) == (["", "iPhone 17 · iOS 26.1"], 2)
    assert not any(PHONE.lower().replace("-", "") in repr(one) for one in view.devices)
    await alice.shop.remove_device(alice.tg_id, next(one.stamp for one in view.devices if one.name))
    assert await seen(linked, own, THIRD)
    assert not await seen(linked, own, PHONE)


async def test_only_who_got_servers_is_counted(linked: LinkedShop, alice: Buyer) -> None:
    """Pages, looks from chats and answers without servers count for nobody; a device not seen for a month goes."""
    await alice.buy()
    own = (await alice.shop.give_link(alice.tg_id)).url
    await linked.get(own, "Mozilla/5.0", accept="text/html", **{"x-hwid": PHONE})
    await linked.get(own, "TelegramBot (like TwitterBot)", **{"x-hwid": PHONE})
    await linked.get(own, "Happ/3.1", "HEAD", **{"x-hwid": PHONE})
    linked.faults.turn_on("panel.down")
    assert (await linked.get(own, "Happ/3.1", **{"x-hwid": PHONE})).status_code == 503
    assert (await alice.shop.show_devices(alice.tg_id)).devices == ()
    linked.faults.clear()
    linked.world.clock.advance(seconds=20)
    assert await seen(linked, own, PHONE)
    linked.world.clock.advance(days=29)
    assert await seen(linked, own, TABLET)
    linked.world.clock.advance(hours=25)
    assert [one.name for one in (await alice.shop.show_devices(alice.tg_id)).devices] == [""]
    assert await seen(linked, own, THIRD)


async def test_a_new_link_has_no_devices(linked: LinkedShop, alice: Buyer) -> None:
    """After the link was replaced every device is new: what is known of one can't be carried over."""
    await alice.buy()
    link = await alice.shop.give_link(alice.tg_id)
    assert await seen(linked, link.url, PHONE)
    before = (await alice.shop.show_devices(alice.tg_id)).devices
    await alice.shop.reissue_link(alice.tg_id, link.stamp)
    await linked.shop.work()
    assert (await alice.shop.show_devices(alice.tg_id)).devices == ()
    assert await seen(linked, (await alice.shop.give_link(alice.tg_id)).url, PHONE)
    after = (await alice.shop.show_devices(alice.tg_id)).devices
    assert {one.hash for one in before}.isdisjoint(one.hash for one in after)
