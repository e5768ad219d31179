"""The calls of Marzban 0.8.4 that Orbit uses, one method each, with the panel's statuses as plain outcomes."""

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote

from orbit_adapters.marzban.http import Answer, PanelHttp
from orbit_adapters.marzban.schemas import (
    ADMINS,
    HOSTS,
    INBOUNDS,
    NODES,
    AdminRow,
    ApiDescription,
    HostRow,
    InboundRow,
    NodeRow,
    UsagePage,
    UsageRow,
    UserPage,
    UserRow,
)
from orbit_domain.access.ports import PanelError, PanelRefused, PanelUnavailable

# A word long enough to be a credential, in case the panel repeats what it was sent.
SECRET_LIKE = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
REASON_CHARS = 200
# Any other 404 comes from a wrong base URL, and says nothing of accounts.
NO_SUCH_USER = "User not found"

Body = Mapping[str, object]


class ForeignAccount(PanelError):
    """The account belongs to another administrator of the panel: neither to be read nor to be changed by us."""


class MarzbanApi:
    """A panel's interface. Every method raises PanelUnavailable (outcome unknown) and PanelRefused (won't)."""

    def __init__(self, wire: PanelHttp) -> None:
        self.wire = wire

    async def user(self, username: str) -> UserRow | None:
        """The account of that name, None when there is none. Raises ForeignAccount."""
        return self._user(username, await self.wire.call("GET", _path(username)))

    async def create_user(self, username: str, body: Body) -> UserRow | None:
        """Add the account; None when the name is taken. Sent once, never repeated. Raises ForeignAccount."""
        answer = await self.wire.call("POST", "/api/user", json={"username": username, **body})
        return None if answer.status == 409 else self._user(username, answer)

    async def modify_user(self, username: str, body: Body) -> UserRow | None:
        """Set absolute values; None when the account is gone. Raises ForeignAccount."""
        return self._user(username, await self.wire.call("PUT", _path(username), json=body))

    async def reset_user(self, username: str) -> UserRow | None:
        """Forget the traffic used; None when the account is gone. Raises ForeignAccount.

        The panel wakes disabled accounts by this, so a change that says the wanted status must follow.
        """
        return self._user(username, await self.wire.call("POST", f"{_path(username)}/reset"))

    async def delete_user(self, username: str) -> None:
        """Remove the account; it may be gone already. Raises ForeignAccount."""
        answer = await self.wire.call("DELETE", _path(username))
        if not _is_absent(answer):
            self._expect(answer)

    async def users_noted(self, text: str) -> UserPage:
        """The first of the accounts whose note or name holds *text*."""
        params = {"search": text, "limit": "1", "sort": "username"}
        return self._expect(await self.wire.call("GET", "/api/users", params=params)).read(UserPage)

    async def inbounds(self) -> dict[str, list[InboundRow]]:
        """The inbounds by protocol."""
        return (await self._get("/api/inbounds")).read_as(INBOUNDS)

    async def hosts(self) -> dict[str, list[HostRow]]:
        """The addresses by inbound tag."""
        return (await self._get("/api/hosts")).read_as(HOSTS)

    async def nodes(self) -> list[NodeRow]:
        """The servers."""
        return (await self._get("/api/nodes")).read_as(NODES)

    async def nodes_usage(self) -> list[UsageRow]:
        """Traffic by server over the panel's default span, the last thirty days."""
        return (await self._get("/api/nodes/usage")).read(UsagePage).usages

    async def me(self) -> AdminRow:
        """The administrator we are."""
        return (await self._get("/api/admin")).read(AdminRow)

    async def admins(self) -> list[AdminRow]:
        """The administrators in the panel's database."""
        return (await self._get("/api/admins")).read_as(ADMINS)

    async def version(self) -> str:
        """What the interface's description calls itself."""
        return (await self._get("/openapi.json")).read(ApiDescription).info.version

    async def _get(self, path: str) -> Answer:
        answer = await self.wire.call("GET", path)
        # What isn't an account belongs to nobody else: then it's our rights that are too small.
        with suppress(ForeignAccount):
            return self._expect(answer)
        raise PanelRefused(self.wire.panel_id, f"doesn't let our administrator read {path}: it must be sudo")

    def _user(self, username: str, answer: Answer) -> UserRow | None:
        if _is_absent(answer):
            return None
        row = self._expect(answer).read(UserRow)
        # Names differing only in case are one name on some of the panel's databases.
        if row.username.casefold() != username.casefold():
            raise PanelUnavailable(self.wire.panel_id, "answered with another account than the one asked for")
        return row

    def _expect(self, answer: Answer) -> Answer:
        """*answer* if it is a success. Raises ForeignAccount or PanelRefused."""
        if answer.status == 200:
            return answer
        if answer.status == 403:
            raise ForeignAccount
        raise PanelRefused(self.wire.panel_id, f"answered {answer.status}: {harmless(answer.detail)}")


def harmless(detail: str | Mapping[str, object]) -> str:
    """The panel's complaint for the owner's eyes: short, printable, and without anything like a credential."""
    text = detail if isinstance(detail, str) else "; ".join(f"{name}: {what}" for name, what in detail.items())
    plain = "".join(char if char.isprintable() else " " for char in text)
    return SECRET_LIKE.sub("…", plain)[:REASON_CHARS]


def _is_absent(answer: Answer) -> bool:
    return answer.status == 404 and answer.detail == NO_SUCH_USER


def _path(username: str) -> str:
    return f"/api/user/{quote(username, safe='')}"
