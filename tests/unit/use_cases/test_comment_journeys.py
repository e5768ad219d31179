"""What people write where the comment belongs, and whose money it is then."""

from collections.abc import Callable

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import UnmatchedMoney
from orbit_domain.order.order import OrderState
from orbit_domain.payment.source_record import Comment, CommentKind, Meaning, SourceRecord
from orbit_domain.use_cases.assign_receipt import ReceiptAlreadyAssigned
from orbit_domain.user.user import NoSuchUser
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER
from tests.support.world import COIN, PRICE, World

UNKNOWN = TelegramId(999)


def one_letter_wrong(memo: str) -> str:
    """*memo* with one letter mistyped."""
    return memo[:5] + ("X" if memo[5] != "X" else "Y") + memo[6:]


async def test_money_without_comment_waits_for_the_owner(alice: Buyer, world: World) -> None:
    """It stands in *unmatched*, it is listed, the owner is notified once, and no customer gets it automatically."""
    view = await alice.start_purchase()
    alice.send(view, comment="")
    await alice.shop.work(3)
    (unmatched,) = await alice.shop.list_unmatched()
    assert (unmatched.receipt.amount.units, unmatched.suggestion) == (COIN, None)
    (notice,) = world.notices(OWNER, "unmatched_money")
    assert isinstance(notice, UnmatchedMoney)
    assert (notice.units, notice.memo_result, notice.suggestion) == (COIN, "missing", None)
    assert ((await alice.order_of(view)).is_open, await alice.balance()) == (True, 0)
    await check_ledger(world)


async def test_a_mistyped_comment_is_suggested_and_assigned_once(alice: Buyer, bob: Buyer, world: World) -> None:
    """The owner sees whose it probably is and gives it to them, once, with an audit row; the customer then buys."""
    view = await alice.start_purchase()
    transfer = alice.send(view, comment=one_letter_wrong(view.payment.comment))
    await alice.shop.work()
    (notice,) = world.notices(OWNER, "unmatched_money")
    assert isinstance(notice, UnmatchedMoney)
    assert notice.suggestion == view.payment.comment
    (unmatched,) = await alice.shop.list_unmatched()
    assert unmatched.suggestion == view.payment.comment

    given = await give(alice, transfer, ALICE)
    assert (given, await alice.balance(), (await alice.order_of(view)).state) == (PRICE, 0, OrderState.PAID)
    with pytest.raises(ReceiptAlreadyAssigned):
        await give(alice, transfer, BOB)
    assert await alice.shop.list_unmatched() == ()
    await alice.shop.work()
    assert len(alice.notices("order_paid")) == 1
    story = await alice.shop.show_timeline(ALICE)
    assert [(event.what, event.cause.partition(": ")[2]) for event in story if event.topic == "admin"] == [
        (("assign_receipt by owner",), "typing error")
    ]
    await check_ledger(world)


async def give(admin: Buyer, transfer: SourceRecord, tg_id: TelegramId) -> int:
    """Assign the receipt of *transfer*; kopecks given."""
    source = admin.world.chain.name
    return (await admin.shop.assign_receipt(source, transfer.external_id, tg_id, "owner", "typing error")).units


async def test_money_is_not_assigned_to_an_unknown_user(alice: Buyer, world: World) -> None:
    """Assigning to an unknown user is refused and leaves the money where it is."""
    transfer = world.chain.deposit(COIN)
    await alice.shop.work()
    with pytest.raises(NoSuchUser):
        await give(alice, transfer, UNKNOWN)
    assert len(await alice.shop.list_unmatched()) == 1
    await check_ledger(world)


async def test_money_with_an_owner_isn_t_assigned_to_another(alice: Buyer, bob: Buyer, world: World) -> None:
    """What came with a good comment is its owner's, also before it was settled."""
    view = await alice.start_purchase()
    transfer = alice.send(view)
    await alice.shop.read_receipts()
    with pytest.raises(ReceiptAlreadyAssigned):
        await give(bob, transfer, BOB)
    await alice.shop.work()
    with pytest.raises(ReceiptAlreadyAssigned):
        await give(bob, transfer, BOB)
    assert await bob.balance() == 0
    await check_ledger(world)


@pytest.mark.parametrize("external_id", ["", "0", "1", "999999999999", "x" * 500, "1; DROP TABLE users"])
async def test_assigning_what_never_came_is_refused(alice: Buyer, external_id: str) -> None:
    """A receipt that doesn't exist is refused by name."""
    with pytest.raises(ReceiptAlreadyAssigned):
        await alice.shop.assign_receipt(alice.world.chain.name, external_id, ALICE, "owner", "guess")
    assert await alice.balance() == 0


async def test_assigning_less_than_a_kopeck_is_refused_not_a_crash(alice: Buyer, world: World) -> None:
    """One nanoton is worth less than a kopeck: the assignment is refused, and the ledger stays as it is."""
    transfer = world.chain.deposit(1)
    await alice.shop.work()
    with pytest.raises(Refusal):
        await give(alice, transfer, ALICE)
    assert await alice.balance() == 0
    await check_ledger(world)


@pytest.mark.parametrize(
    "typed",
    [str.lower, str.title, " ".join, "-".join, "\n{}\n".format, "\u200b{}\u00a0".format, "payment {} thanks".format],
)
async def test_a_comment_that_can_be_read_buys(alice: Buyer, world: World, typed: Callable[[str], str]) -> None:
    """Lower case, spaces, dashes, invisible marks and a sentence around it: the comment is still the customer's."""
    view = await alice.start_purchase()
    alice.send(view, comment=typed(view.payment.comment))
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert world.notices(OWNER, "unmatched_money") == []
    await check_ledger(world)


@pytest.mark.parametrize("kind", [kind for kind in CommentKind if kind not in (CommentKind.TEXT, CommentKind.EMPTY)])
async def test_an_unreadable_comment_waits_for_the_owner(alice: Buyer, world: World, kind: CommentKind) -> None:
    """Encrypted, binary, endless or broken comments never stop the scanner and never lose the money."""
    world.chain.deposit(COIN, Comment(kind))
    await alice.shop.work()
    (unmatched,) = await alice.shop.list_unmatched()
    assert unmatched.receipt.memo_result == "unreadable"
    assert len(world.notices(OWNER, "unmatched_money")) == 1
    await check_ledger(world)


async def test_a_memo_in_cyrillic_letters_never_moves_money_by_itself(alice: Buyer, world: World) -> None:
    """Look-alike letters are a suggestion to the owner, not a match."""
    view = await alice.start_purchase()
    alice.send(view, comment=view.payment.comment.replace("ORB", "ОRВ"))
    await alice.shop.work()
    (unmatched,) = await alice.shop.list_unmatched()
    assert (unmatched.suggestion, await alice.balance()) == (view.payment.comment, 0)
    await check_ledger(world)


async def test_two_memos_in_one_comment_wait_for_the_owner(alice: Buyer, bob: Buyer, world: World) -> None:
    """The shop doesn't guess which of two customers was meant."""
    hers, his = await alice.start_purchase(), await bob.start_purchase()
    alice.send(hers, comment=f"{hers.payment.comment} {his.payment.comment}")
    await alice.shop.work()
    assert (await alice.balance(), await bob.balance(), len(await alice.shop.list_unmatched())) == (0, 0, 1)
    await check_ledger(world)


async def test_another_customer_s_memo_is_a_gift(alice: Buyer, bob: Buyer, world: World) -> None:
    """Money belongs to the customer that the comment names, whoever sent it; the sender's own order stays open."""
    hers, his = await alice.start_purchase(), await bob.start_purchase()
    bob.send(his, comment=hers.payment.comment)
    await alice.shop.work()
    assert (await alice.order_of(hers)).state is OrderState.DELIVERED
    assert ((await bob.order_of(his)).is_open, await bob.balance()) == (True, 0)
    await check_ledger(world)


async def test_five_hundred_specks_of_dust_hide_nothing(alice: Buyer, bob: Buyer, world: World) -> None:
    """Between two real payments 500 worthless transfers change nothing, and cause no notice."""
    world.chain.page_limit = 60
    hers, his = await alice.start_purchase(), await bob.start_purchase()
    alice.send(hers)
    for number in range(500):
        world.chain.deposit(1 + number % 3, "" if number % 2 else f"visit our shop {number}")
    bob.send(his)
    await alice.shop.work()
    assert (await alice.order_of(hers)).state is OrderState.DELIVERED
    assert (await bob.order_of(his)).state is OrderState.DELIVERED
    assert world.notices(OWNER, "unmatched_money") == []
    assert len(await alice.shop.list_unmatched(1_000)) == 500
    await check_ledger(world)


async def test_the_owner_is_told_of_money_from_the_dust_limit_on(alice: Buyer, world: World) -> None:
    """A transfer of just the limit is worth a message, one unit less isn't."""
    limit = world.chain.dust_units
    for units in (limit, limit - 1):
        world.chain.deposit(units, "for my friend")
    await alice.shop.work()
    (notice,) = world.notices(OWNER, "unmatched_money")
    assert isinstance(notice, UnmatchedMoney)
    assert notice.units == limit


async def test_dust_with_the_right_memo_pays_nothing_and_stops_nothing(alice: Buyer, world: World) -> None:
    """An onlooker who copies the comment can add specks to a payment, not delay or confirm it."""
    view = await alice.start_purchase()
    for _ in range(50):
        alice.send(view, 1)
    await alice.shop.work()
    assert (await alice.refreshed(view)).received.units == 50
    assert len(alice.notices("payment_short")) <= 1
    alice.send(view)
    for _ in range(50):
        alice.send(view, 1)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_only_a_deposit_is_money(alice: Buyer, world: World) -> None:
    """Bounced, rejected, forged or outgoing transactions with the right comment credit nothing."""
    view = await alice.start_purchase()
    world.chain.deposit(COIN, view.payment.comment, meaning=Meaning.NOTHING)
    await alice.shop.work()
    assert ((await alice.order_of(view)).is_open, await alice.balance()) == (True, 0)
    assert await alice.shop.list_unmatched() == ()
    await check_ledger(world)
