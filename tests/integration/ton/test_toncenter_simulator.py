"""The simulated index has the quirks of the real one, so that code which works with it works with the real one."""

import base64

import httpx
import pytest

from orbit_sandbox.chain.toncenter import toncenter_app
from tests.integration.ton.conftest import URL


async def get(shop, path: str, **query: object) -> httpx.Response:
    return await shop.http.get(f"{URL}/{path}", params=query)


async def test_start_lt_is_inclusive_and_rows_come_oldest_first(shop) -> None:
    """A request from a known lt returns that row first."""
    txs = [shop.sim.pay(shop.payer, shop.wallet, units) for units in (1, 2, 3)]
    answer = await get(shop, "transactions", account=shop.wallet, start_lt=txs[1].lt, sort="asc", limit=10)
    assert [row["lt"] for row in answer.json()["transactions"]] == [str(txs[1].lt), str(txs[2].lt)]
    until = await get(shop, "transactions", account=shop.wallet, end_lt=txs[1].lt, sort="desc", limit=1)
    assert [row["lt"] for row in until.json()["transactions"]] == [str(txs[1].lt)]


async def test_ten_rows_by_default_and_never_more_than_a_thousand(shop) -> None:
    """The default limit is ten rows; a limit above a thousand is an error."""
    for units in range(12):
        shop.pay(units)
    assert len((await get(shop, "transactions", account=shop.wallet)).json()["transactions"]) == 10
    refused = await get(shop, "transactions", account=shop.wallet, limit=1001)
    assert (refused.status_code, "error" in refused.json()) == (422, True)


@pytest.mark.parametrize("query", [{}, {"account": "x"}, {"start_lt": "-1"}, {"limit": "ten"}, {"limit": "0"}])
async def test_invalid_requests_get_an_error_body(shop, query: dict[str, str]) -> None:
    """An invalid request is 422 with an `error`, never a crash of the simulated index."""
    answer = await get(shop, "transactions", **({"account": shop.wallet} | query if query else {}))
    assert answer.status_code == 422
    assert set(answer.json()) == {"error"}


async def test_a_row_has_the_shape_of_the_real_one(shop) -> None:
    """Big numbers are strings, addresses raw and upper case, hashes base64, opcodes hex strings."""
    shop.pay(1_500_000_000, "ORB7K3M9P2Q4WX")
    (row,) = (await get(shop, "transactions", account=shop.sim.friendly(shop.wallet), sort="asc")).json()[
        "transactions"
    ]
    assert row["account"] == shop.wallet == shop.wallet.upper()
    assert len(base64.b64decode(row["hash"])) == 32
    assert (row["prev_trans_lt"], base64.b64decode(row["prev_trans_hash"])) == ("0", bytes(32))
    assert type(row["now"]) is int
    assert row["finality"] == "finalized"
    message = row["in_msg"]
    assert (message["value"], message["opcode"], message["bounced"]) == ("1500000000", "0x00000000", False)
    assert base64.b64decode(message["message_content"]["body"]).startswith(bytes.fromhex("b5ee9c72"))


async def test_the_index_s_own_decoding_is_unreliable(shop) -> None:
    """As at the real one, `decoded` is sometimes null for perfectly readable comments."""
    for units in range(30):
        shop.pay(units, "text")
    rows = (await get(shop, "transactions", account=shop.wallet, limit=30)).json()["transactions"]
    decoded = [row["in_msg"]["message_content"]["decoded"] for row in rows]
    assert None in decoded
    assert {"type": "text_comment", "comment": "text"} in decoded


async def test_an_external_message_has_no_source_and_no_value(shop) -> None:
    """The owner's own orders have neither source nor value."""
    shop.pay(1)
    (row,) = (await get(shop, "transactions", account=shop.payer)).json()["transactions"]
    assert (row["in_msg"]["source"], row["in_msg"]["value"]) == (None, None)
    assert row["out_msgs"][0]["destination"] == shop.wallet


async def test_an_unknown_key_is_401_and_no_key_is_accepted(shop) -> None:
    """Wrong keys are refused by header and by query; the real index serves a little without any."""
    assert (await shop.http.get(f"{URL}/masterchainInfo", headers={"X-API-Key": "wrong"})).status_code == 401
    assert (await get(shop, "masterchainInfo", api_key="wrong")).status_code == 401
    assert (await get(shop, "masterchainInfo", api_key="a-key")).status_code == 200
    assert (await get(shop, "masterchainInfo")).status_code == 200


async def test_the_limit_s_answer_is_not_shaped_like_other_errors(shop) -> None:
    """429 has a body of its own."""
    shop.faults.turn_on("chain.429", times=1)
    answer = await get(shop, "masterchainInfo")
    assert (answer.status_code, answer.json()) == (429, {"ok": False, "result": "Ratelimit exceed", "code": 429})


async def test_state_and_information_name_the_newest_transaction(shop) -> None:
    """Both requests agree; an unused account isn't listed and has no balance."""
    tx = shop.sim.pay(shop.payer, shop.wallet, 10**9)
    (state,) = (await get(shop, "accountStates", address=shop.wallet)).json()["accounts"]
    information = (await get(shop, "addressInformation", address=shop.wallet)).json()
    for facts in (state, information):
        assert facts["last_transaction_lt"] == str(tx.lt)
        assert base64.b64decode(facts["last_transaction_hash"]) == tx.hash
        assert (facts["balance"], facts["status"]) == (str(10**9 - tx.fees), "active")
    unused = "0:" + "00" * 32
    assert (await get(shop, "accountStates", address=unused)).json()["accounts"] == []
    assert (await get(shop, "addressInformation", address=unused)).json()["status"] == "nonexist"


async def test_blocks_follow_the_clock(shop) -> None:
    """Five blocks in two seconds, with the network's global id."""
    before = (await get(shop, "masterchainInfo")).json()["last"]
    shop.clock.advance(seconds=2)
    after = (await get(shop, "masterchainInfo")).json()["last"]
    assert after["seqno"] - before["seqno"] == 5
    assert int(after["gen_utime"]) - int(before["gen_utime"]) == 2
    assert after["global_id"] == -3


async def test_without_keys_any_key_will_do(shop) -> None:
    """A demo needs no keys at all."""
    transport = httpx.ASGITransport(toncenter_app(shop.sim, shop.faults))
    async with httpx.AsyncClient(transport=transport) as http:
        answer = await http.get(f"{URL}/masterchainInfo", headers={"X-API-Key": "any"})
    assert answer.status_code == 200
