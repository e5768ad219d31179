"""The customer's keys, with what each has used, and whether there may be more."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.access.key import Key
from orbit_domain.access.own_keys import next_key_nonce
from orbit_domain.access.ports import PanelError, Panels
from orbit_domain.ids import KeyId, Nonce, TelegramId
from orbit_domain.steps.current_terms import current_terms, keys_allowed
from orbit_domain.storage import Storage
from orbit_domain.subscription.subscription import SubscriptionState
from orbit_domain.use_cases.show_keys import KeysView, ShowKeys

_OVER = (SubscriptionState.NONE, SubscriptionState.EXPIRED)
_ASKED = 20


@dataclass(frozen=True, slots=True)
class KeyList:
    """The keys, how many the plan gives, and the nonce of the button that adds one.

    `used_bytes` is what each has used of its traffic in this period; keys whose panel didn't say are left out.
    """

    view: KeysView
    allowed: int
    nonce: Nonce
    used_bytes: Mapping[KeyId, int]

    @property
    def may_add(self) -> bool:
        """Whether the plan gives more keys than there are."""
        return self.has_time and len(self.view.keys) < self.allowed

    @property
    def has_time(self) -> bool:
        """Whether keys can work at all."""
        return self.view.state not in _OVER


@dataclass(frozen=True, slots=True)
class ListKeys:
    """Read the keys, and ask their panels what was used: for a moment, as nobody waits for a number.

    Raises NoSuchUser.
    """

    storage: Storage
    show_keys: ShowKeys
    panels: Panels
    breakers: PanelBreakers
    patience: timedelta = timedelta(seconds=2)

    async def __call__(self, tg_id: TelegramId) -> KeyList:
        view = await self.show_keys(tg_id)
        async with self.storage.transaction() as tx:
            ever = await tx.keys.all_of_user(tg_id)
            terms = await current_terms(tx, view.subscription)
        asked = [key for key in view.keys[:_ASKED] if key.serving.has_served]
        used = await asyncio.gather(*(self._used(key) for key in asked))
        known = {key.id: count for key, count in zip(asked, used, strict=True) if count is not None}
        return KeyList(view, keys_allowed(terms), next_key_nonce(ever), known)

    async def _used(self, key: Key) -> int | None:
        place = key.serving
        panel = self.panels.get(place.panel_id) if place.panel_id is not None else None
        if panel is None or self.breakers.is_failing(panel.panel_id):
            return None
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                state = await panel.get(place.username, key.id)
        except (PanelError, TimeoutError):
            return None  # Its turn of provisioning finds out whether it is failing.
        return state.used_traffic_bytes if state is not None else None
