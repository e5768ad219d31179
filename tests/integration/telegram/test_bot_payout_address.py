"""Coins that go back, tap by tap: the customer is asked, types, compares, confirms; the owner takes the link."""

import pytest
from structlog.testing import capture_logs

from orbit_adapters.ton.address import Network, TonAddress
from orbit_domain.ids import TelegramId
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER

THEIRS = TonAddress(0, b"\x0c" * 32)
TYPED = THEIRS.friendly(Network.TESTNET, bounceable=True)
SHOWN = THEIRS.friendly(Network.TESTNET, bounceable=False)


@pytest.fixture
async def owner(bot_harness: BotHarness) -> ChatUser:
    """The owner's chat; notices of the shop arrive in the chats."""
    bot_harness.send_notices_to_chats()
    bot_harness.telegram.add_customer("Хозяйка", "ru", "owner", user_id=OWNER)
    owner = ChatUser(bot_harness, OWNER)
    await owner.write("/start")
    await bot_harness.shop.set_language(OWNER, "ru")
    return owner


async def test_from_the_question_to_the_link(vera: ChatUser, owner: ChatUser, bot_harness: BotHarness) -> None:
    """A mistyped address is refused and typed again; what was shown in full is recorded, and in no log."""
    shop, buyer = bot_harness.shop, vera.buyer
    view = await buyer.top_up(20_000)
    buyer.send(view, view.payment.quote.due.units)
    await shop.work()
    with capture_logs() as logs:
        await shop.ask_payout_address(view.payment.id, "cli:owner", "she asked")
        await shop.work()
        assert "вернуть вам" in vera.text
        await vera.tap("Указать адрес")
        assert "Туда, откуда пришли" in vera.buttons[0].text
        await vera.write(TYPED[:-1])
        assert "туда ничего не отправить" in vera.text
        await vera.write(f"{TYPED}\n10042")
        assert all(part in vera.text for part in (SHOWN, "10042", "Сверьте"))
        older = vera.newest
        await vera.write(TYPED)
        await vera.tap("Да, отправляйте", older)
        assert "Ничего не записано" in vera.toasts[-1]
        await vera.write(f"{TYPED}\n10042")
        await vera.tap("Да, отправляйте")
        assert "Записали" in vera.text
        await shop.work()
        assert all(part in owner.text for part in (SHOWN, "10042", str(vera.user_id), "сам клиент"))
        await owner.tap("Получить ссылку")
    assert "дал и подтвердил" in owner.text
    (wallet,) = [button.data for button in owner.buttons if button.kind == "url"]
    assert f"{SHOWN}?amount={view.payment.quote.due.units}&text=10042" in wallet
    assert await buyer.balance() == 0
    await vera.tap("Другой адрес")
    assert "Ничего не записано" in vera.toasts[-1]
    assert not any(part in str(logs) for part in (TYPED, SHOWN, THEIRS.raw))
    await check_ledger(bot_harness.world)
    async with bot_harness.world.storage.transaction() as tx:
        actors = [line.actor for line in await tx.payout_addresses.of_payment(view.payment.id)]
    assert actors == ["cli:owner", f"telegram:{TelegramId(vera.user_id)}", f"telegram:{OWNER}"]
