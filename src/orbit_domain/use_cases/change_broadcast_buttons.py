"""An admin puts buttons below a broadcast."""

from collections.abc import Sequence
from dataclasses import dataclass

from orbit_domain.broadcast.broadcast import Broadcast
from orbit_domain.broadcast.content import (
    PROMO_MARK,
    BroadcastButton,
    ButtonFault,
    NotAButton,
    checked_buttons,
    shown_line,
)
from orbit_domain.ids import BroadcastId, PromoCode, TelegramId
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class ChangeBroadcastButtons:
    """Replace the buttons of a draft, which is to be previewed again.

    Raises NotPermitted, NotAButton, NoSuchBroadcast, BroadcastNotSteered.
    """

    storage: Storage
    owner: TelegramId | None

    async def __call__(
        self, admin_id: TelegramId, broadcast_id: BroadcastId, buttons: Sequence[BroadcastButton]
    ) -> Broadcast:
        async with self.storage.transaction() as tx:
            await require_permission(tx, StaffMember(admin_id, self.owner), Permission.SEND_BROADCASTS)
            checked = checked_buttons(buttons)
            for button in checked:
                await _require_code(tx, button)
            broadcast = (await tx.broadcasts.lock(broadcast_id)).with_buttons(checked)
            await tx.broadcasts.save(broadcast)
        return broadcast


async def _require_code(tx: Transaction, button: BroadcastButton) -> None:
    """A button with a promo code has one that the shop knows and hasn't stopped. Raises NotAButton."""
    if not button.target.startswith(PROMO_MARK):
        return
    promo = await tx.promos.get(PromoCode(button.target.removeprefix(PROMO_MARK)))
    if promo is None or promo.stopped_at is not None:
        raise NotAButton(shown_line(f"{button.label} - {button.target}"), ButtonFault.PROMO)
