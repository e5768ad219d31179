"""Maps accounts to Remnawave's request bodies and its users to account states. Pure functions."""

import hmac
from base64 import urlsafe_b64encode
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from orbit_adapters.remnawave.schemas import UserSchema
from orbit_domain.access.account import Account, AccountState, AccountStatus, QuotaReset, TrafficQuota
from orbit_domain.ids import KeyId

OUR_NOTES = "orbit:"
TAG = "ORBIT"
STATUSES = {
    "ACTIVE": AccountStatus.ACTIVE,
    "DISABLED": AccountStatus.DISABLED,
    "LIMITED": AccountStatus.LIMITED,
    "EXPIRED": AccountStatus.EXPIRED,
}
MILLISECOND = timedelta(milliseconds=1)
# What the panel calls for ever.
LATEST = datetime(9999, 12, 31, tzinfo=UTC)
# The panel refuses to put an end into the past, by its own clock. What is nearer than this is as good as over.
NEXT_TO_NOW = timedelta(seconds=30)

Body = dict[str, object]


def note_of(key_id: KeyId) -> str:
    """The description that marks an account as ours."""
    return f"{OUR_NOTES}{key_id}"


def key_of(user: UserSchema) -> KeyId | None:
    """The key that the description of *user* names. None: not ours, as a person may write such a text too."""
    note = user.description or ""
    with suppress(ValueError):
        key_id = KeyId(UUID(note.removeprefix(OUR_NOTES)))
        return key_id if note == note_of(key_id) else None
    return None


def squads_of(account: Account) -> tuple[UUID, ...]:
    """The squads of *account*, each once. Raises ValueError for a placement that names no squad."""
    return tuple(dict.fromkeys(UUID(place) for place in account.groups))


def new_account(account: Account, secret: bytes, created_at: datetime | None = None) -> Body:
    """The body that creates *account*, without its name.

    What a customer's link needs is derived from the key, so that an account made again has the same link. The other
    passwords change with the credential: it is replaced because somebody knows it. *created_at* keeps the day of the
    month on which traffic is given again.
    """
    body: Body = {
        "status": "ACTIVE" if account.enabled else "DISABLED",
        "vlessUuid": str(account.credential),
        "shortUuid": _derived(secret, "subscription", account.key_id),
        "trojanPassword": _derived(secret, "trojan", account.key_id, account.credential),
        "ssPassword": _derived(secret, "shadowsocks", account.key_id, account.credential),
        "expireAt": _text(_end_of(account)),
        "trafficLimitBytes": account.traffic.limit_bytes or 0,
        "trafficLimitStrategy": _strategy(account),
        # Left out, it would be the panel's own limit, whatever that is.
        "hwidDeviceLimit": account.device_limit or 0,
        "description": note_of(account.key_id),
        "tag": TAG,
        "activeInternalSquads": [str(squad) for squad in squads_of(account)],
    }
    return body if created_at is None else body | {"createdAt": _text(created_at)}


def change(account: Account, user: UserSchema, now: datetime) -> Body:
    """The fields to set so that *user* matches *account*; empty when it matches already.

    A user that has only used up its traffic or time matches and stays as it is. The status is sent only to a disabled
    user: to a limited one it would give traffic for nothing. Disabling is a call of its own, and while it is disabled
    an account is served nowhere, so squads wait until it is enabled.
    """
    body: Body = {}
    if account.enabled and user.status == "DISABLED":
        body |= {"status": "ACTIVE", "expireAt": _text(_reachable_end(account, now))}
    elif _end_differs(account, user, now):
        body["expireAt"] = _text(_reachable_end(account, now))
    if user.traffic_limit_bytes != (account.traffic.limit_bytes or 0):
        body["trafficLimitBytes"] = account.traffic.limit_bytes or 0
    if user.traffic_limit_strategy != _strategy(account):
        body["trafficLimitStrategy"] = _strategy(account)
    if account.device_limit is not None and user.hwid_device_limit != account.device_limit:
        body["hwidDeviceLimit"] = account.device_limit
    if account.enabled and user.squads != frozenset(squads_of(account)):
        body["activeInternalSquads"] = [str(squad) for squad in squads_of(account)]
    return body


def needs_reset(account: Account, user: UserSchema) -> bool:
    """Whether the traffic counter must be reset first: a newly paid period begins with a used limit.

    Only a paid period resets it. Otherwise each check of a limited account would give its traffic again.
    """
    is_used = account.traffic.limit_bytes is not None and user.user_traffic.used_traffic_bytes > 0
    return account.reset_traffic and account.enabled and is_used


def real_links(user: UserSchema, links: list[str]) -> tuple[str, ...]:
    """The links that hold the user's own credential: the others are texts for whoever can't be served."""
    return tuple(link for link in links if str(user.vless_uuid) in link.lower())


def account_state(user: UserSchema, links: tuple[str, ...], base_url: str | None) -> AccountState:
    """*user* as the domain's AccountState. Raises ValueError for a subscription link that is no web address."""
    url = user.subscription_url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a subscription link that is no web address")
    if base_url is not None:
        url = f"{base_url}/{parts.path.rpartition('/')[2]}"
    return AccountState(
        username=user.username,
        status=STATUSES[user.status],
        expires_at=user.expire_at,
        subscription_url=url,
        links=links,
        used_traffic_bytes=user.user_traffic.used_traffic_bytes,
        traffic=_quota(user),
        credential=str(user.vless_uuid),
        groups=frozenset(map(str, user.squads)),
    )


def _end_of(account: Account) -> datetime:
    """When the account ends. The panel cuts what is shorter than a millisecond, so that is rounded up."""
    if account.expires_at >= LATEST:
        return LATEST
    whole = account.expires_at.replace(microsecond=account.expires_at.microsecond // 1000 * 1000)
    return whole if whole == account.expires_at else whole + MILLISECOND


def _reachable_end(account: Account, now: datetime) -> datetime:
    """The end that the panel accepts in a change: never one that has passed."""
    return max(_end_of(account), now + NEXT_TO_NOW)


def _end_differs(account: Account, user: UserSchema, now: datetime) -> bool:
    """Whether the end must be set. One that is over can't be, so any that is over too will do.

    Setting the same end again revives who expired too early, by a clock that was wrong.
    """
    end = _end_of(account)
    if end <= now + NEXT_TO_NOW:
        return user.expire_at > now + NEXT_TO_NOW
    return user.expire_at != end or user.status == "EXPIRED"


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _strategy(account: Account) -> str:
    """How often the panel forgets the traffic used: each month, on the day of the month it was made on."""
    return "MONTH_ROLLING" if account.traffic.limit_bytes else "NO_RESET"


def _quota(user: UserSchema) -> TrafficQuota:
    is_monthly = user.traffic_limit_strategy == "MONTH_ROLLING"
    return (
        TrafficQuota(user.traffic_limit_bytes, QuotaReset.MONTHLY if is_monthly else QuotaReset.OTHERWISE)
        if user.traffic_limit_bytes
        else TrafficQuota()
    )


def _derived(secret: bytes, *names: object) -> str:
    """32 characters that only we can name."""
    digest = hmac.digest(secret, ":".join(map(str, names)).encode(), "sha256")
    return urlsafe_b64encode(digest[:24]).decode()
