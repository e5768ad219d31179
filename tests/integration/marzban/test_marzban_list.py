"""The list of our accounts: which are ours, what the real panel shows, and what is refused."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_domain.access.account import AccountStatus
from orbit_domain.access.ports import PanelAuthFailed, PanelUnavailable
from orbit_domain.ids import KeyId
from orbit_sandbox.marzban.fault_injection import DOWN
from tests.integration.marzban.harness import PanelHarness
from tests.integration.marzban.recordings import EXCHANGES

KEY = KeyId(UUID(int=0xAB))
Page = dict[str, Any]


def recorded(name: str) -> Page:
    """The body of a recorded exchange."""
    page = EXCHANGES[name]["response"]
    assert isinstance(page, dict)
    return deepcopy(page)


def panel_of(harness: PanelHarness, *bodies: object) -> tuple[MarzbanPanel, list[httpx.URL]]:
    """A panel that answers with *bodies*, the last of them for ever; and what was requested."""
    waiting, asked = [json.dumps(body).encode() if not isinstance(body, bytes) else body for body in bodies], []

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/admin/token":
            return await harness.transport.handle_async_request(request)
        asked.append(request.url)
        return httpx.Response(200, content=waiting.pop(0) if len(waiting) > 1 else waiting[0])

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return MarzbanPanel(harness.settings, http, harness.clock), asked


async def test_a_page_of_the_real_panel_is_understood(harness: PanelHarness) -> None:
    """A recorded search, with our note in it: key, name, end, limit and status are read."""
    page = recorded("125_users_list_search")
    page["users"][0]["note"] = f"orbit:{KEY}"
    panel, asked = panel_of(harness, page)
    listed = await panel.list_owned(0, 100)
    (account,) = listed.accounts
    seen = account.state
    assert (account.key_id, seen.username, seen.status) == (KEY, "tg_1001", AccountStatus.ACTIVE)
    assert (seen.expires_at, seen.traffic.limit_bytes) == (datetime.fromtimestamp(1_797_812_030, UTC), 53_687_091_200)
    assert listed.next_offset is None
    assert [dict(url.params) for url in asked] == [
        {"search": "orbit:", "offset": "0", "limit": "100", "sort": "username"}
    ]


@pytest.mark.parametrize(("name", "offset"), [("121_users_list_page", 0), ("122_users_list_page2", 2)])
async def test_pages_of_the_real_panel_lead_to_the_next(harness: PanelHarness, name: str, offset: int) -> None:
    """Recorded pages of a longer list: accounts without our note are passed over, and the list goes on."""
    panel, _ = panel_of(harness, recorded(name))
    page = await panel.list_owned(offset, 2)
    assert (page.accounts, page.next_offset) == ((), offset + 2)


@pytest.mark.parametrize(
    "note",
    [f"orbit:{KEY}".upper(), f"see orbit:{KEY}", f"orbit:{KEY} ", f"orbit:{KEY.hex}", "orbit:", "orbit:sub:1", None],
)
async def test_only_our_own_note_makes_an_account_ours(harness: PanelHarness, note: str | None) -> None:
    """What a person or another tool wrote isn't our note, however much it resembles it."""
    page = recorded("125_users_list_search")
    page["users"][0]["note"] = note
    panel, _ = panel_of(harness, page)
    assert (await panel.list_owned(0, 100)).accounts == ()


def twice(page: Page) -> None:
    page.update(users=page["users"] * 2, total=2)


def too_many(page: Page) -> None:
    page.update(users=[{**page["users"][0], "username": f"u_{number}"} for number in range(101)], total=101)


def with_total(total: object) -> Callable[[Page], None]:
    return lambda page: page.update(total=total)


def with_field(name: str, value: object) -> Callable[[Page], None]:
    return lambda page: page["users"][0].update({name: value})


@pytest.mark.parametrize(
    "spoil",
    [
        twice,
        too_many,
        *map(with_total, (0, 2, -1, 10**30, None, "many", 0.5)),
        with_field("username", None),
        with_field("status", "on_fire"),
        with_field("expire", 10**15),
        with_field("expire", "soon"),
        with_field("data_limit", {}),
        with_field("note", 7),
        with_field("links", None),
        with_field("subscription_url", "javascript:alert(1)"),
    ],
)
async def test_a_list_that_makes_no_sense_is_an_error(harness: PanelHarness, spoil: Callable[[Page], None]) -> None:
    """Repeated rows, more rows than asked for, a total that lies, and wrong types: nothing of it is believed."""
    page = recorded("125_users_list_search")
    page["users"][0]["note"] = f"orbit:{KEY}"
    panel, _ = panel_of(harness, page)
    assert len((await panel.list_owned(0, 100)).accounts) == 1
    spoilt = deepcopy(page)
    spoil(spoilt)
    panel, _ = panel_of(harness, spoilt)
    with pytest.raises(PanelUnavailable) as error:
        await panel.list_owned(0, 100)
    assert page["users"][0]["proxies"]["vless"]["id"] not in repr(error.value)


@pytest.mark.parametrize("body", [b'{"users": [], "total"', b"", b"[]", b"null", b"{}", b"[" * 3_000_000])
async def test_a_cut_or_endless_list_is_an_error(harness: PanelHarness, body: bytes) -> None:
    """Cut JSON, no JSON, and more megabytes than any page has."""
    panel, _ = panel_of(harness, body)
    with pytest.raises(PanelUnavailable):
        await panel.list_owned(0, 100)


async def test_an_account_between_counting_and_reading_is_no_lie(harness: PanelHarness) -> None:
    """The panel counts before it reads: a page that disagrees with its total is read again."""
    page = recorded("125_users_list_search")
    panel, asked = panel_of(harness, {**page, "total": 0}, page)
    assert (await panel.list_owned(0, 100)).next_offset is None
    assert len(asked) == 2


async def test_a_panel_that_is_down_has_no_list(harness: PanelHarness) -> None:
    """No answer is an error, and so is one that refuses our administrator."""
    harness.faults.turn_on(DOWN)
    with pytest.raises(PanelUnavailable):
        await harness.panel.list_owned(0, 100)
    harness.faults.clear()
    with pytest.raises(PanelAuthFailed):
        await harness.new_panel(password="wrong").list_owned(0, 100)
