"""The recorded exchanges with a real Marzban 0.8.4: what the adapter would send, and what it understands."""

from datetime import UTC, datetime
from uuid import UUID

from orbit_adapters.marzban import mapping
from orbit_adapters.marzban.schemas import UserSchema
from orbit_domain.access.account import Account, TrafficQuota
from orbit_domain.ids import KeyId
from tests.integration.marzban.expected_classes import PASSED_ON, UNDERSTOOD, by_recording
from tests.integration.marzban.recordings import EXCHANGES
from tests.integration.marzban.spoken_calls import sent_as_recorded, spoken_call, understood_as


async def test_every_recorded_answer_is_understood() -> None:
    """Each of the 209 answers becomes what the table says, and each request of ours is the recorded one."""
    logged_in, me = EXCHANGES["001_token_ok"], EXCHANGES["010_admin_me"]
    understood, passed_on = by_recording(UNDERSTOOD), by_recording(PASSED_ON)
    wrong: list[str] = []
    for name, exchange in EXCHANGES.items():
        kind, sent = await understood_as(exchange, logged_in, me)
        is_ours = spoken_call(exchange) is not None
        if kind != (understood if is_ours else passed_on).get(name):
            wrong.append(f"{name}: {kind}")
        wrong += [f"{name}: {fault}" for fault in (sent_as_recorded(sent[0], exchange) if is_ours else ())]
    assert not wrong, "\n".join(wrong)
    assert EXCHANGES.keys() == understood.keys() | passed_on.keys()
    assert len(EXCHANGES) == 209


def test_a_move_is_the_recorded_one() -> None:
    """An account that shall live elsewhere gives exactly the body that moved a user of the real panel."""
    exchange = EXCHANGES["325_e2e_move_to_node2"]
    before, after = (
        UserSchema.model_validate(EXCHANGES[name]["response"] | {"data_limit_reset_strategy": "month"})
        for name in ("324_e2e_enable", "325_e2e_move_to_node2")
    )
    assert before.expire is not None
    account = Account(
        KeyId(UUID(int=1)),
        before.username,
        UUID(before.proxies["vless"]["id"]),
        tuple(after.inbounds["vless"]),
        datetime.fromtimestamp(before.expire, UTC),
        traffic=TrafficQuota(before.data_limit or None),
    )
    now = datetime.fromtimestamp(before.expire - 86_400, UTC)
    assert mapping.change(account, before, now) == exchange["request"]["json"]
    assert mapping.change(account, after, now) == {}
