"""`orbit refund payment --to` and `orbit payouts`: refunds that the owner's own wallet sends."""

import asyncio
from typing import Any

from orbit_domain.ids import PaymentId, PayoutId
from orbit_domain.payment.payout import Payout
from orbit_domain.payment.payout_address import AddressStep
from orbit_domain.payment.ports import Transfer
from orbit_domain.use_cases.ask_payout_address import AskPayoutAddress
from orbit_domain.use_cases.cancel_payout import CancelPayout
from orbit_domain.use_cases.list_payouts import ListPayouts, WaitingPayout
from orbit_domain.use_cases.request_payout import AskedPayout, PayoutWish, RequestPayout
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import amount
from orbit_entry.commands.opened_shop import opened_shop, typed_id
from orbit_entry.commands.terminal import show, show_json, show_table
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings


def request_payout(payment: str, to: str, memo: str, reason: str) -> int:
    """Show what to send for *payment*. Returns 1 for what isn't an id. Raises Refusal, StorageError, CannotStart."""
    payment_id = typed_id(payment, "orbit explain USER")
    if payment_id is None:
        return 1
    wish = PayoutWish(PaymentId(payment_id), to, memo)
    return asyncio.run(_request(read_settings(Settings), wish, reason))


def ask_for_address(payment: str, reason: str) -> int:
    """Ask the customer in Telegram where the money of *payment* is to go; show what to send once that is known.

    Returns 1 for what isn't an id. Raises as above.
    """
    payment_id = typed_id(payment, "orbit explain USER")
    return 1 if payment_id is None else asyncio.run(_ask(read_settings(Settings), PaymentId(payment_id), reason))


def list_payouts(*, as_json: bool) -> int:
    """Show what waits for the owner's transfer. Raises as above."""
    return asyncio.run(_list(read_settings(Settings), as_json=as_json))


def cancel_payout(payout: str, reason: str) -> int:
    """Cancel *payout*. Returns 1 for what isn't an id. Raises as above."""
    payout_id = typed_id(payout, "orbit payouts list")
    return 1 if payout_id is None else asyncio.run(_cancel(read_settings(Settings), PayoutId(payout_id), reason))


async def _ask(settings: Settings, payment_id: PaymentId, reason: str) -> int:
    actor = f"cli:{this_actor()}"
    async with opened_shop(settings) as container:
        line = await (await container.get(AskPayoutAddress))(payment_id, actor, reason)
        if line.step is AddressStep.ASKED:
            show(f"User {line.tg_id} is asked in Telegram since {line.at.isoformat(timespec='seconds')}.")
            show("When the address is there, the owner is told in Telegram, and this command shows what to send.")
            return 0
        wish = PayoutWish(payment_id, line.destination, line.memo, line.number)
        asked = await (await container.get(RequestPayout))(wish, actor, reason)
    if line.step is AddressStep.GIVEN:
        show(f"User {line.tg_id} has given the address in Telegram.")
    return _show_asked(asked)


async def _request(settings: Settings, wish: PayoutWish, reason: str) -> int:
    async with opened_shop(settings) as container:
        asked = await (await container.get(RequestPayout))(wish, f"cli:{this_actor()}", reason)
    return _show_asked(asked)


def _show_asked(asked: AskedPayout) -> int:
    payout = asked.payout
    show(f"{amount(payout.amount)} of user {payout.tg_id} are off the balance, as payout {payout.id}. Send exactly:")
    show_table(("field", "value"), _fields(asked.transfer))
    show("It is done when the transfer is seen. Until then: orbit payouts cancel " + str(payout.id))
    return 0


async def _list(settings: Settings, *, as_json: bool) -> int:
    async with opened_shop(settings) as container:
        waiting = await (await container.get(ListPayouts))()
    if as_json:
        show_json([_facts(one) for one in waiting])
        return 0
    if not waiting:
        show("No payout waits for a transfer.")
    for one in waiting:
        show_table(("payout", str(one.payout.id)), (*_about(one.payout), _giver(one), *_fields(one.transfer)))
        show("")
    return 0


async def _cancel(settings: Settings, payout_id: PayoutId, reason: str) -> int:
    async with opened_shop(settings) as container:
        payout = await (await container.get(CancelPayout))(payout_id, f"cli:{this_actor()}", reason)
    show(f"Cancelled: the worth of {amount(payout.amount)} is on the balance of user {payout.tg_id} again.")
    return 0


def _about(payout: Payout) -> tuple[tuple[str, str], ...]:
    return (
        ("user", str(payout.tg_id)),
        ("payment", str(payout.payment_id)),
        ("since", payout.created_at.isoformat(timespec="seconds")),
    )


def _giver(one: WaitingPayout) -> tuple[str, str]:
    if one.given is None:
        return ("address", f"typed by {one.payout.actor}, not by the customer")
    return ("address", f"given by the customer in Telegram, {one.given.at.isoformat(timespec='seconds')}")


def _fields(transfer: Transfer | None) -> tuple[tuple[str, str], ...]:
    if transfer is None:
        return (("transfer", "its way to pay is switched off: switch it on, or cancel the payout"),)
    return (
        ("amount", amount(transfer.amount)),
        ("to", transfer.address),
        ("comment", transfer.reference),
        ("link", transfer.wallet_url),
        ("or", transfer.transfer_uri),
    )


def _facts(one: WaitingPayout) -> dict[str, Any]:
    payout, transfer = one.payout, one.transfer
    return {
        "id": str(payout.id),
        "payment": str(payout.payment_id),
        "user": payout.tg_id,
        "asset": payout.amount.currency.code,
        "units": payout.amount.units,
        "destination": payout.destination,
        "comment": payout.comment,
        "since": payout.created_at.isoformat(timespec="seconds"),
        "given_by_customer_at": one.given.at.isoformat(timespec="seconds") if one.given else None,
        "link": transfer.wallet_url if transfer else None,
        "uri": transfer.transfer_uri if transfer else None,
    }
