"""`orbit refund payment --to`, `orbit payouts list` and `orbit payouts cancel` over a real database."""

import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_domain.ledger.entries import money_credited
from orbit_domain.money import TON, Money, rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.payout import BadDestination
from orbit_domain.payment.ports import RefundUnsupported
from orbit_domain.payment.receipt import MemoResult
from orbit_domain.steps.book_receipt import money_arrived
from orbit_entry.commands.payouts import cancel_payout, list_payouts, request_payout
from orbit_entry.commands.refund import refund_payment
from orbit_testing import samples
from orbit_testing.samples import ALICE, NOW
from tests.integration.entry.terminal import Output, Terminal, open_terminal

WALLET = "0:" + "AB" * 32
TO = TonAddress(0, b"\x0c" * 32).friendly(Network.MAINNET, bounceable=False)
COINS = Money(1_500_000_000, TON)


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    """A shop in which a customer has topped up by one and a half coins."""
    async with open_terminal(tmp_path, monkeypatch, capsys, secret="canary", ORBIT_TON_ADDRESS=WALLET) as opened:
        payment = samples.payment(status=PaymentStatus.CONFIRMED, confirmed_at=NOW)
        receipt = samples.receipt(tg_id=ALICE, payment_id=payment.id, amount=COINS, memo_result=MemoResult.MATCHED)
        async with opened.storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.payments.add(payment)
            await tx.receipts.add(receipt)
            await tx.ledger.post(money_arrived(receipt.ref, "ton", COINS, NOW))
            await tx.ledger.post(money_credited(receipt.ref, ALICE, COINS, rub(12_900), NOW))
        yield opened


async def ask(terminal: Terminal, to: str = TO, memo: str = "") -> Output:
    payment = str(samples.payment().id)
    return await terminal.run(partial(request_payout, payment, to, memo, "he asked"))


async def listed(terminal: Terminal) -> list[dict[str, object]]:
    output = await terminal.run(partial(list_payouts, as_json=True))
    assert output.code == 0
    found: list[dict[str, object]] = json.loads(output.out)
    return found


async def balance(terminal: Terminal) -> int:
    async with terminal.storage.transaction() as tx:
        user = await tx.users.get(ALICE)
    assert user is not None
    return user.balance.units


async def test_the_owner_sees_what_to_send_and_may_cancel_it(terminal: Terminal) -> None:
    """Amount, address, comment and both links; the list shows the same; cancelled, the worth is on the balance."""
    asked = await ask(terminal)
    assert asked.code == 0
    (payout,) = await listed(terminal)
    printed = "".join(asked.out.split())
    for part in (str(payout["comment"]), str(payout["link"]), str(payout["uri"]), TO):
        assert part in printed
    assert payout["link"] == f"https://app.keeperwallet.com/transfer/{TO}?amount=1500000000&text={payout['comment']}"
    assert (payout["units"], payout["user"], await balance(terminal)) == (1_500_000_000, ALICE, 0)
    table = await terminal.run(partial(list_payouts, as_json=False))
    assert str(payout["id"]) in table.out
    done = await terminal.run(partial(cancel_payout, str(payout["id"]), "he changed his mind"))
    assert (done.code, await listed(terminal), await balance(terminal)) == (0, [], 12_900)
    async with terminal.storage.transaction() as tx:
        actions = await tx.admin_log.of_subject(f"user:{ALICE}", 5)
    assert [(one.action, one.reason) for one in actions] == [
        ("cancel_payout", "he changed his mind"),
        ("request_payout", "he asked"),
    ]


async def test_what_can_not_be_sent_changes_nothing(terminal: Terminal) -> None:
    """No address, no id, and coins without --to: refused, with the balance as it was."""
    for words in (partial(cancel_payout, "17", "why"), partial(request_payout, "17", TO, "", "why")):
        assert (await terminal.run(words)).code == 1
    with pytest.raises(BadDestination):
        await ask(terminal, to="nobody")
    with pytest.raises(RefundUnsupported):
        await terminal.run(partial(refund_payment, str(samples.payment().id), "why"))
    assert (await listed(terminal), await balance(terminal)) == ([], 12_900)
