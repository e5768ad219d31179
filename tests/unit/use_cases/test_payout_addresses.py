"""A customer is asked in the messenger where coins are to go back: checked, repeated in full, recorded, then sent."""

from dataclasses import dataclass

import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_domain.ids import PaymentId
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.notice.payout_notices import PayoutAddressGiven
from orbit_domain.payment.payment import NoSuchPayment
from orbit_domain.payment.payout import BadDestination, PayoutExists
from orbit_domain.payment.payout_address import (
    MAX_LINES,
    AddressLine,
    AddressNotTaken,
    AddressProblem,
    AddressStamp,
    AddressStep,
)
from orbit_domain.steps.require_admin import AdminsOnly
from orbit_domain.use_cases.check_payout_address import CheckedAddress
from orbit_domain.use_cases.request_payout import AskedPayout, PayoutWish
from orbit_domain.use_cases.take_payout_link import PayoutLink
from tests.support.buyer import Buyer
from tests.support.shop import OWNER, TON_SETTINGS

THEIRS = TonAddress(0, b"\x0c" * 32)
SENDER = TonAddress(0, b"\xbb" * 32)
FORMS = (
    THEIRS.raw,
    THEIRS.raw.lower(),
    THEIRS.friendly(Network.TESTNET, bounceable=True),
    THEIRS.friendly(Network.TESTNET, bounceable=False).replace("-", "+").replace("_", "/"),
    f"  {THEIRS.raw}\n",
)
SHOWN = THEIRS.friendly(Network.TESTNET, bounceable=False)
WHY = "the customer asked"
KOPECKS = 20_000


@dataclass
class Refund:
    """A paid top-up of a customer who is to get the coins back."""

    alice: Buyer
    payment_id: PaymentId
    units: int

    async def ask(self) -> AddressLine:
        return await self.alice.shop.ask_payout_address(self.payment_id, "cli:owner", WHY)

    async def check(self, typed: str) -> CheckedAddress:
        return await self.alice.shop.check_payout_address(self.alice.tg_id, self.payment_id, typed)

    async def give(self, typed: str) -> CheckedAddress:
        """Type it, and tap the button below what is shown."""
        stamp = (await self.check(typed)).stamp
        return await self.alice.shop.give_payout_address(self.alice.tg_id, self.payment_id, typed, stamp)

    async def take(self) -> PayoutLink:
        return await self.alice.shop.take_payout_link(OWNER, self.payment_id)

    async def lines(self) -> list[tuple[AddressStep, str, str]]:
        """What was said, where, and by whom."""
        async with self.alice.world.storage.transaction() as tx:
            lines = await tx.payout_addresses.of_payment(self.payment_id)
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))
        return [(line.step, line.destination, line.actor) for line in lines]

    async def told_owner(self) -> list[str]:
        """Which addresses the owner heard of."""
        await self.alice.shop.work()
        notices = self.alice.world.notices(OWNER, "payout_address_given")
        return [notice.address for notice in notices if isinstance(notice, PayoutAddressGiven)]


@pytest.fixture
async def refund(alice: Buyer) -> Refund:
    view = await alice.top_up(KOPECKS)
    units = view.payment.quote.due.units
    alice.send(view, units)
    await alice.shop.work()
    assert await alice.balance() == KOPECKS
    return Refund(alice, view.payment.id, units)


ASKED = (AddressStep.ASKED, "", "cli:owner")
GIVEN = (AddressStep.GIVEN, THEIRS.raw, "telegram:42")
TAKEN = (AddressStep.TAKEN, THEIRS.raw, f"telegram:{OWNER}")


async def test_she_says_where_and_the_owner_sends_it_there(refund: Refund) -> None:
    """Asked once, given in any form, shown in full; the money leaves the balance when the owner takes the link."""
    assert (await refund.ask()) == (await refund.ask())
    await refund.alice.shop.work()
    assert len(refund.alice.notices("payout_address_wanted")) == 1
    for form in FORMS:
        given = await refund.give(form)
        assert (given.address, given.memo, given.amount.units) == (SHOWN, "", refund.units)
    assert (await refund.lines(), await refund.told_owner()) == ([ASKED, GIVEN], [SHOWN])
    assert await refund.alice.balance() == KOPECKS
    link = await refund.take()
    assert link.given is not None
    assert (link.asked.transfer.address, link.given.actor) == (SHOWN, "telegram:42")
    assert (await refund.take()).asked == link.asked
    assert (await refund.lines(), await refund.alice.balance()) == ([ASKED, GIVEN, TAKEN], 0)
    (waiting,) = await refund.alice.shop.list_payouts()
    assert waiting.given == link.given
    with pytest.raises(AddressNotTaken) as refused:
        await refund.give(SENDER.raw)
    assert refused.value.problem is AddressProblem.NOT_ASKED


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("?", "address"),
        ("\n \n", "address"),
        ("A" * 5_000, "address"),
        (THEIRS.raw[:-1], "address"),
        (THEIRS.raw + "\ud800", "address"),
        ("0:" + "\u0661" * 64, "address"),
        (SHOWN[:-1] + ("A" if SHOWN[-1] != "A" else "B"), "address"),
        (SHOWN.replace(SHOWN[5], "\u0410", 1), "address"),
        ("<b>'; --", "address"),
        ("ton://transfer/" + SHOWN, "address"),
        (TON_SETTINGS.address, "own"),
        (TON_SETTINGS.usdt_issuer.raw, "token"),
        (f"{THEIRS.raw}\n" + "7" * 101, "memo"),
        (f"{THEIRS.raw}\n17\u202e", "memo"),
        (f"{THEIRS.raw}\n17\n18", "memo"),
    ],
)
async def test_what_is_no_address_is_refused(refund: Refund, typed: str, reason: str) -> None:
    """Cut, mistyped, look-alike, hostile, the shop's own, with an impossible memo: nothing is recorded."""
    await refund.ask()
    with pytest.raises(BadDestination) as refused:
        await refund.check(typed)
    assert (refused.value.reason, await refund.lines()) == (reason, [ASKED])


async def test_only_what_was_shown_is_recorded(refund: Refund) -> None:
    """A button below an older address, or a made-up one, confirms nothing."""
    await refund.ask()
    older = (await refund.check(SENDER.raw)).stamp
    for stamp in (older, AddressStamp("0" * 12)):
        with pytest.raises(AddressNotTaken) as refused:
            await refund.alice.shop.give_payout_address(refund.alice.tg_id, refund.payment_id, THEIRS.raw, stamp)
        assert refused.value.problem is AddressProblem.NOT_SHOWN
    assert await refund.lines() == [ASKED]


async def test_an_exchange_s_memo_goes_along(refund: Refund) -> None:
    """The second line is the memo; the owner's link has it as the comment."""
    await refund.ask()
    assert (await refund.give(f"{SHOWN}\n 10042 ")).memo == "10042"
    assert (await refund.take()).asked.transfer.reference == "10042"


async def test_the_sending_address_is_only_offered(refund: Refund) -> None:
    """Where the payment came from is named, and marked as what may be an exchange's."""
    await refund.ask()
    question = await refund.alice.shop.show_payout_question(refund.alice.tg_id, refund.payment_id)
    assert question.sender == SENDER.friendly(Network.TESTNET, bounceable=False)
    offered = await refund.give("")
    assert (offered.is_sender, offered.destination) == (True, SENDER.raw)
    assert not (await refund.check(SHOWN)).is_sender


async def test_a_change_reaches_the_owner_before_the_link(refund: Refund) -> None:
    """Another address counts until the link is taken: one that was read before the change makes no payout."""
    await refund.ask()
    await refund.give(SENDER.raw)
    older = await refund.ask()
    await refund.give(THEIRS.raw)
    wish = PayoutWish(refund.payment_id, older.destination, older.memo, older.number)
    with pytest.raises(AddressNotTaken) as refused:
        await refund.alice.shop.request_payout(wish, "cli:owner", WHY)
    assert (refused.value.problem, await refund.alice.balance()) == (AddressProblem.CHANGED, KOPECKS)
    assert len(await refund.told_owner()) == 2
    assert (await refund.take()).asked.payout.destination == THEIRS.raw


async def test_changing_for_ever_ends(refund: Refund) -> None:
    """The owner hears of a bounded number of changes."""
    await refund.ask()
    for _ in range(MAX_LINES // 2 - 1):
        for form in (THEIRS, SENDER):
            await refund.give(form.raw)
    await refund.give(THEIRS.raw)
    with pytest.raises(AddressNotTaken) as refused:
        await refund.give(SENDER.raw)
    assert (refused.value.problem, len(await refund.lines())) == (AddressProblem.TOO_OFTEN, MAX_LINES)


async def test_another_customer_is_asked_nothing(refund: Refund, bob: Buyer) -> None:
    """Neither shown nor answered by anybody else; and nobody but an admin takes a link."""
    await refund.ask()
    with pytest.raises(NoSuchPayment):
        await bob.shop.check_payout_address(bob.tg_id, refund.payment_id, THEIRS.raw)
    with pytest.raises(AdminsOnly):
        await bob.shop.take_payout_link(bob.tg_id, refund.payment_id)
    with pytest.raises(AddressNotTaken) as refused:
        await refund.take()
    assert (refused.value.problem, await refund.lines()) == (AddressProblem.NOT_GIVEN, [ASKED])


async def test_money_that_was_spent_is_not_asked_about(refund: Refund) -> None:
    """Spent before the question: refused. Spent after the answer: no link, and nothing leaves the balance."""
    await refund.ask()
    await refund.give(THEIRS.raw)
    await refund.alice.shop.pay_from_balance(refund.alice.tg_id, (await refund.alice.choose()).order.id)
    with pytest.raises(InsufficientBalance):
        await refund.take()
    assert (await refund.lines(), await refund.alice.shop.list_payouts()) == ([ASKED, GIVEN], ())


async def test_after_a_payout_that_came_to_nothing_she_is_asked_anew(refund: Refund) -> None:
    """Cancelled: the old button makes no other payout, she is asked again, and what the owner types isn't hers."""
    await refund.ask()
    await refund.give(THEIRS.raw)
    payout = (await refund.take()).asked.payout
    await refund.alice.shop.cancel_payout(payout.id, "cli:owner", WHY)
    with pytest.raises(AddressNotTaken):
        await refund.take()
    assert (await refund.ask()).number == 4
    asked: AskedPayout = await refund.alice.shop.request_payout(
        PayoutWish(refund.payment_id, SENDER.raw), "cli:owner", WHY
    )
    assert asked.payout.destination == SENDER.raw
    assert (await refund.lines())[-1] == (AddressStep.TAKEN, SENDER.raw, "cli:owner")
    (waiting,) = await refund.alice.shop.list_payouts()
    assert waiting.given is None


async def test_nobody_is_asked_while_a_payout_waits(refund: Refund) -> None:
    """The owner has typed the address before: the question would come too late."""
    await refund.alice.shop.request_payout(PayoutWish(refund.payment_id, THEIRS.raw), "cli:owner", WHY)
    with pytest.raises(PayoutExists):
        await refund.ask()
    assert await refund.lines() == []
