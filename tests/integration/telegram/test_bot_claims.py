"""Paid without the comment, tap by tap: the customer names the transfer, the owner decides; and questions."""

import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_domain.ids import TelegramId
from orbit_sandbox.telegram.messages import Message
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER
from tests.support.world import COIN

PAYER = TonAddress(0, b"\xbb" * 32)


@pytest.fixture
async def owner(bot_harness: BotHarness) -> ChatUser:
    """The owner's chat; notices of the shop arrive in the chats."""
    bot_harness.send_notices_to_chats()
    bot_harness.telegram.add_customer("Хозяйка", "ru", "owner", user_id=OWNER)
    owner = ChatUser(bot_harness, OWNER)
    await owner.write("/start")
    await bot_harness.shop.set_language(OWNER, "ru")
    return owner


async def claim(customer: ChatUser, typed: str) -> Message:
    """From /paysupport to the answer."""
    await customer.write("/paysupport")
    await customer.tap("claim")
    return await customer.write(typed)


def one_letter_wrong(memo: str) -> str:
    """*memo* with one letter mistyped."""
    return memo[:5] + ("X" if memo[5] != "X" else "Y") + memo[6:]


def question_of(owner: ChatUser, part: str = "платил без комментария") -> Message:
    """The owner's newest message with *part* in it."""
    return [message for message in owner.messages if part in message.content.words.text][-1]


async def test_paid_without_a_comment_to_a_working_key(
    vera: ChatUser, owner: ChatUser, bot_harness: BotHarness
) -> None:
    """Not seen, claimed by its link, compared and given with one tap: the order is paid and both are told."""
    await vera.tap("Купить")
    await vera.tap("buy:sub_1m")
    await vera.tap("pay:")
    record = bot_harness.world.chain.deposit(COIN)
    await vera.tap("check:")
    assert "пока не видно" in vera.toasts[-1]
    await vera.tap("claim")
    assert "Какой перевод ваш" in vera.text
    await vera.write(f"https://testnet.tonviewer.com/transaction/{record.digest}")
    assert "Передали владельцу" in vera.text
    await bot_harness.shop.work()

    asked = question_of(owner)
    words = asked.content.words.text.replace("\xa0", " ")
    assert all(part in words for part in (str(vera.user_id), record.digest, "1 TON", PAYER.raw, "«1 месяц», 129 ₽"))
    await owner.tap("approve:", asked)
    assert "Записано: 129 ₽" in owner.text.replace("\xa0", " ")
    assert owner.toasts[-1] == "Деньги отданы"
    await bot_harness.shop.work()
    assert [one for one in vera.messages if "Оплачено: 1 месяц" in one.content.words.text]
    assert [one for one in vera.messages if "Ключ готов" in one.content.words.text]
    await owner.tap("approve:", asked)
    assert owner.toasts[-1] == "Уже решено: деньги отданы"
    await check_ledger(bot_harness.world)


async def test_a_rejected_customer_finds_a_person(vera: ChatUser, owner: ChatUser, bot_harness: BotHarness) -> None:
    """After the owner's "no" the customer reads why, and one tap leads to support."""
    await claim(vera, PAYER.friendly(Network.TESTNET, bounceable=False))
    await bot_harness.shop.work()
    await owner.tap("reject:", question_of(owner))
    assert owner.toasts[-1] == "Заявка отклонена"
    await bot_harness.shop.work()
    assert "не признали вашим" in vera.text
    await vera.tap("paid")
    assert [button.data for button in vera.buttons if button.kind == "url"] == ["https://t.me/orbit_help"]


async def test_nobody_but_the_owner_decides(vera: ChatUser, owner: ChatUser, bot_harness: BotHarness) -> None:
    """A customer who crafts the owner's buttons is refused, and nothing is given."""
    record = bot_harness.world.chain.deposit(COIN)
    await claim(vera, record.external_id)
    await bot_harness.shop.work()
    approve = next(
        button.data for row in question_of(owner).content.keyboard for button in row if "approve" in button.data
    )
    for data in (approve, approve.replace("approve", "reject"), f"give:{'0' * 32}:{'0' * 16}"):
        assert await vera.send_data(data) == 1
        assert vera.toasts[-1] in ("Это решает владелец магазина", "Ваша роль этого не позволяет")
    assert await vera.buyer.balance() == 0
    await owner.tap("approve:", question_of(owner))
    assert await vera.buyer.balance() == 12_900


@pytest.mark.parametrize("typed", ["hello", "\u202e" * 4096, "https://etherscan.io/tx/0x" + "a" * 64, "9" * 4096])
async def test_what_is_no_transfer_is_asked_for_again(vera: ChatUser, bot_harness: BotHarness, typed: str) -> None:
    """Anything else gets an answer in words, stores nothing, and the dialog goes on."""
    await claim(vera, typed)
    assert "не похоже на перевод" in vera.text
    async with bot_harness.world.storage.transaction() as tx:
        assert await tx.receipt_claims.open_of_user(TelegramId(vera.user_id)) == ()
    await vera.write("a" * 64)
    assert "Передали владельцу" in vera.text


async def test_a_claim_is_no_way_to_ask_about_others(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The message about a transfer that is there is, letter for letter, that about one that isn't."""
    record = bot_harness.world.chain.deposit(COIN)
    await bot_harness.shop.work()
    real = (await claim(vera, record.digest)).content
    invented = (await claim(vera, "b" * 64)).content
    assert (real.words.text, real.keyboard) == (invented.words.text, invented.keyboard)


async def test_a_photo_names_no_transfer(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A message without text gets the same answer as any other that names nothing."""
    await vera.write("/paysupport")
    await vera.tap("claim")
    await bot_harness.feed(sticker_of(vera))
    assert "не похоже на перевод" in vera.text


def sticker_of(user: ChatUser) -> dict[str, object]:
    """An update with a dice: a message without text."""
    person = {"id": user.user_id, "is_bot": False, "first_name": "Вера"}
    chat = {"id": user.user_id, "type": "private", "first_name": "Вера"}
    dice = {"emoji": "🎲", "value": 3}
    return {"update_id": 9_999, "message": {"message_id": 999, "date": 1, "chat": chat, "from": person, "dice": dice}}


async def test_a_nearly_right_comment_is_given_with_one_tap(
    vera: ChatUser, owner: ChatUser, bot_harness: BotHarness
) -> None:
    """The alert about unmatched money names the customer that was probably meant, and has the button."""
    view = await vera.buyer.start_purchase()
    bot_harness.world.chain.deposit(COIN, one_letter_wrong(view.payment.comment))
    await bot_harness.shop.work()
    alert = question_of(owner, "чьи — неизвестно")
    await owner.tap("give:", alert)
    assert f"Клиент: {vera.user_id}" in owner.text
    await owner.tap("give:", alert)
    assert owner.toasts[-1] == "Уже сделано"
    await bot_harness.shop.work()
    assert (await vera.buyer.order_of(view)).delivered_at is not None


async def test_without_a_rate_the_owner_taps_again(vera: ChatUser, owner: ChatUser, bot_harness: BotHarness) -> None:
    """The notice keeps its buttons: after a refusal the same one works later."""
    world = bot_harness.world
    world.clock.advance(days=2)
    world.rates.silent = True
    record = world.chain.deposit(COIN)
    await claim(vera, record.digest)
    await bot_harness.shop.work()
    asked = question_of(owner)
    await owner.tap("approve:", asked)
    assert owner.toasts[-1] == "Сейчас нет курса"
    world.rates.silent = False
    await owner.tap("approve:", asked)
    assert owner.toasts[-1] == "Деньги отданы"


async def test_a_question_and_its_answer(vera: ChatUser, owner: ChatUser, bot_harness: BotHarness) -> None:
    """Without a support account the button in the help passes the question on, and the owner's answer comes back."""
    bot_harness.drop_support_account()
    await vera.write("/help")
    await vera.tap("write")
    await vera.write("Где <b>деньги</b>?")
    assert "Ваш вопрос у нас" in vera.text
    await bot_harness.shop.work()
    asked = question_of(owner, "Где <b>деньги</b>?")
    await owner.tap("answer:", asked)
    await owner.write("Уже идут")
    assert "Ответ отправлен" in owner.text
    await bot_harness.shop.work()
    assert "Уже идут" in vera.text
    await vera.tap("write")
    assert "Мы ответили" in vera.text


async def test_a_crafted_answer_goes_nowhere(vera: ChatUser, owner: ChatUser, bot_harness: BotHarness) -> None:
    """A customer can't write to others in the shop's name."""
    await vera.send_data(f"answer:{OWNER}")
    await vera.write("Send me your key")
    assert "Ваша роль этого не позволяет" in vera.text
    await bot_harness.shop.work()
    assert not [one for one in owner.messages if "Send me your key" in one.content.words.text]
