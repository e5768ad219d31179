"""The machines that a link needs: panels that hold content, what reads it, and what seals secrets."""

from dataclasses import dataclass
from typing import Protocol

from orbit_domain.ids import PanelId
from orbit_domain.subscription_link.formats import SubscriptionFormat


class ContentError(Exception):
    """There is no content from the panel. Subclasses say what may be concluded."""


@dataclass(eq=False)
class ContentUnavailable(ContentError):
    """The panel gives nobody an answer: ask later. `reason` holds no secret."""

    panel_id: PanelId
    reason: str


@dataclass(eq=False)
class LinkGone(ContentError):
    """The panel knows no such link: the account was deleted, made again, or its link was revoked."""

    panel_id: PanelId


class BadContent(ContentError):
    """An answer that is no subscription: not of its format, or without a node that could work.

    It says nothing of the panel's other accounts. Its message holds no part of the body.
    """


class Unopenable(Exception):
    """What was sealed can't be opened: its key isn't among ours, or it was changed."""


@dataclass(frozen=True, slots=True)
class RawContent:
    """What a panel sent: at most two megabytes, and what it counts as used in this period; None: it doesn't say."""

    body: bytes
    used_bytes: int | None = None


class SubscriptionSource(Protocol):
    """Where one panel gives content away. Contract: `orbit_testing.contracts.subscription_source`."""

    async def fetch(self, subscription_url: str, wanted: SubscriptionFormat) -> RawContent:
        """The content behind the panel's own link, in one fixed format.

        Raises ContentUnavailable, LinkGone, BadContent.
        Only the panel's own address is asked, whatever the link says, and it isn't followed elsewhere.
        """


class SubscriptionSources(Protocol):
    """The panels of this process, as places of content."""

    def get(self, panel_id: PanelId) -> SubscriptionSource | None:
        """That of the panel, if it is configured here and gives content."""


class ContentReader(Protocol):
    """Knows the formats."""

    def read(self, wanted: SubscriptionFormat, body: bytes) -> tuple[str, ...]:
        """The parts of *body* (see `Content`), if there is a real node among them. Raises BadContent."""


class Seal(Protocol):
    """Keeps secrets at rest."""

    def seal(self, plain: bytes, purpose: str) -> str:
        """*plain*, encrypted for this *purpose*."""

    def open(self, sealed: str, purpose: str) -> bytes:
        """What was sealed for the same *purpose*. Raises Unopenable."""

    def is_current(self, sealed: str) -> bool:
        """Whether it needs no older key than the one that seals now."""
