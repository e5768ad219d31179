"""How often one subscription link may be asked for, and how often one place may ask for links that don't exist."""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from orbit_domain.clock import Clock
from orbit_domain.rate_limit.rate_limit import Allowed, RateLimitPolicy, Record, judge
from orbit_domain.subscription_link.link import token_hash

RETRY_AFTER = timedelta(minutes=1)
_PER_LINK = RateLimitPolicy(requests=60, window=timedelta(minutes=1), ban=RETRY_AFTER)
_MISSES = RateLimitPolicy(requests=30, window=timedelta(minutes=1), ban=RETRY_AFTER)
_REMEMBERED = 10_000


class LinkLimits:
    """The limits of one process, in its memory.

    Hits aren't counted by address: whole cities share one. An address that misses too often is refused, except for
    links that were served here before: its other customers go on.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._links: dict[str, Record] = {}
        self._places: dict[str, Record] = {}

    def admits(self, address: str, token: str) -> bool:
        """Whether to look the *token* up for a client at *address*."""
        link = self._links.get(token_hash(token))
        record = link if link is not None else self._places.get(_place(address))
        until = record.banned_until if record is not None else None
        return until is None or self._clock.now() >= until

    def served(self, token: str) -> bool:
        """Count a link that exists. Whether it may be answered."""
        return self._count(self._links, token_hash(token), _PER_LINK)

    def missed(self, address: str) -> None:
        """Count a link that doesn't exist."""
        self._count(self._places, _place(address), _MISSES)

    def _count(self, records: dict[str, Record], key: str, policy: RateLimitPolicy) -> bool:
        records[key], verdict = judge(records.pop(key, None), self._clock.now(), policy)
        while len(records) > _REMEMBERED:
            del records[next(iter(records))]
        return isinstance(verdict, Allowed)


def _place(address: str) -> str:
    """One customer of a provider has a whole network of IPv6 addresses."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(int(found) >> 64) if isinstance(found, IPv6Address) else address
