"""The contract of the port `SubscriptionSource`.

Subclass `SubscriptionSourceContract`, give it the fixtures `source` and `reader` (a `ContentReader`), name the formats
that the panel knows, and give the hooks over the panel behind the source.
"""

from abc import ABC, abstractmethod
from urllib.parse import urlsplit

import pytest

from orbit_domain.access.account import AccountState
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.ports import ContentReader, ContentUnavailable, LinkGone, SubscriptionSource

_USED = 3 * 1024**3
_LINKS = SubscriptionFormat.LINKS


class SubscriptionSourceContract(ABC):
    """What a panel gives at its own link of one account, in a fixed format, and nothing of anybody else."""

    formats: frozenset[SubscriptionFormat] = frozenset({_LINKS})

    @abstractmethod
    async def make_account(self) -> AccountState:
        """An account with at least one share link, as the panel shows it."""

    @abstractmethod
    async def remove_account(self) -> None:
        """Delete that account on the panel."""

    @abstractmethod
    def use_traffic(self, traffic_bytes: int) -> None:
        """Let the account use so much of its traffic."""

    @abstractmethod
    def take_down(self) -> None:
        """Let the panel answer nobody any more."""

    async def test_links_are_those_of_the_account(self, source: SubscriptionSource, reader: ContentReader) -> None:
        """A list holds the account's share links, byte for byte, and no use of it so far."""
        account = await self.make_account()
        raw = await source.fetch(account.subscription_url, _LINKS)
        assert reader.read(_LINKS, raw.body) == account.links
        assert raw.used_bytes in (0, None)

    async def test_each_format_holds_a_node(self, source: SubscriptionSource, reader: ContentReader) -> None:
        """Every format that the panel knows can be read, with a server that apps could connect to."""
        account = await self.make_account()
        for wanted in self.formats:
            assert reader.read(wanted, (await source.fetch(account.subscription_url, wanted)).body)

    async def test_used_traffic_is_told_or_unknown(self, source: SubscriptionSource) -> None:
        """What the account has used comes with its content, unless the panel doesn't say."""
        account = await self.make_account()
        self.use_traffic(_USED)
        assert (await source.fetch(account.subscription_url, _LINKS)).used_bytes in (_USED, None)

    async def test_only_the_panel_itself_is_asked(self, source: SubscriptionSource, reader: ContentReader) -> None:
        """Another host in the link changes nothing: what is asked is the panel of the settings."""
        account = await self.make_account()
        elsewhere = urlsplit(account.subscription_url)._replace(netloc="elsewhere.invalid:1").geturl()
        assert reader.read(_LINKS, (await source.fetch(elsewhere, _LINKS)).body) == account.links

    async def test_a_link_of_nobody_is_gone(self, source: SubscriptionSource) -> None:
        """The link of an account that was deleted is gone, which isn't the same as no answer."""
        account = await self.make_account()
        await self.remove_account()
        with pytest.raises(LinkGone):
            await source.fetch(account.subscription_url, _LINKS)

    async def test_no_answer_says_nothing_about_the_link(self, source: SubscriptionSource) -> None:
        """While the panel is down nobody knows whether the link is gone."""
        account = await self.make_account()
        self.take_down()
        with pytest.raises(ContentUnavailable) as raised:
            await source.fetch(account.subscription_url, _LINKS)
        assert account.subscription_url.rpartition("/")[2] not in repr(raised.value)
