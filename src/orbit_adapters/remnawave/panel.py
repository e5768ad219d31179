"""Remnawave as the port `VpnPanel`: reads, compares, sets what differs, and reads again when in doubt."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import httpx

from orbit_adapters.panel_plugin.exchange import after_a_change
from orbit_adapters.panel_plugin.plugin import PanelCheck
from orbit_adapters.remnawave import mapping
from orbit_adapters.remnawave.api import AlreadyThere, RemnawaveApi
from orbit_adapters.remnawave.check import check_panel
from orbit_adapters.remnawave.fleet import read_squads
from orbit_adapters.remnawave.http import PanelHttp
from orbit_adapters.remnawave.known_squads import KnownSquads
from orbit_adapters.remnawave.schemas import StreamPage, UserSchema
from orbit_adapters.remnawave.settings import RemnawaveSettings
from orbit_domain.access.account import Account, AccountState, OwnedAccount, OwnedPage
from orbit_domain.access.ports import ForeignAccount, OutcomeUnknown, PanelRejected, PanelUnavailable, PlacementGone
from orbit_domain.clock import Clock
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.node.fleet import NodeReading

# Narrower than the panel's own rule, which tells upper from lower case.
USERNAME = re.compile(r"[a-z0-9_]{3,36}")
# How often an account may appear or vanish between two of our requests before we retry later.
ROUNDS = 3
LARGEST_PAGE = 1000


class RemnawavePanel:
    """One Remnawave 2.8 or 3.3. Contract: `orbit_testing.contracts.vpn_panel`.

    An account that the panel lost comes back with the same subscription link, and a new credential keeps that link too.
    Links of an account that isn't active are shown only if the panel's own remarks are switched off; the list of
    accounts shows none.
    """

    limits_devices = True
    """While the panel's own setting for devices is on, which the doctor looks at."""

    def __init__(self, settings: RemnawaveSettings, http: httpx.AsyncClient, clock: Clock) -> None:
        self.panel_id = PanelId(settings.panel_id)
        self.settings = settings
        self._clock = clock
        self._api = RemnawaveApi(PanelHttp(settings, http))
        self._squads = KnownSquads(self._api, clock)
        self._secret = settings.secret.get_secret_value().encode()

    async def ensure(self, account: Account) -> AccountState:
        """Make the panel's account match *account*. Raises PanelError.

        PlacementGone: the panel lacks one of its squads, or no host leads to them.
        """
        self._validate(account)
        before = await self._find_ours(account.username, account.key_id)
        with after_a_change():
            return await self._converge(account, before)

    async def get(self, username: str, key_id: KeyId) -> AccountState | None:
        """The account if it is ours. Raises PanelError."""
        with suppress(ForeignAccount):
            user = await self._find_ours(username, key_id)
            links = await self._links(user) if user is not None else None
            if user is not None and links is not None:
                return self._account_state(user, links)
        return None

    async def delete(self, username: str, key_id: KeyId) -> None:
        """Make sure our account is gone. Raises PanelError."""
        with suppress(ForeignAccount):
            user = await self._find_ours(username, key_id)
            if user is not None:
                with after_a_change():
                    await self._api.delete_user(user)

    async def list_owned(self, offset: int, limit: int) -> OwnedPage:
        """The accounts with our note among the next *limit* of the panel. Raises PanelError.

        They come by rising id, and *offset* is the id that was seen last. All accounts of the panel are read: a filter
        by tag would hide those whose tag a person has changed, and panels before the third version ignore it.
        """
        page = await self._page(offset, min(limit, LARGEST_PAGE))
        noted = [(mapping.key_of(user), user) for user in page.users]
        ours = [OwnedAccount(key_id, self._account_state(user, ())) for key_id, user in noted if key_id is not None]
        return OwnedPage(tuple(ours), page.next_cursor if page.has_more else None)

    async def nodes(self) -> tuple[NodeReading, ...]:
        """The panel's squads that a key can be placed in. Raises PanelError."""
        return (await read_squads(self._api)).readings(self.settings)

    async def check(self) -> tuple[PanelCheck, ...]:
        """The doctor's checks of this panel. Never raises PanelError."""
        return await check_panel(self._api, self.settings, self._clock)

    async def _converge(self, account: Account, before: UserSchema | None) -> AccountState:
        """Create or change until the account, which was *before*, is as wanted."""
        if before is not None and not account.enabled:
            # Cut off at once: what follows may need a place that is gone.
            before = await self._update(account, before)
        is_new = False
        for _ in range(ROUNDS):
            if before is None or before.vless_uuid != account.credential:
                is_new = True
                after = await self._create(account, before)
            else:
                after = await self._update(account, before)
            links = await self._links(after) if after is not None else None
            if after is not None and links is not None:
                if after.status == "ACTIVE" and not links:
                    await self._undo(account, before, after)
                    raise PlacementGone(self.panel_id, f"{', '.join(account.groups)}: no host gives a VLESS link")
                return replace(self._account_state(after, links), is_new=is_new)
            before = await self._find_ours(account.username, account.key_id)
        raise OutcomeUnknown(self.panel_id, "the account appears and vanishes while we read it")

    async def _find_ours(self, username: str, key_id: KeyId) -> UserSchema | None:
        """Our account, or None if there is none. Raises ForeignAccount when the account isn't ours."""
        user = await self._api.user(username)
        if user is not None and user.description != mapping.note_of(key_id):
            raise ForeignAccount(self.panel_id, username)
        return user

    async def _create(self, account: Account, before: UserSchema | None) -> UserSchema | None:
        """Create *account*, in place of *before* if there is one: the panel can't change a credential.

        None when another call was faster. After a lost answer it reads, and never creates twice.
        """
        await self._refuse_unknown_squads(account)
        created_at: datetime | None = None
        if before is not None:
            created_at = before.created_at
            if account.device_limit is None:
                account = replace(account, device_limit=before.hwid_device_limit)
            await self._api.delete_user(before)
        try:
            return await self._api.create_user(account.username, mapping.new_account(account, self._secret, created_at))
        except AlreadyThere as taken:
            there = await self._find_ours(account.username, account.key_id)
            if there is None and taken.short_id:
                reason = "another account has the subscription id of this key: look for two accounts with its note"
                raise PanelRejected(self.panel_id, reason) from None
        except OutcomeUnknown:
            if await self._find_ours(account.username, account.key_id) is None:
                await self._refuse_unknown_squads(account, anew=True)
                raise
        return None

    async def _update(self, account: Account, user: UserSchema) -> UserSchema | None:
        """Set the fields that differ; None when the account has vanished."""
        now = self._clock.now()
        if "activeInternalSquads" in mapping.change(account, user, now):
            await self._refuse_unknown_squads(account)
        there: UserSchema | None = user
        if not account.enabled and user.status != "DISABLED":
            there = await self._api.disable_user(user)
        elif mapping.needs_reset(account, user):
            # Before the change: a crash between them leaves a difference to be seen.
            there = await self._api.reset_traffic(user)
        body = mapping.change(account, there, now) if there is not None else {}
        if not body:
            return there
        try:
            return await self._api.modify_user(account.username, body)
        except OutcomeUnknown:
            if "activeInternalSquads" in body:
                await self._refuse_unknown_squads(account, anew=True)
            raise

    async def _undo(self, account: Account, before: UserSchema | None, after: UserSchema) -> None:
        """Take back a placement that gives no link. What was just made is removed: no customer has it yet."""
        if before is None:
            await self._api.delete_user(after)
        elif before.squads and before.squads != after.squads:
            squads = [str(squad) for squad in before.squads]
            await self._api.modify_user(account.username, {"activeInternalSquads": squads})

    async def _links(self, user: UserSchema) -> tuple[str, ...] | None:
        """The links with the credential of *user*; None when the account has vanished."""
        links = await self._api.links(user.username)
        return None if links is None else mapping.real_links(user, links)

    async def _page(self, cursor: int, size: int) -> StreamPage:
        """A page that leads on. One that repeats accounts, or never ends, is an error."""
        page = await self._api.users_after(cursor, size)
        ids = [user.id if user.id is not None else -1 for user in page.users]
        rises = all(low < high for low, high in zip([cursor, *ids], ids, strict=False))
        leads_on = not page.has_more or ids[-1:] == [page.next_cursor]
        if len(ids) <= size and rises and leads_on:
            return page
        raise PanelUnavailable(self.panel_id, "its list of accounts doesn't lead on")

    async def _refuse_unknown_squads(self, account: Account, *, anew: bool = False) -> None:
        """Raises PlacementGone when the panel doesn't have all squads of *account*."""
        missing = await self._squads.missing(self._squads_of(account), anew=anew)
        if missing:
            raise PlacementGone(self.panel_id, f"the panel has no squad {', '.join(map(str, sorted(missing)))}")

    def _validate(self, account: Account) -> None:
        if not USERNAME.fullmatch(account.username):
            raise PanelRejected(self.panel_id, "a user name must be 3 to 36 of a-z, 0-9 and _")
        if account.enabled:
            self._squads_of(account)

    def _squads_of(self, account: Account) -> tuple[UUID, ...]:
        """The squads of *account*. Raises PlacementGone when that names none."""
        try:
            squads = mapping.squads_of(account)
        except ValueError:
            raise PlacementGone(self.panel_id, "a placement that is no id of a squad") from None
        if not squads:
            raise PlacementGone(self.panel_id, "no squads: no node would serve the account")
        return squads

    def _account_state(self, user: UserSchema, links: tuple[str, ...]) -> AccountState:
        # The error is dropped, not chained: it quotes the customer's link.
        with suppress(ValueError):
            return mapping.account_state(user, links, self.settings.subscription_base_url)
        raise PanelUnavailable(self.panel_id, "answered with a subscription link that makes no sense")
