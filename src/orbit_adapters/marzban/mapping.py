"""Maps accounts to Marzban's request bodies and its users to account states. Pure functions."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit
from uuid import UUID

from orbit_adapters.marzban.schemas import UserSchema
from orbit_domain.access.account import Account, AccountState, AccountStatus, QuotaReset, TrafficQuota
from orbit_domain.ids import KeyId

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PROTOCOL = "vless"
OUR_NOTES = "orbit:"
STATUSES = {
    "active": AccountStatus.ACTIVE,
    # On hold means: waits for the first connection and serves it.
    "on_hold": AccountStatus.ACTIVE,
    "disabled": AccountStatus.DISABLED,
    "limited": AccountStatus.LIMITED,
    "expired": AccountStatus.EXPIRED,
}

Body = dict[str, object]


def note_of(key_id: KeyId) -> str:
    """The note that marks an account as ours."""
    return f"{OUR_NOTES}{key_id}"


def key_of(user: UserSchema) -> KeyId | None:
    """The key that the note of *user* names. None: the account isn't ours, as a person may write such a note too."""
    note = user.note or ""
    with suppress(ValueError):
        key_id = KeyId(UUID(note.removeprefix(OUR_NOTES)))
        return key_id if note == note_of(key_id) else None
    return None


def expire_of(account: Account) -> int:
    """When the account ends, in unix seconds rounded up. Never zero: zero means unlimited."""
    return max(1, -((EPOCH - account.expires_at) // timedelta(seconds=1)))


def new_account(account: Account) -> Body:
    """The body that creates *account* as active: the panel can't create a disabled one.

    Inbounds are always sent: without them the panel makes a key that no server knows.
    """
    return {
        "proxies": _proxies(account),
        "inbounds": _inbounds(account),
        "note": note_of(account.key_id),
        **terms(account),
        "status": "active",
    }


def terms(account: Account) -> Body:
    """The fields of what was bought: they say the whole of it, whatever was there before."""
    return {
        "expire": expire_of(account),
        "data_limit": account.traffic.limit_bytes or 0,
        "data_limit_reset_strategy": _reset_strategy(account),
        "status": "active" if account.enabled else "disabled",
    }


def change(account: Account, user: UserSchema, now: datetime) -> Body:
    """The fields to set so that *user* matches *account*; empty when it matches already.

    Proxies are sent only when the credential differs: sending them drops every other protocol. A disabled account is
    served nowhere, so its inbounds wait until it is enabled: they may be gone, and it must be cut off all the same.
    A user that has only used up its traffic or time matches and stays as it is.
    """
    body: Body = {}
    if credential_of(user) != str(account.credential):
        body["proxies"] = _proxies(account)
    if account.enabled and set(user.inbounds.get(PROTOCOL, [])) != set(account.groups):
        body["inbounds"] = _inbounds(account)
    # A reset enables the account, so the terms follow it, whatever they were.
    if needs_reset(account, user) or _terms_differ(account, user) or _status_differs(account, user, now):
        body |= terms(account)
    return body


def needs_reset(account: Account, user: UserSchema) -> bool:
    """Whether the traffic counter must be reset first: a newly paid period begins with a used limit.

    Only a paid period resets it. Otherwise each check of a limited account would give its traffic again.
    """
    is_used = account.traffic.limit_bytes is not None and user.used_traffic > 0
    return account.reset_traffic and account.enabled and is_used


def credential_of(user: UserSchema) -> str | None:
    """The VLESS id of *user*, if it has one."""
    credential = user.proxies.get(PROTOCOL, {}).get("id")
    return credential.lower() if isinstance(credential, str) else None


def account_state(user: UserSchema, base_url: str) -> AccountState:
    """*user* as the domain's AccountState. Raises ValueError for an unknown status or an invalid link."""
    status = STATUSES.get(user.status)
    if status is None:
        raise ValueError("an unknown status")
    url = urljoin(f"{base_url}/", user.subscription_url.lstrip("/")) if _is_path(user) else user.subscription_url
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("a subscription link that is no web address")
    return AccountState(
        username=user.username,
        status=status,
        expires_at=datetime.fromtimestamp(user.expire, UTC) if user.expire else None,
        subscription_url=url,
        links=tuple(user.links),
        used_traffic_bytes=user.used_traffic,
        traffic=_quota(user),
        credential=credential_of(user) or "",
        groups=frozenset(user.inbounds.get(PROTOCOL, [])),
    )


def _terms_differ(account: Account, user: UserSchema) -> bool:
    there = (user.expire or 0, user.data_limit or 0, user.data_limit_reset_strategy)
    return there != (expire_of(account), account.traffic.limit_bytes or 0, _reset_strategy(account))


def _reset_strategy(account: Account) -> str:
    """How often the panel forgets the traffic used: a "month" is 30 days since the last reset."""
    return "month" if account.traffic.limit_bytes else "no_reset"


def _quota(user: UserSchema) -> TrafficQuota:
    is_monthly = user.data_limit_reset_strategy == "month"
    return (
        TrafficQuota(user.data_limit, QuotaReset.MONTHLY if is_monthly else QuotaReset.OTHERWISE)
        if user.data_limit
        else TrafficQuota()
    )


def _status_differs(account: Account, user: UserSchema, now: datetime) -> bool:
    if not account.enabled:
        return user.status != "disabled"
    if user.status == "limited":
        return not account.traffic.is_used_up(user.used_traffic)
    if user.status == "expired":
        return account.expires_at > now
    return user.status != "active"


def _is_path(user: UserSchema) -> bool:
    return user.subscription_url.startswith("/") and not user.subscription_url.startswith("//")


def _proxies(account: Account) -> Body:
    return {PROTOCOL: {"id": str(account.credential)}}


def _inbounds(account: Account) -> Body:
    return {PROTOCOL: list(account.groups)}
