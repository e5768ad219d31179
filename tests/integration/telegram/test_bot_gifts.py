"""A gift in two chats: one pays and writes, the other opens the link and takes it."""

import re

import pytest

from orbit_domain.payment.payment import Payment
from tests.integration.telegram.bot_harness import ChatUser
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import World

WORDS = "С <b>днём</b> рождения & всего хорошего"


@pytest.fixture
async def boris(vera: ChatUser) -> ChatUser:
    """A friend who has never opened the bot."""
    return vera.bot_harness.new_user("en", "Boris <3")


def link_of(user: ChatUser) -> str:
    """What the link on the newest screen sends to the bot."""
    found = re.search(r"\?start=(gift_[A-Za-z0-9_-]{32})", user.text)
    assert found is not None, user.text
    return f"/start {found[1]}"


async def test_a_gift_goes_from_one_chat_to_the_other(vera: ChatUser, boris: ChatUser, world: World) -> None:
    """Chosen, written to, paid by an invoice, forwarded, taken by a newcomer with one tap, and told to the giver."""
    vera.bot_harness.send_notices_to_chats()
    shop: Shop = vera.bot_harness.shop
    await vera.tap("plans")
    await vera.tap("giveplan")
    await vera.tap("giftbuy:sub_1m")
    assert "1 месяц в подарок" in vera.text
    await vera.tap("giftmsg")
    await vera.write("я" * 201)
    assert "Такие слова не поместятся" in vera.text
    await vera.write(WORDS)
    assert WORDS in vera.text
    await vera.tap("order:")
    await vera.tap("pay:")
    view = await vera.buyer.shop.show_payment(vera.buyer.tg_id, (await newest_payment(vera)).id)
    vera.buyer.send(view, view.payment.quote.due.units)
    await shop.work()
    assert "Подарок оплачен" in vera.text
    await vera.tap("gift:")
    shown, link = vera.newest, link_of(vera)
    await vera.tap("giftcard", shown)
    assert (link_of(vera), "Вера" in vera.text, WORDS in vera.text) == (link, True, True)

    await boris.write(link)
    assert "A gift from Вера" in boris.text
    assert WORDS in boris.text
    await boris.tap("takegift")
    assert "The gift is yours" in boris.text
    await shop.work()
    assert (await boris.buyer.key()).is_confirmed
    assert "Boris <3" in vera.text
    await boris.write(link)
    assert "The gift is yours" in boris.text
    late = vera.bot_harness.new_user("ru", "Поздняя")
    await late.write(link)
    assert "Подарок уже забрали" in late.text
    await late.write("/start gift_" + link.removeprefix("/start gift_").swapcase())
    assert "Такого подарка нет" in late.text
    await vera.tap("gifts")
    assert "Boris <3" in vera.text
    assert (await vera.buyer.ends_at(), await vera.buyer.balance()) == (None, 0)
    await check_ledger(world)


async def test_a_gift_from_the_balance_is_given_up(vera: ChatUser, boris: ChatUser, world: World) -> None:
    """The link comes with the tap that pays; given up after a question, the money is back and the link is dead."""
    await vera.buyer.add_balance(50_000)
    await vera.tap("plans")
    await vera.tap("giveplan")
    await vera.tap("giftbuy:sub_1m")
    await vera.tap("bal:")
    link = link_of(vera)
    await boris.write(link)
    offered = boris.newest
    await vera.tap("askgiveup")
    await vera.tap("giveup:")
    assert "подарок отменён" in vera.text
    assert await vera.buyer.balance() == 50_000
    await boris.tap("takegift", offered)
    assert "This gift is cancelled" in boris.text
    await vera.tap("gifts")
    assert "отменён" in vera.text
    await check_ledger(world)


async def test_buttons_of_somebody_else_s_gift_open_nothing(vera: ChatUser, boris: ChatUser) -> None:
    """Crafted data names a gift that isn't the tapper's: each is answered, and nothing is shown or changed."""
    await vera.buyer.add_balance(50_000)
    await vera.tap("plans")
    await vera.tap("giveplan")
    await vera.tap("giftbuy:sub_1m")
    await vera.tap("bal:")
    order = next(one.data for one in vera.buttons if one.data.startswith("askgiveup:")).partition(":")[2]
    await boris.write("/start")
    for word in ("gift", "giftmsg", "giftnomsg", "giftcard", "askgiveup", "giveup"):
        assert await boris.send_data(f"{word}:{order}") == 1
        assert "There is no such gift" in boris.text, word
    assert await boris.send_data("takegift:" + "A" * 32) == 1
    assert "There is no such gift" in boris.text
    await vera.tap("gifts")
    assert "ждёт" in vera.text


async def newest_payment(user: ChatUser) -> Payment:
    """The request for money that the user was shown last."""
    async with user.bot_harness.world.storage.transaction() as tx:
        (newest,) = await tx.payments.of_user(user.buyer.tg_id, 1)
    return newest
