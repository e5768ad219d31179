"""What an account should look like in Marzban's words, and what must change to make it so. Pure."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from orbit_adapters.marzban.schemas import UserRow
from orbit_domain.access.account import Account, AccountState, AccountStatus
from orbit_domain.ids import KeyId

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PROTOCOL = "vless"
STATUSES = {
    "active": AccountStatus.ACTIVE,
    # Waits for its first connection and serves it: for us that is active.
    "on_hold": AccountStatus.ACTIVE,
    "disabled": AccountStatus.DISABLED,
    "limited": AccountStatus.LIMITED,
    "expired": AccountStatus.EXPIRED,
}

Body = dict[str, object]


def note_of(key_id: KeyId) -> str:
    """The mark by which we know an account to be ours."""
    return f"orbit:{key_id}"


def expire_of(account: Account) -> int:
    """When the account ends, in unix seconds rounded up. Never zero, which would mean for ever."""
    return max(1, -((EPOCH - account.expires_at) // timedelta(seconds=1)))


def new_account(account: Account) -> Body:
    """The body that creates *account*, active: the panel lets nobody be born disabled.

    Inbounds are always named: left out, the panel makes a key that no server knows.
    """
    return {
        "proxies": _proxies(account),
        "inbounds": _inbounds(account),
        "expire": expire_of(account),
        "data_limit": account.traffic_bytes,
        "status": "active",
        "note": note_of(account.key_id),
    }


def change(account: Account, row: UserRow, now: datetime) -> Body:
    """What to set on *row* to make it what *account* wants; empty when it is so already.

    Proxies are named only when the credential itself differs: naming them drops every other protocol.
    An account that has merely used up its traffic or time is what was asked for, and stays.
    """
    body: Body = {}
    if credential_of(row) != str(account.credential):
        body["proxies"] = _proxies(account)
    if set(row.inbounds.get(PROTOCOL, [])) != set(account.placement):
        body["inbounds"] = _inbounds(account)
    if terms_differ(account, row) or _status_differs(account, row, now):
        body["expire"] = expire_of(account)
        body["data_limit"] = account.traffic_bytes
        body["status"] = "active" if account.enabled else "disabled"
    return body


def terms_differ(account: Account, row: UserRow) -> bool:
    """Whether time or traffic asked for are others than the panel has."""
    return (row.expire or 0, row.data_limit or 0) != (expire_of(account), account.traffic_bytes)


def needs_reset(account: Account, row: UserRow) -> bool:
    """Whether the traffic used must be forgotten first: new terms were given, and the old use exhausts them.

    Only new terms do so: else every look at a limited account would give its traffic away again.
    """
    exhausted = 0 < account.traffic_bytes <= row.used_traffic
    return account.enabled and exhausted and terms_differ(account, row)


def credential_of(row: UserRow) -> str | None:
    """The VLESS id of *row*, if it has one."""
    credential = row.proxies.get(PROTOCOL, {}).get("id")
    return credential.lower() if isinstance(credential, str) else None


def account_state(row: UserRow, base_url: str) -> AccountState:
    """*row* in the domain's words. Raises ValueError for a status or a link that makes no sense."""
    status = STATUSES.get(row.status)
    if status is None:
        raise ValueError("an unknown status")
    url = urljoin(f"{base_url}/", row.subscription_url.lstrip("/")) if _is_path(row) else row.subscription_url
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("a subscription link that is no web address")
    return AccountState(
        username=row.username,
        status=status,
        expires_at=datetime.fromtimestamp(row.expire, UTC) if row.expire else None,
        subscription_url=url,
        links=tuple(row.links),
        used_traffic_bytes=row.used_traffic,
    )


def _status_differs(account: Account, row: UserRow, now: datetime) -> bool:
    if not account.enabled:
        return row.status != "disabled"
    if row.status == "limited":
        return not 0 < account.traffic_bytes <= row.used_traffic
    if row.status == "expired":
        return account.expires_at > now
    return row.status != "active"


def _is_path(row: UserRow) -> bool:
    return row.subscription_url.startswith("/") and not row.subscription_url.startswith("//")


def _proxies(account: Account) -> Body:
    return {PROTOCOL: {"id": str(account.credential)}}


def _inbounds(account: Account) -> Body:
    return {PROTOCOL: list(account.placement)}
