"""What Vera is told, and when: her settings, tap by tap, and what becomes of them."""

from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.broadcast.broadcast import BroadcastAction
from orbit_domain.notice_settings.notice_settings import NoticeGroup, QuietHours, UtcOffset
from orbit_domain.user.user import User
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.shop import OWNER


async def stored(vera: ChatUser) -> User:
    """Vera as she is recorded."""
    return (await vera.buyer.shop.show_notices(vera.buyer.tg_id)).user


async def test_three_taps_from_home_to_each_choice(vera: ChatUser) -> None:
    """A switch turns and turns back; hours need the clock once, are moved by a tap, and end."""
    await vera.tap("Настройки")
    await vera.tap("Уведомления")
    assert "О деньгах, ключах и ответах поддержки мы пишем всегда" in vera.text
    await vera.tap("Новости и скидки: да")
    assert vera.toasts[-1] == "Новостей больше не будет"
    assert (await stored(vera)).notices.off == {NoticeGroup.NEWS}
    await vera.tap("Новости и скидки: нет")
    assert (await stored(vera)).notices.off == frozenset()
    await vera.tap("Тихие часы")
    await vera.tap("22:00–08:00")
    assert "Который час сейчас у вас?" in vera.text
    now = vera.bot_harness.world.clock.now()
    await vera.tap(f"{UtcOffset(180).local(now):%H:%M}" if now.minute == 0 else "clock:0300")
    assert "Не беспокоим вас 22:00–08:00" in vera.text
    await vera.tap("Начало + 1 ч")
    await vera.tap("Конец − 1 ч")
    assert "23:00–07:00" in vera.text
    chosen = (await stored(vera)).notices
    assert (chosen.quiet_hours, chosen.offset) == (QuietHours(23, 7), UtcOffset(180))
    await vera.tap("Выключить тихие часы")
    await vera.tap("Назад")
    await vera.tap("Моё время")
    await vera.tap("минуты — нет")
    await vera.tap("clock:0530")
    chosen = (await stored(vera)).notices
    assert (chosen.quiet_hours, chosen.offset) == (None, UtcOffset(330))


async def test_crafted_hours_change_nothing(vera: ChatUser) -> None:
    """Hours that aren't, clocks that aren't, and a group that can't be switched off are outdated buttons."""
    for data in ("hush:2222", "hush:2408", "clock:0060", "clock:2400", "notify:money:off", "notify:news:off:1"):
        assert await vera.send_data(data) == 1
    assert (await stored(vera)).notices.off == frozenset()
    assert (await stored(vera)).notices.quiet_hours is None


async def test_one_tap_below_the_news_ends_them(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The message stays as it is; the answer comes below it, in Vera's language."""
    shop = bot_harness.shop
    bot_harness.send_notices_to_chats()
    await shop.register_user(OWNER, "owner", "en")
    draft = await shop.draft_broadcast(OWNER, "<b>Sale</b>", Audience(Segment.EVERYONE))
    await shop.preview_broadcast(OWNER, draft.id)
    await shop.steer_broadcast(OWNER, draft.id, BroadcastAction.START)
    await shop.queue_broadcasts()
    await shop.deliver_notices()
    news = vera.newest
    assert news.content.words.text == "Sale"
    await vera.tap("Не присылать новости")
    assert vera.toasts[-1] == "Новостей больше не будет"
    assert "Уведомления" in vera.text
    assert vera.newest.id != news.id
    assert (await stored(vera)).notices.off == {NoticeGroup.NEWS}


async def test_a_block_is_known_at_once_and_so_is_its_end(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Telegram says both; the staff sees it, what is paid is delivered, and the next notice arrives again."""
    bot_harness.send_notices_to_chats()
    bot_harness.telegram.block(vera.user_id)
    await bot_harness.process_updates()
    assert (await stored(vera)).unreachable_at is not None
    assert (await vera.buyer.buy()).delivered_at is not None
    bot_harness.telegram.press_start(vera.user_id)
    await bot_harness.process_updates()
    assert (await stored(vera)).unreachable_at is None
    await vera.buyer.buy()
    assert any("Оплачено" in one.content.words.text for one in vera.messages)


async def test_the_staff_reads_what_was_told(vera: ChatUser, bot_harness: BotHarness) -> None:
    """From the card: what came, what comes next, and that a support member may look."""
    shop = bot_harness.shop
    await vera.buyer.buy()
    bot_harness.telegram.add_customer("Хозяйка", "ru", "owner", user_id=OWNER)
    owner = ChatUser(bot_harness, OWNER)
    await owner.write("/start")
    await shop.set_language(OWNER, "ru")
    assert await owner.send_data(f"card_of:{vera.user_id}") == 1
    await owner.tap("Уведомления")
    assert "ключ готов — отправлено" in owner.text
    assert "за три дня до конца" in owner.text
    await owner.tap("Карточка")
    assert await vera.send_data(f"told:{OWNER}:0") == 1
    assert "отправлено" not in vera.text
