"""The calls of Remnawave 2.8 and 3.3 that Orbit uses, one method each. Statuses become return values and errors.

What differs between the versions: users are named in paths by `uuid` or by `id`, and a removal answers 200 or 204.
"""

from collections.abc import Mapping
from urllib.parse import quote
from uuid import UUID

from orbit_adapters.remnawave.answer import Answer
from orbit_adapters.remnawave.http import PanelHttp
from orbit_adapters.remnawave.schemas import (
    DELETED,
    METADATA,
    NODES,
    REACHED,
    SQUADS,
    STATS,
    STREAM,
    SUBSCRIPTION,
    SUBSCRIPTION_SETTINGS,
    USER,
    NodeSchema,
    ReachedNode,
    SquadSchema,
    StatsSchema,
    StreamPage,
    SubscriptionSettingsSchema,
    UserSchema,
)
from orbit_domain.access.ports import PanelRejected, PanelUnavailable

# Any other 404 means a wrong base URL or version, and proves nothing about the account.
NO_SUCH_USER = frozenset({"A025", "A063"})
NO_SUCH_SQUAD = "A118"
NAME_TAKEN = "A019"
SHORT_ID_TAKEN = "A020"
ALREADY_DISABLED = "A029"

Body = Mapping[str, object]


class AlreadyThere(Exception):
    """The name or the subscription id is taken. `short_id`: the latter, which the panel looks at first."""

    def __init__(self, *, short_id: bool) -> None:
        super().__init__()
        self.short_id = short_id


class RemnawaveApi:
    """The API of one panel. Every method raises PanelUnavailable, PanelAuthFailed and PanelRejected.

    One that changes something raises OutcomeUnknown besides.
    """

    def __init__(self, http: PanelHttp) -> None:
        self.http = http

    async def user(self, username: str) -> UserSchema | None:
        """The account of that name, None when there is none."""
        return self._user(username, await self.http.call("GET", f"/api/users/by-username/{_quoted(username)}"))

    async def create_user(self, username: str, body: Body) -> UserSchema:
        """Add the account. Sent once, never repeated. Raises AlreadyThere."""
        answer = await self.http.call("POST", "/api/users", json={"username": username, **body}, repeat=False)
        if answer.code in (NAME_TAKEN, SHORT_ID_TAKEN):
            raise AlreadyThere(short_id=answer.code == SHORT_ID_TAKEN)
        return self._named(username, self._expect(answer))

    async def modify_user(self, username: str, body: Body) -> UserSchema | None:
        """Set absolute values; None when the account is gone.

        It is named by its name alone: with a key beside it, panels since the third version change whoever fits either.
        """
        answer = await self.http.call("PATCH", "/api/users", json={"username": username, **body})
        return self._user(username, answer)

    async def disable_user(self, user: UserSchema) -> UserSchema | None:
        """Take the account off the nodes; None when it is gone."""
        answer = await self.http.call("POST", f"/api/users/{user.key}/actions/disable")
        if answer.code == ALREADY_DISABLED:
            return await self.user(user.username)
        return self._user(user.username, answer)

    async def reset_traffic(self, user: UserSchema) -> UserSchema | None:
        """Forget the traffic used, which revives a limited account; None when it is gone. Never repeated."""
        answer = await self.http.call("POST", f"/api/users/{user.key}/actions/reset-traffic", repeat=False)
        return self._user(user.username, answer)

    async def delete_user(self, user: UserSchema) -> None:
        """Remove the account; it may be gone already."""
        answer = await self.http.call("DELETE", f"/api/users/{user.key}")
        if answer.status != 204 and not _is_absent(answer):
            self._expect(answer).read(DELETED)

    async def links(self, username: str) -> list[str] | None:
        """The links that clients of the account get, placeholders among them; None when the account is gone."""
        answer = await self.http.call("GET", f"/api/subscriptions/by-username/{_quoted(username)}")
        return None if _is_absent(answer) else self._expect(answer).read(SUBSCRIPTION).links

    async def users_after(self, cursor: int, size: int) -> StreamPage:
        """Accounts of everybody, by rising id, beginning behind *cursor*; 0 begins with the first."""
        params = {"size": f"{size}"} | ({"cursor": f"{cursor}"} if cursor else {})
        return self._expect(await self.http.call("GET", "/api/users/stream", params=params)).read(STREAM)

    async def squads(self) -> list[SquadSchema]:
        """The internal squads."""
        return (await self._get("/api/internal-squads")).read(SQUADS).internal_squads

    async def reached_nodes(self, squad: UUID) -> list[ReachedNode]:
        """The nodes that *squad* reaches; none when the squad is gone."""
        answer = await self.http.call("GET", f"/api/internal-squads/{squad}/accessible-nodes")
        return [] if answer.code == NO_SUCH_SQUAD else self._expect(answer).read(REACHED).accessible_nodes

    async def nodes(self) -> list[NodeSchema]:
        """The servers."""
        return (await self._get("/api/nodes")).read(NODES)

    async def version(self) -> str:
        """The panel's version: the cheapest call."""
        return (await self._get("/api/system/metadata")).read(METADATA).version

    async def stats(self) -> StatsSchema:
        """What the panel counts; we read its clock."""
        return (await self._get("/api/system/stats")).read(STATS)

    async def subscription_settings(self) -> SubscriptionSettingsSchema:
        """The settings of all subscriptions."""
        return (await self._get("/api/subscription-settings")).read(SUBSCRIPTION_SETTINGS)

    async def _get(self, path: str) -> Answer:
        return self._expect(await self.http.call("GET", path))

    def _user(self, username: str, answer: Answer) -> UserSchema | None:
        return None if _is_absent(answer) else self._named(username, self._expect(answer))

    def _named(self, username: str, answer: Answer) -> UserSchema:
        user = answer.read(USER)
        if user.username != username:
            raise answer.unusable("answered with another account than the requested one")
        return user

    def _expect(self, answer: Answer) -> Answer:
        """*answer* if it is a success. Raises PanelUnavailable or PanelRejected."""
        if answer.is_success:
            return answer
        if answer.status == 404 and answer.code is None:
            raise PanelUnavailable(self.http.panel_id, f"{answer.reason}: check the panel's base URL and version")
        raise PanelRejected(self.http.panel_id, answer.reason)


def _is_absent(answer: Answer) -> bool:
    return answer.status == 404 and answer.code in NO_SUCH_USER


def _quoted(username: str) -> str:
    return quote(username, safe="")
