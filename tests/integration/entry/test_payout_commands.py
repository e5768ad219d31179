"""`orbit refund payment --to`, `orbit payouts list` and `orbit payouts cancel` over a real database."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_domain.ledger.entries import money_credited
from orbit_domain.money import TON, USDT, Money, rub
from orbit_domain.payment.payment import TON_METHOD, USDT_METHOD, PaymentStatus
from orbit_domain.payment.payout import BadDestination
from orbit_domain.payment.payout_address import AddressStep
from orbit_domain.payment.ports import RefundUnsupported
from orbit_domain.payment.receipt import MemoResult
from orbit_domain.steps.book_receipt import money_arrived
from orbit_entry.commands.payouts import ask_for_address, cancel_payout, list_payouts, request_payout
from orbit_entry.commands.refund import refund_payment
from orbit_testing import samples
from orbit_testing.samples import ALICE, NOW
from tests.integration.entry.terminal import Output, Terminal, open_terminal

WALLET = "0:" + "AB" * 32
TO = TonAddress(0, b"\x0c" * 32).friendly(Network.MAINNET, bounceable=False)
COINS = Money(1_500_000_000, TON)
TOKENS = Money(1_400_000, USDT)


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    """A shop in which a customer has topped up by one and a half coins, and by 1.4 USDT."""
    switches = {"ORBIT_TON_ADDRESS": WALLET, "ORBIT_USDT_TON": "on"}
    async with open_terminal(tmp_path, monkeypatch, capsys, secret="canary", **switches) as opened:
        async with opened.storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number, method, amount in ((1, TON_METHOD, COINS), (2, USDT_METHOD, TOKENS)):
                quote = replace(samples.payment().quote, due=amount)
                payment = samples.payment(number, method=method, quote=quote, status=PaymentStatus.CONFIRMED)
                receipt = samples.receipt(number, tg_id=ALICE, payment_id=payment.id, amount=amount, method=method)
                await tx.payments.add(replace(payment, confirmed_at=NOW))
                await tx.receipts.add(replace(receipt, memo_result=MemoResult.MATCHED))
                await tx.ledger.post(money_arrived(receipt.ref, method, amount, NOW))
                await tx.ledger.post(money_credited(receipt.ref, ALICE, amount, rub(12_900), NOW))
        yield opened


async def ask(terminal: Terminal, to: str = TO, memo: str = "", number: int = 1) -> Output:
    payment = str(samples.payment(number).id)
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
    assert (payout["units"], payout["user"], await balance(terminal)) == (1_500_000_000, ALICE, 12_900)
    table = await terminal.run(partial(list_payouts, as_json=False))
    assert str(payout["id"]) in table.out
    done = await terminal.run(partial(cancel_payout, str(payout["id"]), "he changed his mind"))
    assert (done.code, await listed(terminal), await balance(terminal)) == (0, [], 25_800)
    async with terminal.storage.transaction() as tx:
        actions = await tx.admin_log.of_subject(f"user:{ALICE}", 5)
    assert [(one.action, one.reason) for one in actions] == [
        ("cancel_payout", "he changed his mind"),
        ("request_payout", "he asked"),
    ]


async def test_the_customer_is_asked_and_the_link_follows(terminal: Terminal) -> None:
    """Asked once; once the customer has said where, the same command shows what to send, and who gave the address."""
    payment = samples.payment()
    for _ in range(2):
        asked = await terminal.run(partial(ask_for_address, str(payment.id), "he asked"))
        assert (asked.code, f"User {ALICE} is asked in Telegram" in asked.out) == (0, True)
    assert (await listed(terminal), await balance(terminal)) == ([], 25_800)
    given = samples.address_line(1, actor=f"telegram:{ALICE}", step=AddressStep.GIVEN, destination="0:" + "0C" * 32)
    async with terminal.storage.transaction() as tx:
        assert len(await tx.outbox.of_user(ALICE, 5)) == 1
        await tx.payout_addresses.add(replace(given, number=2))
    answered = await terminal.run(partial(ask_for_address, str(payment.id), "he asked"))
    assert (TO in "".join(answered.out.split()), await balance(terminal)) == (True, 12_900)
    (payout,) = await listed(terminal)
    assert payout["given_by_customer_at"] == NOW.isoformat(timespec="seconds")
    table = await terminal.run(partial(list_payouts, as_json=False))
    assert "given by the customer in Telegram" in " ".join(table.out.split())


async def test_what_can_not_be_sent_changes_nothing(terminal: Terminal) -> None:
    """No address, no id, and coins without --to: refused, with the balance as it was."""
    for words in (partial(cancel_payout, "17", "why"), partial(request_payout, "17", TO, "", "why")):
        assert (await terminal.run(words)).code == 1
    with pytest.raises(BadDestination):
        await ask(terminal, to="nobody")
    with pytest.raises(RefundUnsupported):
        await terminal.run(partial(refund_payment, str(samples.payment().id), "why"))
    assert (await listed(terminal), await balance(terminal)) == ([], 25_800)


async def test_usdt_is_asked_for_with_its_issuer(terminal: Terminal) -> None:
    """1.4 USDT in the token's own units; the link names the token, so that no coins are sent."""
    asked = await ask(terminal, number=2)
    assert (asked.code, asked.out.startswith("1.4 USDT of user")) == (0, True)
    (payout,) = await listed(terminal)
    issuer = "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs"
    query = f"{TO}?jetton={issuer}&amount=1400000&text={payout['comment']}"
    assert (payout["uri"], payout["asset"]) == (f"ton://transfer/{query}", USDT.code)
    assert f"ton://transfer/{query}" in "".join(asked.out.split())
