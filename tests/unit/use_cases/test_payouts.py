"""A payment in coins goes back by the owner's own transfer: asked for, seen on the chain, or put back."""

from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_domain.ids import PaymentId
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.money import TON
from orbit_domain.notice.payout_notices import PayoutProblem, PayoutReturned, PayoutSent
from orbit_domain.payment.effect import Effect, EffectKind
from orbit_domain.payment.payment import NoSuchPayment
from orbit_domain.payment.payout import BadDestination, Payout, PayoutClosed, PayoutExists, PayoutState
from orbit_domain.payment.ports import RefundRefused, RefundUnsupported
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.request_payout import AskedPayout, PayoutWish
from tests.support.buyer import Buyer
from tests.support.shop import OWNER, TON_SETTINGS
from tests.support.world import World

THEIRS = TonAddress(0, b"\x0c" * 32)
TYPED = THEIRS.friendly(Network.TESTNET, bounceable=True)
ELSEWHERE = "0:" + "D" * 64
WHY = "the customer asked"
FEE = 700_000
KOPECKS = 20_000


@dataclass
class Refund:
    """A paid top-up of a customer who wants the coins back."""

    alice: Buyer
    payment_id: PaymentId
    units: int

    async def ask(self, to: str = TYPED, memo: str = "") -> AskedPayout:
        wish = PayoutWish(self.payment_id, to, memo)
        return await self.alice.shop.request_payout(wish, "cli:owner", WHY)

    async def send(self, units: int, to: str, comment: str) -> None:
        """The owner's wallet sends; the worker reads it."""
        self.alice.world.chain.move(Effect(EffectKind.SENT, -units, to, comment), Effect(EffectKind.FEE, -FEE))
        await self.alice.shop.work()

    async def come_back(self, units: int, comment: str) -> None:
        self.alice.world.chain.move(Effect(EffectKind.RETURNED, units, THEIRS.raw, comment))
        await self.alice.shop.work()

    async def state(self, payout: Payout) -> PayoutState:
        async with self.alice.world.storage.transaction() as tx:
            return (await tx.payouts.lock(payout.id)).state

    async def coins(self) -> dict[str, int]:
        """What stands on each account in nanotons; empty ones are left out. The ledger is proved on the way."""
        assert (await AuditLedger(self.alice.world.storage)()).findings == ()
        totals: dict[str, int] = {}
        async with self.alice.world.storage.transaction() as tx:
            for entry in await tx.ledger.newest(1000):
                for line in entry.lines:
                    if line.currency == TON:
                        totals[line.account] = totals.get(line.account, 0) + line.units
        return {account: units for account, units in totals.items() if units}

    def problems(self) -> list[str]:
        """What the owner was told is wrong with payouts."""
        notices = self.alice.world.notices(OWNER, "payout_problem")
        return [notice.problem for notice in notices if isinstance(notice, PayoutProblem)]


@pytest.fixture
async def refund(alice: Buyer) -> Refund:
    view = await alice.top_up(KOPECKS)
    units = view.payment.quote.due.units
    alice.send(view, units)
    await alice.shop.work()
    assert await alice.balance() == KOPECKS
    return Refund(alice, view.payment.id, units)


async def test_the_owner_is_asked_for_exactly_what_came(refund: Refund) -> None:
    """The money is off the balance; amount, address and a comment of our own stand in both links."""
    asked = await refund.ask()
    assert await refund.alice.balance() == 0
    transfer, address = asked.transfer, THEIRS.friendly(Network.TESTNET, bounceable=False)
    assert (transfer.amount.units, transfer.address, transfer.reference) == (
        refund.units,
        address,
        asked.payout.comment,
    )
    query = f"{address}?amount={refund.units}&text={asked.payout.comment}"
    assert transfer.wallet_url == f"https://app.keeperwallet.com/transfer/{query}"
    assert transfer.transfer_uri == f"ton://transfer/{query}"
    assert (len(asked.payout.comment), asked.payout.comment[:3]) == (14, "REF")
    (waiting,) = await refund.alice.shop.list_payouts()
    assert (waiting.payout, waiting.transfer) == (asked.payout, transfer)
    assert (await refund.coins())["refund_payable"] == refund.units


async def test_it_is_done_when_its_transfer_is_seen(refund: Refund) -> None:
    """The customer is told once, nothing is owed any more, and the wallet is short of the coins and the fee."""
    payout = (await refund.ask()).payout
    await refund.send(refund.units, THEIRS.raw, payout.comment)
    assert await refund.state(payout) is PayoutState.SENT
    assert refund.alice.notices("payout_sent") == [PayoutSent(payout.id, TON.code, refund.units, payout.comment)]
    assert await refund.coins() == {"asset:ton:ton:native": FEE, "network_fee": -FEE}
    assert await refund.alice.shop.list_payouts() == ()
    with pytest.raises(PayoutExists):
        await refund.ask(memo="again")
    with pytest.raises(PayoutClosed):
        await refund.alice.shop.cancel_payout(payout.id, "cli:owner", WHY)
    assert await refund.alice.balance() == 0


@pytest.mark.parametrize(
    ("less", "to", "problem"), [(1, THEIRS.raw, "amount"), (-1, THEIRS.raw, "amount"), (0, ELSEWHERE, "destination")]
)
async def test_another_transfer_does_not_do_it(refund: Refund, less: int, to: str, problem: str) -> None:
    """A wrong amount or address with the right comment: it still waits, the owner is told, the right one does it."""
    payout = (await refund.ask()).payout
    await refund.send(refund.units - less, to, payout.comment)
    assert (await refund.state(payout), refund.problems()) == (PayoutState.WAITING, [problem])
    assert (await refund.coins())["withdrawn"] == less - refund.units
    assert refund.alice.notices("payout_sent") == []
    await refund.send(refund.units, THEIRS.raw, payout.comment)
    assert await refund.state(payout) is PayoutState.SENT


async def test_a_cancelled_payout_is_on_the_balance_again(refund: Refund) -> None:
    """Once, however often it is cancelled; then another one may be asked for, and a late transfer is told."""
    payout = (await refund.ask()).payout
    for _ in range(2):
        await refund.alice.shop.cancel_payout(payout.id, "cli:owner", WHY)
    assert await refund.alice.balance() == KOPECKS
    await refund.send(refund.units, THEIRS.raw, payout.comment)
    assert (await refund.state(payout), refund.problems()) == (PayoutState.CANCELLED, ["cancelled"])
    second = (await refund.ask()).payout
    assert (second.id != payout.id, second.comment != payout.comment) == (True, True)
    assert await refund.alice.balance() == 0


async def test_a_second_transfer_is_told(refund: Refund) -> None:
    """The owner taps the link twice: one payout, and a word about the other transfer."""
    payout = (await refund.ask()).payout
    for _ in range(2):
        await refund.send(refund.units, THEIRS.raw, payout.comment)
    assert refund.problems() == ["sent"]
    assert len(refund.alice.notices("payout_sent")) == 1
    assert (await refund.coins())["withdrawn"] == -refund.units


@pytest.mark.parametrize("comment", ["whole", "beginning", ""])
async def test_what_comes_back_is_on_the_balance_again(refund: Refund, comment: str) -> None:
    """All of it, whatever of the comment comes back; what the network took is the shop's. Both are told."""
    payout = (await refund.ask()).payout
    await refund.send(refund.units, THEIRS.raw, payout.comment)
    seen = {"whole": payout.comment, "beginning": payout.comment[:5], "": ""}[comment]
    await refund.come_back(refund.units - 2 * FEE, seen)
    assert (await refund.state(payout), refund.problems()) == (PayoutState.RETURNED, ["came_back"])
    assert await refund.alice.balance() == KOPECKS
    assert refund.alice.notices("payout_returned") == [PayoutReturned(payout.id, KOPECKS)]
    coins = await refund.coins()
    assert (coins["network_fee"], coins.get("withdrawn", 0), coins.get("refund_payable", 0)) == (-3 * FEE, 0, 0)
    assert (await refund.ask()).payout.id != payout.id


async def test_what_comes_back_without_a_payout_is_only_booked(refund: Refund) -> None:
    """A transfer of the owner's own that bounces, one of another comment, and less or more than it undo no payout."""
    payout = (await refund.ask()).payout
    await refund.come_back(5, "anything")
    await refund.send(refund.units, THEIRS.raw, payout.comment)
    await refund.come_back(refund.units - FEE, "anything")
    await refund.come_back(refund.units * 89 // 100, payout.comment)
    await refund.come_back(refund.units + 1, payout.comment)
    assert (await refund.state(payout), refund.problems()) == (PayoutState.SENT, [])
    assert await refund.alice.balance() == 0


async def test_t62_an_exchange_gets_the_comment_that_it_demands(refund: Refund) -> None:
    """Nothing is sent to where the coins came from: the named account gets them, with the named comment."""
    asked = await refund.ask(memo=" 10473321 ")
    assert (asked.payout.comment, asked.payout.destination) == ("10473321", THEIRS.raw)
    assert asked.transfer.wallet_url.endswith("&text=10473321")
    await refund.send(refund.units, THEIRS.raw, "10473321")
    assert await refund.state(asked.payout) is PayoutState.SENT


async def test_the_same_wish_is_one_payout(refund: Refund) -> None:
    """Asking again, in any form of the address, shows the same; another place has to wait for its end."""
    first = await refund.ask()
    assert await refund.ask(to=THEIRS.raw) == first
    with pytest.raises(PayoutExists):
        await refund.ask(to=ELSEWHERE)
    assert await refund.alice.balance() == 0


@pytest.mark.parametrize("to", ["", "nobody", TYPED[:-1] + "A", "https://example.org", TYPED + "\n" + TYPED])
async def test_what_is_no_address_is_refused(refund: Refund, to: str) -> None:
    """Nothing leaves the balance for a place that doesn't exist."""
    with pytest.raises(BadDestination):
        await refund.ask(to=to)
    assert await refund.alice.balance() == KOPECKS


@pytest.mark.parametrize("memo", [" ", "a\nb", "a\u202eb", "x" * 101])
async def test_a_comment_that_can_not_be_typed_is_refused(refund: Refund, memo: str) -> None:
    """An empty, invisible or overlong one would lose the coins at the exchange."""
    with pytest.raises(BadDestination):
        await refund.ask(memo=memo)


async def test_the_shop_pays_nothing_to_itself(refund: Refund) -> None:
    """The wallet that customers pay to is no destination."""
    with pytest.raises(BadDestination) as refused:
        await refund.ask(to=TON_SETTINGS.account.raw)
    assert refused.value.reason == "own"


async def test_what_was_spent_does_not_go_back(refund: Refund, alice: Buyer) -> None:
    """Coins whose worth has bought a key stay until that is refunded; unknown and empty payments are refused."""
    checkout = await alice.choose()
    await alice.pay_from_balance(checkout.order.id)
    with pytest.raises(InsufficientBalance):
        await refund.ask()
    unpaid = await alice.top_up(KOPECKS)
    with pytest.raises(RefundRefused):
        await replace(refund, payment_id=unpaid.payment.id).ask()
    with pytest.raises(NoSuchPayment):
        await replace(refund, payment_id=PaymentId(UUID(int=9))).ask()


async def test_a_provider_that_sends_by_itself_asks_nobody(refund: Refund, world: World) -> None:
    """Without --to the provider is asked, and coins have none that sends."""
    with pytest.raises(RefundUnsupported):
        await refund.alice.shop.refund_payment(refund.payment_id, "cli:owner", WHY)
    assert await refund.alice.balance() == KOPECKS
    assert world.chain.records[-1].effects == ()
