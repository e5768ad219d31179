"""A place of subscriptions that isn't asked twice at once, nor while it is known to be down."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.ports import ContentUnavailable, RawContent, SubscriptionSource

PAUSE = timedelta(seconds=15)

_Request = tuple[str, SubscriptionFormat]


class SparedSource:
    """*source*, asked once for all that want the same at a time, and not for PAUSE after it gave no answer.

    So while a panel hangs, one app waits for it, and all others have the last good copy at once.
    """

    def __init__(self, panel_id: PanelId, source: SubscriptionSource, clock: Clock) -> None:
        self._panel_id = panel_id
        self._source = source
        self._clock = clock
        self._running: dict[_Request, asyncio.Task[RawContent]] = {}
        self._paused_until: datetime | None = None

    async def fetch(self, subscription_url: str, wanted: SubscriptionFormat) -> RawContent:
        """Ask, or wait for who asks. Raises ContentUnavailable, LinkGone, BadContent."""
        if self._paused_until is not None and self._clock.now() < self._paused_until:
            raise ContentUnavailable(self._panel_id, "gave no answer a moment ago")
        request = subscription_url, wanted
        task = self._running.get(request)
        if task is None:
            task = self._running[request] = asyncio.create_task(self._ask(*request))
            task.add_done_callback(self._forget(request))
        # An app that gives up doesn't take the answer away from the others.
        return await asyncio.shield(task)

    async def _ask(self, subscription_url: str, wanted: SubscriptionFormat) -> RawContent:
        try:
            raw = await self._source.fetch(subscription_url, wanted)
        except ContentUnavailable:
            self._paused_until = self._clock.now() + PAUSE
            raise
        self._paused_until = None
        return raw

    def _forget(self, request: _Request) -> Callable[[asyncio.Task[RawContent]], None]:
        def done(task: asyncio.Task[RawContent]) -> None:
            self._running.pop(request, None)
            if not task.cancelled():
                task.exception()  # Seen here, should everybody have given up.

        return done
