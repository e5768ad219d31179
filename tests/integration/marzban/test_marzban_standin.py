"""What the stand-in does that no recorded exchange shows: time, links, faults."""

import json
from datetime import timedelta

import httpx
import pytest

from orbit_sandbox.marzban.fault_injection import (
    BROKEN,
    CUT_JSON,
    DOWN,
    FAULTS,
    HTML,
    LOSE_ANSWER,
    TIMEOUT,
    TOKEN_EXPIRED,
    TOO_MANY,
)
from orbit_sandbox.marzban.seed import PASSWORD, USERNAME
from tests.integration.marzban.rig import BASE_URL, PLACES, Rig, served

BODY = {"username": "somebody", "proxies": {"vless": {}}, "inbounds": {"vless": list(PLACES[0])}}


class Console:
    """An administrator with nothing but HTTP."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.token = rig.world.log_in(USERNAME, PASSWORD)

    async def ask(self, method: str, path: str, json: object = None) -> httpx.Response:
        """One exchange with the administrator's token."""
        headers = {b"authorization": f"Bearer {self.token}".encode()}
        return await self.rig.http.request(method, BASE_URL + path, json=json, headers=headers)


@pytest.fixture
def console(rig: Rig) -> Console:
    """Somebody logged in."""
    return Console(rig)


async def test_review_comes_within_ten_seconds_and_not_before(console: Console) -> None:
    """A user whose time has passed stays active until the panel's review, and is expired after it."""
    now = console.rig.clock.now()
    await console.ask("POST", "/api/user", BODY | {"expire": int(now.timestamp()) + 3})
    console.rig.clock.advance(timedelta(seconds=9))
    early = (await console.ask("GET", "/api/user/somebody")).json()["status"]
    console.rig.clock.advance(timedelta(seconds=1))
    late = (await console.ask("GET", "/api/user/somebody")).json()["status"]
    assert (early, late) == ("active", "expired")


async def test_subscription_links_multiply_and_stay_good(console: Console) -> None:
    """Each second brings another link, relative at first; all open to the same until the user is made anew."""
    urls = [(await console.ask("POST", "/api/user", BODY)).json()["subscription_url"]]
    for _ in range(3):
        console.rig.clock.advance(timedelta(seconds=1))
        urls.append((await console.ask("GET", "/api/user/somebody")).json()["subscription_url"])
    assert len(set(urls)) == 4
    assert all(url.startswith("/sub/") for url in urls)
    assert {(await console.rig.http.get(BASE_URL + url)).text for url in urls} != {""}
    await console.ask("DELETE", "/api/user/somebody")
    console.rig.clock.advance(timedelta(seconds=2))
    await console.ask("POST", "/api/user", BODY)
    assert {(await console.rig.http.get(BASE_URL + url)).status_code for url in urls} == {404}


async def test_subscription_prefix_makes_links_absolute(console: Console) -> None:
    """With the prefix set, links name the address."""
    console.rig.world.subscription_url_prefix = "https://sub.example.com"
    row = (await console.ask("POST", "/api/user", BODY)).json()
    assert row["subscription_url"].startswith("https://sub.example.com/sub/")


@pytest.mark.parametrize("token", ["x", "A" * 24, "é" * 20, "%00" * 12, "..%2f..%2fetc", "=" * 30])
async def test_foreign_subscription_tokens_are_not_found(console: Console, token: str) -> None:
    """What isn't a token of this panel is Not Found, however odd."""
    assert (await console.rig.http.get(f"{BASE_URL}/sub/{token}/info")).status_code == 404


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "é.é.é", "." * 50])
async def test_foreign_tokens_are_refused(console: Console, token: str) -> None:
    """What isn't a token of this panel opens nothing."""
    console.token = token
    assert (await console.ask("GET", "/api/admin")).status_code == 401


async def test_token_lasts_a_day(console: Console) -> None:
    """A token is good for 24 hours."""
    console.rig.clock.advance(timedelta(hours=23, minutes=59))
    before = (await console.ask("GET", "/api/admin")).status_code
    console.rig.clock.advance(timedelta(minutes=2))
    assert (before, (await console.ask("GET", "/api/admin")).status_code) == (200, 401)


async def test_interface_describes_itself(console: Console) -> None:
    """The description of the interface names the version, to anybody."""
    described = (await console.rig.http.get(f"{BASE_URL}/openapi.json")).json()
    assert described["info"]["version"] == "0.8.4"
    assert "/api/user/{username}" in described["paths"]


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [(DOWN, 503, "<html>"), (BROKEN, 500, "Internal"), (TOO_MANY, 429, "<html>"), (HTML, 200, "<html>")],
)
async def test_faults_that_do_nothing_but_answer(console: Console, fault: str, status: int, start: str) -> None:
    """A panel that is down, broken, busy or behind a wrong page makes no user, and does so once told to stop."""
    console.rig.faults.turn_on(fault, 1)
    answer = await console.ask("POST", "/api/user", BODY)
    assert (answer.status_code, answer.text.startswith(start)) == (status, True)
    assert console.rig.world.users == {}
    assert (await console.ask("POST", "/api/user", BODY)).status_code == 200


async def test_silence_does_nothing(console: Console) -> None:
    """A request into the void times out and makes no user."""
    console.rig.faults.turn_on(TIMEOUT, 1)
    with pytest.raises(httpx.ReadTimeout):
        await console.ask("POST", "/api/user", BODY)
    assert console.rig.world.users == {}


async def test_lost_answer_comes_after_the_work(console: Console) -> None:
    """A lost answer leaves the user made, and reading isn't disturbed."""
    console.rig.faults.turn_on(LOSE_ANSWER, 1)
    assert (await console.ask("GET", "/api/users")).status_code == 200
    with pytest.raises(httpx.ReadError):
        await console.ask("POST", "/api/user", BODY)
    assert set(console.rig.world.users) == {"somebody"}


async def test_cut_answer_comes_after_the_work(console: Console) -> None:
    """A cut answer is a success that can't be read."""
    console.rig.faults.turn_on(CUT_JSON, 1)
    answer = await console.ask("POST", "/api/user", BODY)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert set(console.rig.world.users) == {"somebody"}


async def test_forgotten_tokens(console: Console) -> None:
    """When the panel changes its secret, every token is void and a new login works; links live on."""
    url = (await console.ask("POST", "/api/user", BODY)).json()["subscription_url"]
    console.rig.faults.turn_on(TOKEN_EXPIRED, 1)
    assert (await console.ask("GET", "/api/admin")).status_code == 401
    console.token = console.rig.world.log_in(USERNAME, PASSWORD)
    assert (await console.ask("GET", "/api/admin")).status_code == 200
    assert (await console.rig.http.get(BASE_URL + url)).status_code == 200


@pytest.mark.parametrize("fault", [TIMEOUT, LOSE_ANSWER])
async def test_over_sockets_the_answer_never_comes_whole(rig: Rig, fault: str) -> None:
    """Behind a real server both faults are a connection that dies before the answer is complete."""
    token = rig.world.log_in(USERNAME, PASSWORD)
    rig.faults.turn_on(fault, 1)
    with served(rig.app) as base_url:
        async with httpx.AsyncClient(base_url=base_url, headers={"authorization": f"Bearer {token}"}) as http:
            with pytest.raises(httpx.TransportError):
                await http.post("/api/user", json=BODY)
    assert bool(rig.world.users) == (fault == LOSE_ANSWER)


def test_every_fault_is_tried_here() -> None:
    """The names exported are those that the tests above play."""
    played = {DOWN, BROKEN, TOO_MANY, HTML, TIMEOUT, LOSE_ANSWER, CUT_JSON, TOKEN_EXPIRED}
    assert played == FAULTS
