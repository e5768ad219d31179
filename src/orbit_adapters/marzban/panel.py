"""Marzban as the port `VpnPanel`: reads, compares, sets absolute values, and reads again when in doubt."""

import re
from contextlib import suppress
from dataclasses import replace

import httpx

from orbit_adapters.marzban import mapping
from orbit_adapters.marzban.api import MarzbanApi
from orbit_adapters.marzban.check import check_panel
from orbit_adapters.marzban.fleet import readings
from orbit_adapters.marzban.http import PanelHttp, PanelServerError
from orbit_adapters.marzban.schemas import UserPage, UserSchema
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.panel_plugin.exchange import after_a_change
from orbit_adapters.panel_plugin.plugin import PanelCheck
from orbit_domain.access.account import Account, AccountState, OwnedAccount, OwnedPage
from orbit_domain.access.ports import ForeignAccount, OutcomeUnknown, PanelRejected, PanelUnavailable, PlacementGone
from orbit_domain.clock import Clock
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.node.fleet import NodeReading

# Narrower than the panel's own rule, which accepts names that it can't store unchanged.
USERNAME = re.compile(r"[a-z0-9_]{3,32}")
# How often an account may appear or vanish between two of our requests before we retry later.
ROUNDS = 3


class BrokenAccount(PanelUnavailable):
    """An account with our note that the panel can't show: its creation failed halfway."""


class MarzbanPanel:
    """One Marzban 0.8.4. Contract: `orbit_testing.contracts.vpn_panel`.

    Each answer has a new subscription link and the earlier ones stay valid, so they can't be compared.
    An account that the panel lost comes back with the same single links and a new subscription link.
    """

    limits_devices = False

    def __init__(self, settings: MarzbanSettings, http: httpx.AsyncClient, clock: Clock) -> None:
        self.panel_id = PanelId(settings.panel_id)
        self.settings = settings
        self._clock = clock
        self._api = MarzbanApi(PanelHttp(settings, http, clock))
        # Accounts whose creation had no answer: whoever finds one later must still say that its links are new.
        self._perhaps_created: set[str] = set()

    async def ensure(self, account: Account) -> AccountState:
        """Make the panel's account match *account*. Raises PanelError.

        PlacementGone: its inbounds give no link, because the panel lacks them or because no host leads to them.
        """
        self._validate(account)
        user = await self._find_or_repair(account)
        with after_a_change():
            return await self._converge(account, user)

    async def get(self, username: str, key_id: KeyId) -> AccountState | None:
        """The account if it is ours. Raises PanelError."""
        with suppress(ForeignAccount):
            user = await self._find_ours(username, key_id)
            return self._account_state(user) if user else None
        return None

    async def delete(self, username: str, key_id: KeyId) -> None:
        """Make sure our account is gone. Raises PanelError."""
        with suppress(ForeignAccount):
            try:
                there = await self._find_ours(username, key_id) is not None
            except BrokenAccount:
                there = True
            if there:
                with after_a_change():
                    await self._delete(username)

    async def list_owned(self, offset: int, limit: int) -> OwnedPage:
        """A part of the accounts with our note, by name. Raises PanelError."""
        page = await self._page(offset, limit)
        noted = [(mapping.key_of(user), user) for user in page.users]
        ours = tuple(OwnedAccount(key_id, self._account_state(user)) for key_id, user in noted if key_id is not None)
        end = offset + len(page.users)
        return OwnedPage(ours, end if end < page.total else None)

    async def nodes(self) -> tuple[NodeReading, ...]:
        """The panel's nodes that a key can be placed on. Raises PanelError."""
        return await readings(self._api, self.settings)

    async def check(self) -> tuple[PanelCheck, ...]:
        """The doctor's checks of this panel. Never raises PanelError."""
        return await check_panel(self._api, self.settings)

    async def _page(self, offset: int, limit: int) -> UserPage:
        """A page that agrees with its own total: the panel counts and reads one after the other.

        So a list that never ends or that hides accounts is an error, and so is one that repeats them.
        """
        for _ in range(ROUNDS):
            page = await self._api.search_users(mapping.OUR_NOTES, offset, limit)
            names = {user.username for user in page.users}
            if len(names) == len(page.users) == min(limit, max(0, page.total - offset)):
                return page
        raise PanelUnavailable(self.panel_id, "its list of accounts doesn't agree with its own total")

    async def _converge(self, account: Account, user: UserSchema | None) -> AccountState:
        """Create or change until the account, which was *user*, is as wanted."""
        is_new = False
        for _ in range(ROUNDS):
            if user is None:
                user, is_new = await self._create(account), True
            if user is not None:
                user = await self._update(account, user)
            if user is not None:
                state = replace(self._account_state(user), is_new=is_new or account.username in self._perhaps_created)
                self._perhaps_created.discard(account.username)
                return state
            user = await self._find_or_repair(account)
        raise OutcomeUnknown(self.panel_id, "the account appears and vanishes while we read it")

    async def _find_ours(self, username: str, key_id: KeyId) -> UserSchema | None:
        """Our account, or None if there is none.

        Raises ForeignAccount when the account isn't ours, BrokenAccount when the panel can't show it.
        """
        try:
            user = await self._api.user(username)
        except PanelServerError:
            if not await self._is_broken_and_ours(username, key_id):
                raise
            raise BrokenAccount(self.panel_id, "can't show an account that was left half made") from None
        if user is not None and user.note != mapping.note_of(key_id):
            raise ForeignAccount(self.panel_id, username)
        return user

    async def _find_or_repair(self, account: Account) -> UserSchema | None:
        """Our account, or None if there is none. Repairs a half-made account."""
        try:
            return await self._find_ours(account.username, account.key_id)
        except BrokenAccount:
            # A change that sends the proxies repairs it, and does no harm to an account that is whole.
            with after_a_change():
                return await self._api.modify_user(account.username, mapping.new_account(account))

    async def _is_broken_and_ours(self, username: str, key_id: KeyId) -> bool:
        """Whether an unreadable account has our note: then a search for that note also gets a 500.

        Raises ForeignAccount when it has another note. False when every search gets a 500.
        """
        try:
            await self._api.search_users(mapping.note_of(key_id))
        except PanelServerError:
            try:
                await self._api.search_users(mapping.note_of(key_id) + ":nobody")
            except PanelServerError:
                return False
            return True
        raise ForeignAccount(self.panel_id, username)

    async def _create(self, account: Account) -> UserSchema | None:
        """Create *account*; None when the name is taken. After a lost answer it reads, and never creates twice."""
        self._refuse_no_place(account)
        try:
            user = await self._api.create_user(account.username, mapping.new_account(account))
        except OutcomeUnknown:
            self._perhaps_created.add(account.username)
            user = await self._find_or_repair(account)
            if user is None:
                raise
            return user
        except PanelRejected as error:
            if await self._knows_placement(account):
                raise
            raise PlacementGone(self.panel_id, error.reason) from None
        if user is not None and not user.links:
            # No server knows this key. No customer has it yet, so it can be removed.
            await self._delete(account.username)
            raise self._no_link_error(account)
        return user

    async def _update(self, account: Account, user: UserSchema) -> UserSchema | None:
        """Set the fields that differ; None when the account has vanished."""
        body = mapping.change(account, user, self._clock.now())
        if not account.enabled:
            return await self._api.modify_user(account.username, body) if body else user
        self._refuse_no_place(account)
        if not body and user.links:
            return user
        if not body:
            raise self._no_link_error(account)
        if "inbounds" in body and not await self._knows_placement(account):
            raise self._no_link_error(account)
        if mapping.needs_reset(account, user) and await self._api.reset_user(account.username) is None:
            return None
        changed = await self._api.modify_user(account.username, body)
        if changed is not None and not changed.links:
            if "inbounds" in body and user.links:
                await self._api.modify_user(account.username, {"inbounds": user.inbounds})
            raise self._no_link_error(account)
        return changed

    async def _delete(self, username: str) -> None:
        """Remove an account of ours. The panel may fail after the removal, so the account's absence decides."""
        try:
            await self._api.delete_user(username)
        except OutcomeUnknown:
            if await self._api.user(username) is not None:
                raise

    async def _knows_placement(self, account: Account) -> bool:
        known = {inbound.tag for inbound in (await self._api.inbounds()).get(mapping.PROTOCOL, [])}
        return known.issuperset(account.groups)

    def _validate(self, account: Account) -> None:
        if not USERNAME.fullmatch(account.username):
            raise PanelRejected(self.panel_id, "a user name must be 3 to 32 of a-z, 0-9 and _")

    def _refuse_no_place(self, account: Account) -> None:
        # No tags would mean all of them to the panel.
        if not account.groups:
            raise PlacementGone(self.panel_id, "no inbound tags: no node would serve the account")

    def _no_link_error(self, account: Account) -> PlacementGone:
        return PlacementGone(self.panel_id, f"the inbounds {', '.join(account.groups)} give no VLESS link")

    def _account_state(self, user: UserSchema) -> AccountState:
        # The error is dropped, not chained: it quotes the customer's link.
        with suppress(ValueError):
            return mapping.account_state(user, self.settings.links_base_url)
        raise PanelUnavailable(self.panel_id, "answered with a status or a link that makes no sense")
