"""How a subscription goes on in the chat: a trial, a plan, another plan and back, by itself; and a friend's reward."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from orbit_domain.ids import PlanCode
from orbit_domain.money import rub
from orbit_domain.plan.plan import Plan, PlanTerms
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER
from tests.support.world import COIN

FAMILY = Plan(PlanTerms(PlanCode("family"), {"ru": "Семейный", "en": "Family"}, 30, keys=3), rub(50_000), 9)
LAST_DAY = timedelta(hours=22)


@pytest.fixture(autouse=True)
def notices(bot_harness: BotHarness) -> None:
    """The shop's notices arrive in the chats."""
    bot_harness.send_notices_to_chats()


def sees(user: ChatUser) -> list[str]:
    """The texts in the chat."""
    return [one.content.words.text.replace("\xa0", " ") for one in user.messages]


async def choose(user: ChatUser, plan: str) -> str:
    """From home to the checkout of *plan*; until when the subscription would last."""
    await user.bot_harness.shop.work()
    await user.write("/start")
    await user.tap("plans")
    await user.tap(f"buy:{plan}")
    found = re.search(r"будет действовать до (.+?)\.", user.text)
    assert found is not None, user.text
    return found[1]


async def buy(user: ChatUser, plan: str = "sub_1m") -> None:
    """Pay an invoice for *plan*, and see at home that it lasts as long as was shown."""
    end = await choose(user, plan)
    await user.tap("pay:")
    coins, comment = user.copied(0), user.copied(2)
    user.bot_harness.world.chain.deposit(int(Decimal(coins) * COIN), comment)
    await user.bot_harness.shop.work()
    await user.write("/start")
    assert f"до {end}" in user.text


async def last_day(user: ChatUser) -> tuple[int, int]:
    """Let the last day of the subscription begin; how many receipts and failed renewals the customer was told of."""
    harness, ends_at, before = user.bot_harness, await user.buyer.ends_at(), len(sees(user))
    assert ends_at is not None
    harness.world.clock.at = ends_at - LAST_DAY
    for _ in range(2):
        await harness.shop.work()
    new = sees(user)[before:]
    return sum("Оплачено" in text for text in new), sum("Подписка не продлена" in text for text in new)


async def test_a_trial_becomes_a_plan_that_changes_and_renews(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Each checkout says the end that follows; the renewal is told once, and so is the one that lacks money."""
    world, shop = bot_harness.world, bot_harness.shop
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(FAMILY)
    await vera.tap("trial")
    await shop.work()
    for plan in ("sub_1m", "family", "sub_1m"):
        await buy(vera, plan)
        assert (await vera.buyer.key()).is_confirmed
    await vera.tap("settings")
    await vera.tap("Автопродление")
    await vera.tap("Включить")
    await vera.buyer.add_balance(20_000)
    assert await last_day(vera) == (1, 0)
    assert await last_day(vera) == (0, 1)
    assert "не хватает 58 ₽" in sees(vera)[-1]
    await vera.tap("Доплатить 58")
    await check_ledger(world)


async def test_a_reward_comes_once_and_goes_back_with_the_refund(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The friend came by the link and bought; the owner gives the order back from the customer's card."""
    await vera.tap("invite")
    link = vera.copied(0).partition("?start=")[2]
    friend = bot_harness.new_user("ru", "Борис")
    await friend.write(f"/start {link}")
    await buy(friend)
    await bot_harness.shop.work()
    assert sum("Вы заработали 50 ₽" in text for text in sees(vera)) == 1
    assert sum("50 ₽ вам" in text for text in sees(friend)) == 1
    bot_harness.telegram.add_customer("Хозяйка", "ru", "owner", user_id=OWNER)
    owner = ChatUser(bot_harness, OWNER)
    await bot_harness.shop.set_language(OWNER, "ru")
    await owner.write("/admin")
    await owner.tap("Найти клиента")
    await owner.write(str(friend.user_id))
    await owner.tap("card_of:")
    await owner.tap("Вернуть")
    await owner.write("не подошло")
    await owner.tap("do:")
    await bot_harness.shop.work()
    assert sum("Награда вернулась: 50 ₽" in text for text in sees(vera)) == 1
    assert sum("Награда вернулась: 50 ₽" in text for text in sees(friend)) == 1
    assert await vera.buyer.balance() == 0
    await check_ledger(bot_harness.world)
