"""One link for a customer's whole life: it answers while panels come and go, and it ends when the time does."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_entry.wiring.registries import SubscriptionSourceRegistry
from orbit_sandbox.marzban.fault_injection import DOWN
from tests.integration.subscription_links.linked_shop import ADDRESS, LinkedShop, links_in
from tests.support.buyer import Buyer

ZERO = "00000000-0000-0000-0000-000000000000"


async def own_link(alice: Buyer) -> str:
    """What the key's screen shows."""
    view = await alice.shop.show_keys(alice.tg_id)
    return view.url_of(view.keys[0])


def titles(response_headers: Mapping[str, str]) -> str:
    """The decoded title of a subscription."""
    return base64.b64decode(response_headers["profile-title"].removeprefix("base64:")).decode()


async def test_one_link_outlives_every_panel(linked: LinkedShop, alice: Buyer) -> None:
    """Sale, panel down, panel restored from before the sale, expiry, renewal: one link, and never an empty list."""
    before_sale = linked.panel.back_up()
    await alice.buy()
    url = await own_link(alice)
    assert url.startswith(f"{ADDRESS}/s/")
    assert alice.notices("key_ready")[0].subscription_url == url
    first = await linked.get(url)
    assert (first.status_code, links_in(first)) == (200, list((await alice.key()).links))
    assert titles(first.headers) == "Мой VPN"
    expire = int((await alice.ends_at()).timestamp())
    assert first.headers["subscription-userinfo"] == f"upload=0; download=0; total=0; expire={expire}"
    assert (first.headers["support-url"], first.headers["profile-web-page-url"]) == ("https://t.me/orbit_help", url)
    assert first.headers["cache-control"] == "no-store, private"
    assert not {"etag", "location", "set-cookie"} & set(first.headers)

    linked.world.clock.advance(hours=1)
    linked.faults.turn_on(DOWN)
    down = await linked.get(url)
    assert (down.status_code, links_in(down)) == (200, links_in(first))
    linked.faults.clear()

    linked.world.clock.advance(minutes=10)
    linked.panel.restore(before_sale)
    lost = await linked.get(url)
    assert (lost.status_code, links_in(lost)) == (200, links_in(first))
    await linked.shop.work()
    assert await own_link(alice) == url
    linked.asked.clear()
    again = await linked.get(url)
    assert (again.status_code, links_in(again), len(linked.asked)) == (200, links_in(first), 1)

    linked.world.clock.advance(days=40)
    linked.asked.clear()
    over = await linked.get(url)
    assert over.status_code == 200
    assert all(link.startswith(f"vless://{ZERO}@0.0.0.0:1?") for link in links_in(over))
    assert "%D0%9F" in links_in(over)[0]
    assert linked.asked == []
    await linked.shop.work()
    await alice.buy()
    assert links_in(await linked.get(url)) == links_in(first)


@pytest.mark.parametrize(
    ("agent", "begins", "media_type"),
    [
        ("SFA/1.12.0", "{", "application/json; charset=utf-8"),
        ("clash-verge/v2.4.2", "mixed-port:", "text/yaml; charset=utf-8"),
        ("an unknown app", None, "text/plain; charset=utf-8"),
        ("", None, "text/plain; charset=utf-8"),
    ],
)
async def test_each_app_gets_its_format(
    linked: LinkedShop, alice: Buyer, agent: str, begins: str | None, media_type: str
) -> None:
    """A known app gets what it reads, any other one links; when the time is over, words in the same format."""
    await alice.buy()
    url = await own_link(alice)
    answer = await linked.get(url, agent)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert str((await alice.key()).credential) in (answer.text if begins else "".join(links_in(answer)))
    linked.world.clock.advance(days=40)
    over = await linked.get(url, agent)
    assert (over.status_code, over.headers["content-type"]) == (200, media_type)
    assert "Подписка" in over.text if begins else ZERO in links_in(over)[0]
    if begins == "{":
        assert [one["type"] for one in json.loads(over.text)["outbounds"]] == ["selector", "vless", "vless"]


async def test_whoever_only_looks_gets_no_key(linked: LinkedShop, alice: Buyer) -> None:
    """HEAD, programs that draw previews, and browsers get pages: no key is in them, and no panel is asked for them."""
    await alice.buy()
    url, credential = await own_link(alice), str((await alice.key()).credential)
    bot = await linked.get(url, "TelegramBot (like TwitterBot)")
    head = await linked.get(url, "v2rayNG/1.9", "HEAD")
    page = await linked.get(url, "Mozilla/5.0", accept="text/html,*/*")
    for seen in (bot, head, page):
        assert (seen.status_code, seen.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert seen.headers["x-robots-tag"] == "noindex, nofollow"
        assert credential not in seen.text
    assert url in page.text
    assert url not in bot.text + head.text
    assert linked.asked == []


async def test_a_token_that_opens_nothing_is_one_answer(linked: LinkedShop, alice: Buyer) -> None:
    """A forged, a malformed and a replaced token are answered alike, with nothing of the customer in it."""
    await alice.buy()
    url = await own_link(alice)
    view = await alice.shop.show_keys(alice.tg_id)
    await alice.shop.reissue_link(alice.tg_id, view.own_link.stamp)
    await linked.shop.work()
    newer = await own_link(alice)
    await alice.shop.reissue_link(alice.tg_id, view.own_link.stamp)
    assert (await own_link(alice), newer != url) == (newer, True)
    forged = [url, newer[:-1] + "_", f"{ADDRESS}/s/x", f"{ADDRESS}/s/{'A' * 4000}", f"{ADDRESS}/s/%00%0d%0aX: 1"]
    for agent, accept in (("v2rayNG/1.9", "*/*"), ("Mozilla/5.0", "text/html")):
        answers = [await linked.get(one, agent, accept=accept) for one in forged]
        # What the page's script would be allowed by is drawn anew for each answer.
        alike = [re.sub(r"nonce-[\w-]+", "nonce", str(sorted(one.headers.items()))) for one in answers]
        assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
        assert len(set(alike)) == 1
    assert (await linked.get(newer)).status_code == 200


async def test_a_replaced_link_takes_its_secrets_along(linked: LinkedShop, alice: Buyer) -> None:
    """Who has copied the old link keeps no way in, and no app is given the old secrets until the panel has the new."""
    await alice.buy()
    url, old = await own_link(alice), await alice.key()
    before = links_in(await linked.get(url))
    view = await alice.shop.show_keys(alice.tg_id)
    await alice.shop.reissue_link(alice.tg_id, view.own_link.stamp)
    newer = (await alice.shop.give_link(alice.tg_id)).url
    assert (await linked.get(newer)).status_code == 503
    await linked.shop.work()
    after = links_in(await linked.get(newer))
    assert len(after) == len(before)
    assert str(old.credential) not in "".join(after)
    assert linked.panel.users[old.username].proxies["vless"].settings["id"] == str((await alice.key()).credential)


async def test_nothing_at_all_is_no_empty_list(linked: LinkedShop, alice: Buyer) -> None:
    """A panel that is down from the beginning: 503 with a time to come back, so that apps keep what they have."""
    await alice.buy()
    linked.faults.turn_on(DOWN)
    answer = await linked.get(await own_link(alice))
    assert (answer.status_code, answer.content, answer.headers["retry-after"]) == (503, b"", "60")
    linked.faults.clear()
    linked.world.clock.advance(seconds=16)
    assert (await linked.get(await own_link(alice))).status_code == 200


async def test_what_is_taken_back_is_taken_from_the_copy_too(linked: LinkedShop, alice: Buyer) -> None:
    """After a refund the link says so, the panel isn't asked, and nothing of the key's content is kept."""
    order = await alice.buy()
    url = await own_link(alice)
    assert links_in(await linked.get(url))
    await alice.shop.refund_order(order.id, "cli:owner", "asked for it")
    linked.asked.clear()
    over = await linked.get(url)
    assert all(ZERO in link for link in links_in(over))
    key = await alice.key()
    async with linked.world.storage.transaction() as tx:
        assert [await tx.good_copies.of_keys([key.id], one) for one in SubscriptionFormat] == [()] * 5
    assert linked.asked == []


async def test_secrets_are_sealed_where_they_are_stored(linked: LinkedShop, alice: Buyer) -> None:
    """Neither the token nor the content of the link can be read from their tables."""
    await alice.buy()
    url = await own_link(alice)
    await linked.get(url)
    key = await alice.key()
    async with linked.world.storage.transaction() as tx:
        link = await tx.subscription_links.get(alice.tg_id)
        (copy,) = await tx.good_copies.of_keys([key.id], SubscriptionFormat.LINKS)
    stored = f"{link!r}{copy!r}"
    assert url.rpartition("/")[2] not in stored
    assert str(key.credential) not in stored


async def test_floods_are_refused(linked: LinkedShop, alice: Buyer) -> None:
    """A link that is asked for too often, an address that guesses, and headers of a size that no app sends."""
    await alice.buy()
    url = await own_link(alice)
    bomb = await linked.get(url, **{f"x-{number}": "a" * 500 for number in range(20)})
    assert (bomb.status_code, bomb.content) == (431, b"")
    statuses = [(await linked.get(url)).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    assert len(linked.asked) == 1
    linked.world.clock.advance(minutes=2)
    guesses = [await linked.get(f"{ADDRESS}/s/guess-{number}") for number in range(32)]
    assert [one.status_code for one in guesses] == [404] * 31 + [429]
    assert guesses[-1].headers["retry-after"] == "60"
    assert (await linked.get(url)).status_code == 200, "customers behind the same address go on"


async def test_a_panel_without_subscriptions_gives_its_single_links(linked: LinkedShop, alice: Buyer) -> None:
    """What its family can't give in whole is given as the links that it has confirmed; other formats wait."""
    await alice.buy()
    fetch, key = linked.shop.serve_subscription.fetch_content, await alice.key()
    without = replace(fetch, sources=SubscriptionSourceRegistry({}))
    content = await without(key, SubscriptionFormat.LINKS, None)
    assert content is not None
    assert content.parts == key.links
    assert await without(key, SubscriptionFormat.SING_BOX, None) is None
