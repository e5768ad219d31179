"""Marzban behind the domain's port: looks, compares, sets absolute values, and looks again when in doubt."""

import re
from contextlib import suppress
from dataclasses import replace

import httpx

from orbit_adapters.marzban import mapping
from orbit_adapters.marzban.api import ForeignAccount, MarzbanApi
from orbit_adapters.marzban.check import CheckResult, examine
from orbit_adapters.marzban.fleet import readings
from orbit_adapters.marzban.http import PanelBroke, PanelHttp
from orbit_adapters.marzban.schemas import UserRow
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_domain.access.account import Account, AccountState
from orbit_domain.access.ports import PanelRefused, PanelUnavailable, UsernameTaken
from orbit_domain.clock import Clock
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.node.fleet import NodeReading

# Narrower than the panel's own rule, which lets odd names pass that it can't keep.
USERNAME = re.compile(r"[a-z0-9_]{3,32}")
# How often an account may appear or vanish between two of our requests before we leave it for later.
ROUNDS = 3


class BrokenAccount(PanelUnavailable):
    """An account with our note that the panel can't show: a creation that fell over halfway."""


class MarzbanPanel:
    """One Marzban 0.8.4. Contract: `orbit_testing.contracts.vpn_panel`.

    Subscription links come new with each answer while the earlier ones stay good, so they can't be compared.
    An account that the panel lost comes back under the same single links, but under a new subscription link.
    """

    def __init__(self, settings: MarzbanSettings, http: httpx.AsyncClient, clock: Clock) -> None:
        self.panel_id = PanelId(settings.panel_id)
        self.settings = settings
        self._clock = clock
        self._api = MarzbanApi(PanelHttp(settings, http, clock))

    async def ensure(self, account: Account) -> AccountState:
        """Make *account* exist exactly so. Raises PanelUnavailable, PanelRefused, UsernameTaken."""
        self._sensible(account)
        try:
            return await self._settle(account)
        except ForeignAccount:
            raise UsernameTaken(self.panel_id, account.username) from None

    async def find(self, username: str, key_id: KeyId) -> AccountState | None:
        """The account if it is ours. Raises PanelUnavailable, PanelRefused."""
        try:
            row = await self._look(username, key_id)
        except (ForeignAccount, UsernameTaken):
            return None
        return self._account_state(row) if row else None

    async def remove(self, username: str, key_id: KeyId) -> None:
        """Make sure our account is gone. Raises PanelUnavailable, PanelRefused."""
        with suppress(ForeignAccount, UsernameTaken):
            try:
                there = await self._look(username, key_id) is not None
            except BrokenAccount:
                there = True
            if there:
                await self._delete(username)

    async def nodes(self) -> tuple[NodeReading, ...]:
        """The panel's nodes that a key can be placed on. Raises PanelUnavailable, PanelRefused."""
        return await readings(self._api, self.settings)

    async def check(self) -> tuple[CheckResult, ...]:
        """What is in order with this panel and what isn't, for the doctor. Never raises PanelError."""
        return await examine(self._api, self.settings)

    async def _settle(self, account: Account) -> AccountState:
        """Look, create or change, until the account is seen to be as wanted."""
        is_new = False
        for _ in range(ROUNDS):
            row = await self._look_and_mend(account)
            if row is None:
                row, is_new = await self._create(account), True
            if row is not None:
                row = await self._bring(account, row)
            if row is not None:
                return replace(self._account_state(row), is_new=is_new)
        raise PanelUnavailable(self.panel_id, "the account appears and vanishes while we look")

    async def _look(self, username: str, key_id: KeyId) -> UserRow | None:
        """Our account, or None if there is none.

        Raises UsernameTaken or ForeignAccount when the name is somebody else's, BrokenAccount when it can't be shown.
        """
        try:
            row = await self._api.user(username)
        except PanelBroke:
            if not await self._is_our_wreck(username, key_id):
                raise
            raise BrokenAccount(self.panel_id, "can't show an account that was left half made") from None
        if row is not None and row.note != mapping.note_of(key_id):
            raise UsernameTaken(self.panel_id, username)
        return row

    async def _look_and_mend(self, account: Account) -> UserRow | None:
        """Our account, or None if there is none; a half-made one becomes whole."""
        try:
            return await self._look(account.username, account.key_id)
        except BrokenAccount:
            # A change that names the proxies is known to heal it, and to harm nothing should we be mistaken.
            return await self._api.modify_user(account.username, mapping.new_account(account))

    async def _is_our_wreck(self, username: str, key_id: KeyId) -> bool:
        """Whether an unreadable account carries our note: then searching for the note breaks the panel as well.

        Raises UsernameTaken when it doesn't. False when the panel is broken altogether.
        """
        try:
            await self._api.users_noted(mapping.note_of(key_id))
        except PanelBroke:
            try:
                await self._api.users_noted(mapping.note_of(key_id) + ":nobody")
            except PanelBroke:
                return False
            return True
        raise UsernameTaken(self.panel_id, username)

    async def _create(self, account: Account) -> UserRow | None:
        """Add *account*; None when somebody was faster. What became of a lost request is looked up, not repeated."""
        try:
            row = await self._api.create_user(account.username, mapping.new_account(account))
        except PanelUnavailable:
            row = await self._look_and_mend(account)
            if row is None:
                raise
            return row
        if row is not None and not row.links:
            # A key that no server knows. Nobody has it yet, so it can go.
            await self._delete(account.username)
            raise self._unserved(account)
        return row

    async def _bring(self, account: Account, row: UserRow) -> UserRow | None:
        """Set what differs; None when the account has vanished."""
        body = mapping.change(account, row, self._clock.now())
        if not body and row.links:
            return row
        if not body:
            raise self._unserved(account)
        if "inbounds" in body:
            await self._known_placement(account)
        if mapping.needs_reset(account, row) and await self._api.reset_user(account.username) is None:
            return None
        changed = await self._api.modify_user(account.username, body)
        if changed is not None and not changed.links:
            if "inbounds" in body and row.links:
                await self._api.modify_user(account.username, {"inbounds": row.inbounds})
            raise self._unserved(account)
        return changed

    async def _delete(self, username: str) -> None:
        """Remove an account that is ours. The panel may fall over after the deed, so its absence is what counts."""
        try:
            await self._api.delete_user(username)
        except PanelUnavailable:
            if await self._api.user(username) is not None:
                raise

    async def _known_placement(self, account: Account) -> None:
        known = {inbound.tag for inbound in (await self._api.inbounds()).get(mapping.PROTOCOL, [])}
        if not known.issuperset(account.placement):
            raise self._unserved(account)

    def _sensible(self, account: Account) -> None:
        if not USERNAME.fullmatch(account.username):
            raise PanelRefused(self.panel_id, "a user name must be 3 to 32 of a-z, 0-9 and _")
        if not account.placement:
            raise PanelRefused(self.panel_id, "no inbound tags: the account would be served nowhere")

    def _unserved(self, account: Account) -> PanelRefused:
        return PanelRefused(self.panel_id, f"the inbounds {', '.join(account.placement)} give no VLESS link")

    def _account_state(self, row: UserRow) -> AccountState:
        # Dropped rather than chained: what it complains of is the customer's link.
        with suppress(ValueError):
            return mapping.account_state(row, self.settings.links_base_url)
        raise PanelUnavailable(self.panel_id, "answered with a status or a link that makes no sense")
