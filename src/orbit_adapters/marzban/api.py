"""The calls of Marzban 0.8.4 that Orbit uses, one method each. Statuses become return values and errors."""

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote

from orbit_adapters.marzban.answer import Answer
from orbit_adapters.marzban.http import PanelHttp
from orbit_adapters.marzban.schemas import (
    ADMINS,
    HOSTS,
    INBOUNDS,
    NODES,
    AdminSchema,
    ApiDescription,
    HostSchema,
    InboundSchema,
    NodeSchema,
    UsagePage,
    UsageSchema,
    UserPage,
    UserSchema,
)
from orbit_domain.access.ports import ForeignAccount, PanelAuthFailed, PanelRejected, PanelUnavailable

# Any other 404 means a wrong base URL and proves nothing about the account.
NO_SUCH_USER = "User not found"
NO_SUCH_PAGE = "Not Found"

Body = Mapping[str, object]


class MarzbanApi:
    """The API of one panel. Every method raises PanelUnavailable, PanelAuthFailed and PanelRejected.

    One that changes something raises OutcomeUnknown besides, and ForeignAccount for another administrator's account.
    """

    def __init__(self, http: PanelHttp) -> None:
        self.http = http

    async def user(self, username: str) -> UserSchema | None:
        """The account of that name, None when there is none. Raises ForeignAccount."""
        return self._user(username, await self.http.call("GET", _path(username)))

    async def create_user(self, username: str, body: Body) -> UserSchema | None:
        """Add the account; None when the name is taken. Sent once, never repeated. Raises ForeignAccount."""
        answer = await self.http.call("POST", "/api/user", json={"username": username, **body})
        return None if answer.status == 409 else self._user(username, answer)

    async def modify_user(self, username: str, body: Body) -> UserSchema | None:
        """Set absolute values; None when the account is gone. Raises ForeignAccount."""
        return self._user(username, await self.http.call("PUT", _path(username), json=body))

    async def reset_user(self, username: str) -> UserSchema | None:
        """Reset the traffic counter; None when the account is gone. Raises ForeignAccount.

        The panel enables a disabled account by this, so a change that sets the wanted status must follow.
        """
        return self._user(username, await self.http.call("POST", f"{_path(username)}/reset"))

    async def delete_user(self, username: str) -> None:
        """Remove the account; it may be gone already. Raises ForeignAccount."""
        answer = await self.http.call("DELETE", _path(username))
        if not _is_absent(answer):
            self._expect(username, answer)

    async def search_users(self, text: str, offset: int = 0, limit: int = 1) -> UserPage:
        """A part of the accounts whose note or name holds *text*, by name."""
        params = {"search": text, "offset": f"{offset}", "limit": f"{limit}", "sort": "username"}
        return (await self._get("/api/users", params)).read(UserPage)

    async def inbounds(self) -> dict[str, list[InboundSchema]]:
        """The inbounds by protocol."""
        return (await self._get("/api/inbounds")).read_as(INBOUNDS)

    async def hosts(self) -> dict[str, list[HostSchema]]:
        """The addresses by inbound tag."""
        return (await self._get("/api/hosts")).read_as(HOSTS)

    async def nodes(self) -> list[NodeSchema]:
        """The servers."""
        return (await self._get("/api/nodes")).read_as(NODES)

    async def nodes_usage(self) -> list[UsageSchema]:
        """Traffic by server over the panel's default span, the last thirty days."""
        return (await self._get("/api/nodes/usage")).read(UsagePage).usages

    async def me(self) -> AdminSchema:
        """The administrator whose login we use."""
        return (await self._get("/api/admin")).read(AdminSchema)

    async def admins(self) -> list[AdminSchema]:
        """The administrators in the panel's database."""
        return (await self._get("/api/admins")).read_as(ADMINS)

    async def version(self) -> str:
        """The version in the panel's OpenAPI description."""
        return (await self._get("/openapi.json")).read(ApiDescription).info.version

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        answer = await self.http.call("GET", path, params=params)
        # Only accounts have owners. A 403 for anything else means that our administrator has too few rights.
        with suppress(ForeignAccount):
            return self._expect(path, answer)
        raise PanelAuthFailed(self.http.panel_id, f"doesn't let our administrator read {path}: it must be sudo")

    def _user(self, username: str, answer: Answer) -> UserSchema | None:
        if _is_absent(answer):
            return None
        user = self._expect(username, answer).read(UserSchema)
        # Some databases of the panel treat names that differ only in case as one name.
        if user.username.casefold() != username.casefold():
            raise answer.unusable("answered with another account than the requested one")
        return user

    def _expect(self, username: str, answer: Answer) -> Answer:
        """*answer* if it is a success. Raises ForeignAccount, PanelUnavailable or PanelRejected."""
        if answer.status == 200:
            return answer
        if answer.status == 403:
            raise ForeignAccount(self.http.panel_id, username)
        if answer.status == 404 and answer.detail == NO_SUCH_PAGE:
            raise PanelUnavailable(self.http.panel_id, "knows no such address: check the panel's base URL")
        raise PanelRejected(self.http.panel_id, f"answered {answer.status}: {answer.reason}")


def _is_absent(answer: Answer) -> bool:
    return answer.status == 404 and answer.detail == NO_SUCH_USER


def _path(username: str) -> str:
    return f"/api/user/{quote(username, safe='')}"
