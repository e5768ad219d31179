"""The stand-in shows the quirks of the real index, so that code written against it works against the real one."""

import base64
from datetime import timedelta

import httpx
import pytest

from orbit_sandbox.chain.toncenter import toncenter_app
from tests.integration.ton.conftest import URL


async def get(shop, path: str, **query: object) -> httpx.Response:
    return await shop.http.get(f"{URL}/{path}", params=query)


async def test_start_lt_is_inclusive_and_rows_come_oldest_first(shop) -> None:
    """Asking from a known lt shows that row again, as the first."""
    txs = [shop.sim.pay(shop.payer, shop.wallet, units) for units in (1, 2, 3)]
    answer = await get(shop, "transactions", account=shop.wallet, start_lt=txs[1].lt, sort="asc", limit=10)
    assert [row["lt"] for row in answer.json()["transactions"]] == [str(txs[1].lt), str(txs[2].lt)]
    until = await get(shop, "transactions", account=shop.wallet, end_lt=txs[1].lt, sort="desc", limit=1)
    assert [row["lt"] for row in until.json()["transactions"]] == [str(txs[1].lt)]


async def test_ten_rows_unless_asked_otherwise_and_never_more_than_a_thousand(shop) -> None:
    """A forgotten limit shows little, an exaggerated one is an error."""
    for units in range(12):
        shop.pay(units)
    assert len((await get(shop, "transactions", account=shop.wallet)).json()["transactions"]) == 10
    refused = await get(shop, "transactions", account=shop.wallet, limit=1001)
    assert (refused.status_code, "error" in refused.json()) == (422, True)


@pytest.mark.parametrize("query", [{}, {"account": "x"}, {"start_lt": "-1"}, {"limit": "ten"}, {"limit": "0"}])
async def test_wrong_questions_get_the_errors_own_shape(shop, query: dict[str, str]) -> None:
    """An unreadable question is 422 with an `error`, never a crash of the stand-in."""
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


async def test_the_index_s_own_decoding_can_not_be_relied_on(shop) -> None:
    """As at the real one, `decoded` is sometimes null for perfectly readable comments."""
    for units in range(30):
        shop.pay(units, "text")
    rows = (await get(shop, "transactions", account=shop.wallet, limit=30)).json()["transactions"]
    decoded = [row["in_msg"]["message_content"]["decoded"] for row in rows]
    assert None in decoded
    assert {"type": "text_comment", "comment": "text"} in decoded


async def test_an_order_from_outside_has_no_source_and_no_value(shop) -> None:
    """The owner's own orders are recognised by what they lack."""
    shop.pay(1)
    (row,) = (await get(shop, "transactions", account=shop.payer)).json()["transactions"]
    assert (row["in_msg"]["source"], row["in_msg"]["value"]) == (None, None)
    assert row["out_msgs"][0]["destination"] == shop.wallet


async def test_a_key_nobody_gave_is_401_and_none_at_all_is_welcome(shop) -> None:
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
    """Both ways to ask agree; an account nobody touched isn't listed, and has no balance."""
    tx = shop.sim.pay(shop.payer, shop.wallet, 10**9)
    (state,) = (await get(shop, "accountStates", address=shop.wallet)).json()["accounts"]
    information = (await get(shop, "addressInformation", address=shop.wallet)).json()
    for facts in (state, information):
        assert facts["last_transaction_lt"] == str(tx.lt)
        assert base64.b64decode(facts["last_transaction_hash"]) == tx.hash
        assert (facts["balance"], facts["status"]) == (str(10**9 - tx.fees), "active")
    nobody = "0:" + "00" * 32
    assert (await get(shop, "accountStates", address=nobody)).json()["accounts"] == []
    assert (await get(shop, "addressInformation", address=nobody)).json()["status"] == "nonexist"


async def test_blocks_follow_the_clock(shop) -> None:
    """Five blocks in two seconds, and the network's own number."""
    before = (await get(shop, "masterchainInfo")).json()["last"]
    shop.clock.advance(timedelta(seconds=2))
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
