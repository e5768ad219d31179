"""What customers ask is a case that the staff sees, answers and closes, from `/admin` and from a chat of their own."""

from uuid import UUID

import pytest

from orbit_domain.ids import CaseId, TelegramId
from orbit_domain.notice.questions import CustomerWrote, OwnerAnswered
from orbit_domain.shop_chat.shop_chat import Place, Purpose
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.support.case import Case, CaseState, CaseSubject, NoSuchCase
from orbit_domain.use_cases.ask_owner import QUESTION_CHARS, NotAQuestion
from orbit_domain.user.user import NoSuchUser, Role
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import OWNER
from tests.support.world import COIN, World

GROUP = Place(-100, None, "Support")


async def case_of(buyer: Buyer) -> Case:
    """The customer's live case."""
    case = (await buyer.shop.show_own_case(buyer.tg_id)).case
    assert case is not None
    return case


async def test_a_case_waits_is_answered_and_goes_on(alice: Buyer, world: World) -> None:
    """Both sides are kept in one case; waiting counts from the first unanswered word, and the answer ends it."""
    await alice.shop.ask_owner(ALICE, " Where is my key?\n")
    asked_at = world.clock.now()
    world.clock.advance(hours=2)
    await alice.shop.ask_owner(ALICE, "Hello?")
    page = await alice.shop.list_cases(OWNER)
    assert (page.waiting, len(page.cases), page.cases[0].case.waiting_since) == (1, 1, asked_at)
    await alice.shop.answer_customer(OWNER, ALICE, "Here it is")
    assert (await alice.shop.list_cases(OWNER)).waiting == 0
    view = await alice.shop.show_case(OWNER, (await case_of(alice)).id)
    assert view.case.state is CaseState.ANSWERED
    assert [one.text for one in view.messages] == ["Where is my key?", "Hello?", "Here it is"]
    assert [one.staff_id for one in view.messages] == [None, None, OWNER]
    await alice.shop.work()
    (answer,) = alice.notices("owner_answered")
    assert isinstance(answer, OwnerAnswered)
    assert answer.case_id == view.case.id
    await alice.shop.ask_owner(ALICE, "Thanks, and how long?")
    assert (await case_of(alice)).state is CaseState.OPEN


async def test_a_closed_case_stays_closed_and_the_next_word_opens_another(alice: Buyer, bob: Buyer) -> None:
    """The customer closes only their own, the staff any; each may do so twice, and the staff's is logged once."""
    await alice.shop.ask_owner(ALICE, "Hello?")
    first = await case_of(alice)
    with pytest.raises(NoSuchCase):
        await bob.shop.close_own_case(BOB, first.id)
    for _ in range(2):
        await alice.shop.close_own_case(ALICE, first.id)
    assert (await alice.shop.list_cases(OWNER)).cases == ()
    await alice.shop.ask_owner(ALICE, "One more thing")
    second = await case_of(alice)
    assert second.id != first.id
    for _ in range(2):
        await alice.shop.close_case(OWNER, second.id)
    actions = [action.action for action, _ in (await alice.shop.show_audit(OWNER)).actions]
    assert actions == ["close_case"]
    with pytest.raises(NoSuchCase):
        await alice.shop.close_case(OWNER, CaseId(UUID(int=2**100)))


async def test_missed_money_comes_with_what_is_known_of_it(alice: Buyer, world: World) -> None:
    """The staff reads the requests of the customer and the nameless money near one of them, and no other money."""
    view = await alice.start_purchase()
    due = view.payment.quote.due.units
    world.chain.deposit(due - due // 50, "no comment of ours")
    world.chain.deposit(due * 3, "too much to be it")
    await alice.shop.work()
    await alice.shop.ask_owner(ALICE, "", CaseSubject.PAYMENT)
    await alice.shop.work()
    (told,) = world.notices(OWNER, "customer_wrote")
    assert isinstance(told, CustomerWrote)
    assert told.is_payment
    assert [one.comment for one in told.facts.payments] == [view.payment.comment]
    assert [one.comment for one in told.facts.nearby] == ["no comment of ours"]
    await alice.shop.ask_owner(ALICE, "I have the link")
    seen = await alice.shop.show_case(OWNER, (await case_of(alice)).id)
    assert seen.case.subject is CaseSubject.PAYMENT
    assert seen.facts == told.facts


async def test_customers_see_no_cases_of_others(alice: Buyer, bob: Buyer) -> None:
    """The list, a case and its end are the staff's; support is enough for all three."""
    await alice.shop.ask_owner(ALICE, "Hello?")
    case = await case_of(alice)
    for forbidden in (bob.shop.list_cases(BOB), bob.shop.show_case(BOB, case.id), bob.shop.close_case(BOB, case.id)):
        with pytest.raises(NotPermitted):
            await forbidden
    assert (await bob.shop.show_own_case(BOB)).case is None
    await bob.shop.change_role(OWNER, BOB, Role.SUPPORT)
    assert (await bob.shop.show_case(BOB, case.id)).case == case


async def test_a_reply_in_the_chat_for_support_reaches_the_customer(alice: Buyer, bob: Buyer) -> None:
    """Who may answer is asked when they answer; other chats and other messages are no answers."""
    await alice.shop.choose_shop_chat(OWNER, Purpose.SUPPORT, GROUP)
    await alice.shop.ask_owner(ALICE, "Hello?")
    await alice.shop.record_case_post((await case_of(alice)).id, GROUP.chat_id, 7)
    reply = alice.shop.answer_in_chat
    assert await reply(OWNER, GROUP.chat_id, 8, "To nobody") is None
    assert await reply(OWNER, -200, 7, "In another chat") is None
    with pytest.raises(NotPermitted):
        await reply(BOB, GROUP.chat_id, 7, "I'm no staff")
    with pytest.raises(NoSuchUser):
        await reply(TelegramId(999), GROUP.chat_id, 7, "Who am I?")
    for text in ("  ", "x" * (QUESTION_CHARS + 1)):
        with pytest.raises(NotAQuestion):
            await reply(OWNER, GROUP.chat_id, 7, text)
    await alice.shop.change_role(OWNER, BOB, Role.SUPPORT)
    await reply(BOB, GROUP.chat_id, 7, "From support")
    await reply(OWNER, GROUP.chat_id, 7, "From the owner")
    await alice.shop.work()
    texts = [one.text for one in alice.notices("owner_answered") if isinstance(one, OwnerAnswered)]
    assert texts == ["From support", "From the owner"]


async def test_the_topic_of_a_customer_outlives_a_case(alice: Buyer) -> None:
    """The next case is written into the same topic."""
    await alice.shop.ask_owner(ALICE, "Hello?")
    first = await case_of(alice)
    await alice.shop.record_case_topic(first.id, GROUP.chat_id, 31)
    await alice.shop.close_own_case(ALICE, first.id)
    await alice.shop.ask_owner(ALICE, "Again")
    second = await case_of(alice)
    assert (second.topic_chat_id, second.topic_id) == (GROUP.chat_id, 31)


async def test_what_is_known_is_shown_before_anybody_is_asked(alice: Buyer) -> None:
    """Past every cache: the balance and the payments of now."""
    view = await alice.start_purchase()
    alice.send(view, COIN)
    await alice.shop.work()
    seen = await alice.shop.show_payment_help(ALICE)
    assert [one.id for one in seen.payments] == [view.payment.id]
