"""What one key's subscription holds: from its panel, or from the last good copy while the panel gives none."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.access.key import Key
from orbit_domain.access.ports import PanelError, Panels
from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId
from orbit_domain.storage import Storage, Transaction, transact
from orbit_domain.subscription_link.content import Content
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.good_copy import GoodCopy, UnreadableCopy, copy_purpose, read, written
from orbit_domain.subscription_link.ports import (
    ContentError,
    ContentReader,
    LinkGone,
    RawContent,
    Seal,
    SubscriptionSources,
    Unopenable,
)

_LIMIT_S = 8
"""Apps wait for fifteen seconds; a panel is asked up to three times meanwhile."""


@dataclass(frozen=True, slots=True)
class FetchContent:
    """Ask the panel that holds the key now; keep what is good, and fall back to what was.

    A link that the panel doesn't know is looked up by the account. When the account is gone too, the key is brought
    to its panel again by the worker. A second call changes nothing more.
    """

    storage: Storage
    clock: Clock
    panels: Panels
    sources: SubscriptionSources
    reader: ContentReader
    seal: Seal

    async def __call__(self, key: Key, wanted: SubscriptionFormat, copy: GoodCopy | None) -> Content | None:
        """*copy* is what is kept of the key in this format. None: neither the panel nor the copy has anything."""
        held = self._opened(key, copy)
        now = self.clock.now()
        if (
            held is not None
            and copy is not None
            and copy.is_fresh(key.serving.panel_id, key.serving.applied_revision, now)
        ):
            return held
        try:
            async with asyncio.timeout(_LIMIT_S):
                content = await self._ask(key, wanted)
        except LinkGone:
            lost = await transact(self.storage, lambda tx: _lose(tx, key, copy, self.clock.now()))
            return held if lost is not None and lost.outlives_loss(self.clock.now()) else None
        except (ContentError, PanelError, TimeoutError):
            return held
        await transact(self.storage, lambda tx: self._keep(tx, key, content))
        return content

    async def _ask(self, key: Key, wanted: SubscriptionFormat) -> Content:
        panel_id, url = key.serving.panel_id or PanelId(""), key.subscription_url or ""
        if wanted is SubscriptionFormat.LINKS and self.sources.get(panel_id) is None:
            # A family that gives no content: the single links that its panel has confirmed are what there is.
            return Content(wanted, self.reader.read(wanted, "\n".join(key.links).encode()))
        try:
            raw = await self._fetch(panel_id, url, wanted)
        except LinkGone:
            url = await self._found_again(panel_id, key)
            raw = await self._fetch_again(panel_id, url, wanted)
            await transact(self.storage, lambda tx: _readdress(tx, key, url))
        return Content(wanted, self.reader.read(wanted, raw.body), raw.used_bytes)

    async def _fetch_again(self, panel_id: PanelId, url: str, wanted: SubscriptionFormat) -> RawContent:
        try:
            return await self._fetch(panel_id, url, wanted)
        except LinkGone:
            # The account is there. So this isn't its loss, and making it again wouldn't help.
            raise ContentError("the panel refuses the link that it names itself") from None

    async def _fetch(self, panel_id: PanelId, url: str, wanted: SubscriptionFormat) -> RawContent:
        source = self.sources.get(panel_id)
        if source is None:
            raise ContentError("no such panel here")
        return await source.fetch(url, wanted)

    async def _found_again(self, panel_id: PanelId, key: Key) -> str:
        panel = self.panels.get(panel_id)
        state = await panel.get(key.serving.username, key.id) if panel is not None else None
        if state is None:
            raise LinkGone(panel_id)
        return state.subscription_url

    def _opened(self, key: Key, copy: GoodCopy | None) -> Content | None:
        if copy is not None:
            with suppress(Unopenable, UnreadableCopy):
                sealed_for = copy_purpose(key.id, copy.format)
                return read(self.seal.open(copy.sealed, sealed_for), copy.format, str(key.credential))
        return None

    async def _keep(self, tx: Transaction, key: Key, content: Content) -> None:
        sealed = self.seal.seal(written(content, str(key.credential)), copy_purpose(key.id, content.format))
        panel_id, revision = key.serving.panel_id or PanelId(""), key.serving.applied_revision
        await tx.good_copies.put(GoodCopy(key.id, content.format, sealed, panel_id, revision, self.clock.now()))


async def _lose(tx: Transaction, key: Key, copy: GoodCopy | None, now: datetime) -> GoodCopy | None:
    """The panel has no such account: let the worker make it again, and remember since when it is so."""
    current = await tx.keys.lock(key.id)
    number = key.serving.number
    if current is not None and current.enabled and current.serving.number == number and current.serving.is_confirmed:
        await tx.keys.save(current.reapply(number, now))
    lost = copy.lose(now) if copy is not None else None
    if lost is not None and lost is not copy:
        await tx.good_copies.put(lost)
    return lost


async def _readdress(tx: Transaction, key: Key, url: str) -> None:
    """The account has another link now. A key that was moved meanwhile keeps its own."""
    current = await tx.keys.lock(key.id)
    served = key.serving
    if current is not None and current.serving.subscription_url == served.subscription_url:
        await tx.keys.save(current.readdress(served.number, url))
