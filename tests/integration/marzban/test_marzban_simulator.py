"""Behaviour of the simulated panel that no recorded exchange shows: time, links, faults."""

import json

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
from orbit_sandbox.marzban.sim_marzban import PASSWORD, USERNAME
from tests.integration.marzban.harness import BASE_URL, PLACES, PanelHarness, served

BODY = {"username": "customer", "proxies": {"vless": {}}, "inbounds": {"vless": list(PLACES[0])}}


class Console:
    """An administrator's HTTP client."""

    def __init__(self, harness: PanelHarness) -> None:
        self.harness = harness
        self.token = harness.sim.log_in(USERNAME, PASSWORD)

    async def send(self, method: str, path: str, json: object = None) -> httpx.Response:
        """One exchange with the administrator's token."""
        headers = {b"authorization": f"Bearer {self.token}".encode()}
        return await self.harness.http.request(method, BASE_URL + path, json=json, headers=headers)


@pytest.fixture
def console(harness: PanelHarness) -> Console:
    """An administrator who is logged in."""
    return Console(harness)


async def test_review_comes_within_ten_seconds_and_not_before(console: Console) -> None:
    """A user whose time has passed stays active until the panel's review, and is expired after it."""
    now = console.harness.clock.now()
    await console.send("POST", "/api/user", BODY | {"expire": int(now.timestamp()) + 3})
    console.harness.clock.advance(seconds=9)
    early = (await console.send("GET", "/api/user/customer")).json()["status"]
    console.harness.clock.advance(seconds=1)
    late = (await console.send("GET", "/api/user/customer")).json()["status"]
    assert (early, late) == ("active", "expired")


async def test_subscription_links_multiply_and_stay_good(console: Console) -> None:
    """Each second brings another link, relative at first; all return the same until the user is created again."""
    urls = [(await console.send("POST", "/api/user", BODY)).json()["subscription_url"]]
    for _ in range(3):
        console.harness.clock.advance(seconds=1)
        urls.append((await console.send("GET", "/api/user/customer")).json()["subscription_url"])
    assert len(set(urls)) == 4
    assert all(url.startswith("/sub/") for url in urls)
    assert {(await console.harness.http.get(BASE_URL + url)).text for url in urls} != {""}
    await console.send("DELETE", "/api/user/customer")
    console.harness.clock.advance(seconds=2)
    await console.send("POST", "/api/user", BODY)
    assert {(await console.harness.http.get(BASE_URL + url)).status_code for url in urls} == {404}


async def test_subscription_prefix_makes_links_absolute(console: Console) -> None:
    """With the prefix set, links name the address."""
    console.harness.sim.subscription_url_prefix = "https://sub.example.com"
    row = (await console.send("POST", "/api/user", BODY)).json()
    assert row["subscription_url"].startswith("https://sub.example.com/sub/")


@pytest.mark.parametrize("token", ["x", "A" * 24, "é" * 20, "%00" * 12, "..%2f..%2fetc", "=" * 30])
async def test_foreign_subscription_tokens_are_not_found(console: Console, token: str) -> None:
    """A subscription token of another panel is Not Found."""
    assert (await console.harness.http.get(f"{BASE_URL}/sub/{token}/info")).status_code == 404


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "é.é.é", "." * 50])
async def test_foreign_tokens_are_refused(console: Console, token: str) -> None:
    """An administrator's token of another panel is refused."""
    console.token = token
    assert (await console.send("GET", "/api/admin")).status_code == 401


async def test_token_lasts_a_day(console: Console) -> None:
    """A token is good for 24 hours."""
    console.harness.clock.advance(hours=23, minutes=59)
    before = (await console.send("GET", "/api/admin")).status_code
    console.harness.clock.advance(minutes=2)
    assert (before, (await console.send("GET", "/api/admin")).status_code) == (200, 401)


async def test_interface_describes_itself(console: Console) -> None:
    """The OpenAPI description names the version, without a login."""
    described = (await console.harness.http.get(f"{BASE_URL}/openapi.json")).json()
    assert described["info"]["version"] == "0.8.4"
    assert "/api/user/{username}" in described["paths"]


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [(DOWN, 503, "<html>"), (BROKEN, 500, "Internal"), (TOO_MANY, 429, "<html>"), (HTML, 200, "<html>")],
)
async def test_faults_that_do_nothing_but_answer(console: Console, fault: str, status: int, start: str) -> None:
    """A panel that is down, broken, busy or behind a wrong page creates no user, and works again after the fault."""
    console.harness.faults.turn_on(fault, 1)
    answer = await console.send("POST", "/api/user", BODY)
    assert (answer.status_code, answer.text.startswith(start)) == (status, True)
    assert console.harness.sim.users == {}
    assert (await console.send("POST", "/api/user", BODY)).status_code == 200


async def test_a_timeout_does_nothing(console: Console) -> None:
    """A request that gets no answer times out and creates no user."""
    console.harness.faults.turn_on(TIMEOUT, 1)
    with pytest.raises(httpx.ReadTimeout):
        await console.send("POST", "/api/user", BODY)
    assert console.harness.sim.users == {}


async def test_lost_answer_comes_after_the_work(console: Console) -> None:
    """A lost answer leaves the user created, and reads still work."""
    console.harness.faults.turn_on(LOSE_ANSWER, 1)
    assert (await console.send("GET", "/api/users")).status_code == 200
    with pytest.raises(httpx.ReadError):
        await console.send("POST", "/api/user", BODY)
    assert set(console.harness.sim.users) == {"customer"}


async def test_cut_answer_comes_after_the_work(console: Console) -> None:
    """A cut answer is a success that can't be read."""
    console.harness.faults.turn_on(CUT_JSON, 1)
    answer = await console.send("POST", "/api/user", BODY)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert set(console.harness.sim.users) == {"customer"}


async def test_forgotten_tokens(console: Console) -> None:
    """When the panel changes its secret, every token is invalid, a new login works, and links stay valid."""
    url = (await console.send("POST", "/api/user", BODY)).json()["subscription_url"]
    console.harness.faults.turn_on(TOKEN_EXPIRED, 1)
    assert (await console.send("GET", "/api/admin")).status_code == 401
    console.token = console.harness.sim.log_in(USERNAME, PASSWORD)
    assert (await console.send("GET", "/api/admin")).status_code == 200
    assert (await console.harness.http.get(BASE_URL + url)).status_code == 200


@pytest.mark.parametrize("fault", [TIMEOUT, LOSE_ANSWER])
async def test_over_sockets_the_answer_never_comes_whole(harness: PanelHarness, fault: str) -> None:
    """Behind a real server both faults are a connection that dies before the answer is complete."""
    token = harness.sim.log_in(USERNAME, PASSWORD)
    harness.faults.turn_on(fault, 1)
    with served(harness.app) as base_url:
        async with httpx.AsyncClient(base_url=base_url, headers={"authorization": f"Bearer {token}"}) as http:
            with pytest.raises(httpx.TransportError):
                await http.post("/api/user", json=BODY)
    assert bool(harness.sim.users) == (fault == LOSE_ANSWER)


def test_every_fault_is_tried_here() -> None:
    """The exported faults are those that the tests above use."""
    played = {DOWN, BROKEN, TOO_MANY, HTML, TIMEOUT, LOSE_ANSWER, CUT_JSON, TOKEN_EXPIRED}
    assert played == FAULTS


async def test_subscription_links_may_end_with_a_slash(console: Console) -> None:
    """Some apps add a slash: the real panel answers both forms alike, without a redirect."""
    url = (await console.send("POST", "/api/user", BODY)).json()["subscription_url"]
    plain, slash = [await console.harness.http.get(f"{BASE_URL}{url}{end}") for end in ("", "/")]
    assert (plain.status_code, slash.status_code, plain.text) == (200, 200, slash.text)


async def test_a_node_may_hang_while_the_panel_calls_it_connected(console: Console) -> None:
    """A frozen server carries nothing at once; its status follows up to 24 s later, and comes back with it."""
    await console.send("POST", "/api/user", BODY)
    sim = console.harness.sim

    async def status() -> str:
        nodes = (await console.send("GET", "/api/nodes")).json()
        return next(str(node["status"]) for node in nodes if node["name"] == "Frankfurt")

    sim.hang_node("Frankfurt")
    sim.carry("customer", sim.node_named("Frankfurt").id, down=100)
    assert sim.users["customer"].used_traffic == 0
    console.harness.clock.advance(seconds=23)
    assert await status() == "connected"
    console.harness.clock.advance(seconds=1)
    assert await status() == "error"
    sim.revive_node("Frankfurt")
    sim.carry("customer", sim.node_named("Frankfurt").id, down=100)
    assert (await status(), sim.users["customer"].used_traffic) == ("connected", 100)


async def test_a_panel_may_go_back_in_time(console: Console) -> None:
    """A restored database lacks later users; one who is made again has new links only, the earlier ones are dead."""
    sim, http = console.harness.sim, console.harness.http
    kept = (await console.send("POST", "/api/user", BODY)).json()["subscription_url"]
    backup = sim.back_up()
    console.harness.clock.advance(seconds=5)
    late = BODY | {"username": "latecomer"}
    lost = (await console.send("POST", "/api/user", late)).json()["subscription_url"]
    sim.restore(backup)
    assert set(sim.users) == {"customer"}
    console.harness.clock.advance(seconds=5)
    new = (await console.send("POST", "/api/user", late)).json()["subscription_url"]
    assert [(await http.get(BASE_URL + url)).status_code for url in (kept, lost, new)] == [200, 404, 200]
    sim.restore(backup)
    assert set(sim.users) == {"customer"}


@pytest.mark.parametrize(
    ("strategy", "days", "left"),
    [(None, 400, 500), ("no_reset", 400, 500), ("day", 1, 0), ("week", 6, 500), ("month", 29, 500), ("month", 30, 0)],
)
async def test_traffic_is_forgotten_after_the_days_of_the_strategy(
    console: Console, strategy: str | None, days: int, left: int
) -> None:
    """The hourly job counts whole days since the user was made or reset; without a strategy nothing is forgotten."""
    await console.send("POST", "/api/user", BODY | {"data_limit": 500, "data_limit_reset_strategy": strategy})
    sim = console.harness.sim
    console.harness.clock.advance(days=days - 1)
    sim.carry("customer", 1, down=500)
    sim.settle()
    assert sim.users["customer"].used_traffic == 500
    console.harness.clock.advance(days=1)
    sim.settle()
    assert sim.users["customer"].used_traffic == left
    assert sim.users["customer"].status == ("limited" if left else "active")
