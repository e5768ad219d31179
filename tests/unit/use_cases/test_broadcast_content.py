"""What a broadcast may say, and that Telegram takes it from its author before anybody else gets it."""

from datetime import timedelta

import pytest

from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.broadcast.broadcast import BroadcastAction, BroadcastNotPreviewed, BroadcastNotSteered
from orbit_domain.broadcast.content import (
    MAX_BUTTONS,
    MAX_CAPTION,
    MAX_LABEL,
    MAX_TEXT,
    BroadcastButton,
    ButtonFault,
    NotABroadcast,
    NotAButton,
)
from orbit_domain.notice.announcement import Announcement
from orbit_domain.notice.ports import RetryLater, Unreachable
from orbit_domain.use_cases.preview_broadcast import PreviewFailed
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import OWNER
from tests.support.world import World

SECOND = timedelta(seconds=1)
EVERYONE = Audience(Segment.EVERYONE)
LINK = BroadcastButton("Site", "https://example.org/?a=1&b=2")


@pytest.mark.parametrize(
    ("text", "picture", "limit"),
    [
        ("", "", MAX_TEXT),
        (" \n ", "", MAX_TEXT),
        ("<b> </b>", "", MAX_TEXT),
        ("x" * (MAX_TEXT + 1), "", MAX_TEXT),
        ("x" * (MAX_CAPTION + 1), "picture", MAX_CAPTION),
        ("<b>🎁</b>" * (MAX_CAPTION // 2 + 1), "picture", MAX_CAPTION),
    ],
)
async def test_a_text_that_can_t_be_sent_is_refused(alice: Buyer, text: str, picture: str, limit: int) -> None:
    """Before anybody gets anything, and with the limit that holds."""
    with pytest.raises(NotABroadcast) as refused:
        await alice.shop.draft_broadcast(OWNER, text, EVERYONE, picture)
    assert refused.value.limit == limit


@pytest.mark.parametrize("text", ["", "<b>🎁</b>" * (MAX_CAPTION // 2)])
async def test_a_caption_is_as_long_as_telegram_shows_it(alice: Buyer, text: str) -> None:
    """Its markup doesn't count, and a picture needs no words."""
    assert (await alice.shop.draft_broadcast(OWNER, text, EVERYONE, "picture")).html == text


@pytest.mark.parametrize(
    ("button", "fault"),
    [
        *((BroadcastButton("Site", target), ButtonFault.LINK) for target in (
            "http://example.org", "https://", "https://localhost", "https://a..b", "https://exa mple.org", "tg://x",
            "javascript:alert(1)", "https://[", "https://example.org/" + "x" * 1_024, "", "home", "PLANS",
        )),
        (BroadcastButton(" ", LINK.target), ButtonFault.LABEL),
        (BroadcastButton("x" * (MAX_LABEL + 1), LINK.target), ButtonFault.LABEL),
        (BroadcastButton("Code", "promo:UNKNOWN"), ButtonFault.PROMO),
    ],
)  # fmt: skip
async def test_a_button_that_can_t_be_sent_is_refused(
    alice: Buyer, button: BroadcastButton, fault: ButtonFault
) -> None:
    """Before anybody gets anything; the buttons that were there stay."""
    made = await alice.shop.draft_broadcast(OWNER, "<b>Sale</b>", EVERYONE)
    await alice.shop.change_broadcast_buttons(OWNER, made.id, [LINK])
    for buttons, why in (([LINK, button], fault), ([LINK] * (MAX_BUTTONS + 1), ButtonFault.COUNT)):
        with pytest.raises(NotAButton) as refused:
            await alice.shop.change_broadcast_buttons(OWNER, made.id, buttons)
        assert refused.value.fault is why
    assert (await alice.shop.show_broadcast(OWNER, made.id)).broadcast.buttons == (LINK,)


async def test_nobody_gets_what_telegram_has_not_taken_from_its_author(alice: Buyer, world: World) -> None:
    """A draft can't be started before its preview arrived as it is now; other buttons ask for another one."""
    shop = alice.shop
    made = await shop.draft_broadcast(OWNER, "<b>Sale</b>", EVERYONE, "picture")
    for error, is_refused in (
        (RetryLater(SECOND, "Telegram refused: can't parse entities", keeps_place=False), True),
        (RetryLater(SECOND, "Telegram is unreachable"), False),
        (Unreachable("chat not found"), False),
    ):
        world.notifier.fail_with(error)
        with pytest.raises(PreviewFailed) as failed:
            await shop.preview_broadcast(OWNER, made.id)
        assert failed.value.is_refused is is_refused
        with pytest.raises(BroadcastNotPreviewed):
            await shop.steer_broadcast(OWNER, made.id, BroadcastAction.START)
    world.notifier.recover()
    await shop.preview_broadcast(OWNER, made.id)
    await shop.change_broadcast_buttons(OWNER, made.id, [LINK])
    with pytest.raises(BroadcastNotPreviewed):
        await shop.steer_broadcast(OWNER, made.id, BroadcastAction.START)
    await shop.preview_broadcast(OWNER, made.id)
    shown = Announcement(made.id, "<b>Sale</b>", "picture", ((LINK.label, LINK.target),))
    assert world.notices(OWNER, "announcement")[-1] == shown
    assert not world.notices(ALICE, "announcement")
    await shop.steer_broadcast(OWNER, made.id, BroadcastAction.START)
    await shop.queue_broadcasts()
    await shop.deliver_notices()
    assert world.notices(ALICE, "announcement") == [shown]
    with pytest.raises(BroadcastNotSteered):
        await shop.change_broadcast_buttons(OWNER, made.id, [])
