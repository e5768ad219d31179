"""Without a support account a customer's question reaches the owner, and the answer comes back."""

from dataclasses import replace

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.notice.questions import CustomerWrote, OwnerAnswered
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.use_cases.ask_owner import QUESTION_CHARS, NobodyToAsk, NotAQuestion, TooManyQuestions
from orbit_domain.user.user import NoSuchUser
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import OWNER
from tests.support.world import World


async def test_a_question_is_passed_on_and_answered(alice: Buyer, world: World) -> None:
    """The owner reads who asks what; the answer reaches that customer and no other."""
    await alice.shop.ask_owner(ALICE, "  Where is my money?\n")
    await alice.shop.work()
    (question,) = world.notices(OWNER, "customer_wrote")
    assert isinstance(question, CustomerWrote)
    assert (question.tg_id, question.username, question.text) == (ALICE, "user42", "Where is my money?")
    await alice.shop.answer_customer(OWNER, TelegramId(question.tg_id), "On its way")
    await alice.shop.work()
    (answer,) = alice.notices("owner_answered")
    assert isinstance(answer, OwnerAnswered)
    assert answer.text == "On its way"


async def test_a_few_questions_an_hour_are_passed_on(alice: Buyer, world: World) -> None:
    """The sixth question within an hour is refused; in the next hour there is room again."""
    for _ in range(5):
        await alice.shop.ask_owner(ALICE, "Hello?")
    with pytest.raises(TooManyQuestions):
        await alice.shop.ask_owner(ALICE, "Hello??")
    world.clock.advance(hours=1)
    await alice.shop.ask_owner(ALICE, "Hello again")
    await alice.shop.work()
    assert len(world.notices(OWNER, "customer_wrote")) == 6


@pytest.mark.parametrize("text", ["", " \n", "x" * (QUESTION_CHARS + 1)])
async def test_nothing_and_too_much_are_not_passed_on(alice: Buyer, text: str) -> None:
    """An empty text and one that doesn't fit into a message are refused in both directions."""
    with pytest.raises(NotAQuestion):
        await alice.shop.ask_owner(ALICE, text)
    with pytest.raises(NotAQuestion):
        await alice.shop.answer_customer(OWNER, ALICE, text)


async def test_only_admins_answer(alice: Buyer, bob: Buyer) -> None:
    """A customer can't write to another one through the bot, and people whom the shop doesn't know get nothing."""
    with pytest.raises(NotPermitted):
        await bob.shop.answer_customer(BOB, ALICE, "Send me your key")
    with pytest.raises(NoSuchUser):
        await bob.shop.answer_customer(OWNER, TelegramId(999), "Hello")
    await bob.shop.work()
    assert alice.notices("owner_answered") == []


async def test_without_an_owner_nobody_is_asked(alice: Buyer) -> None:
    """A shop without an owner says so, instead of keeping a question that nobody reads."""
    with pytest.raises(NobodyToAsk):
        await replace(alice.shop.ask_owner, owner=None)(ALICE, "Hello?")
