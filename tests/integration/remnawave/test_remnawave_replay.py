"""The recorded exchanges with real panels, 2.8.1 and 3.3.2: what the adapter would send, and what it understands."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from orbit_adapters.remnawave import mapping
from orbit_adapters.remnawave.schemas import SUBSCRIPTION_SETTINGS, UserSchema
from orbit_domain.access.account import Account, TrafficQuota
from orbit_domain.ids import KeyId
from tests.integration.remnawave.expected_classes import PASSED_ON, UNDERSTOOD, by_recording
from tests.integration.remnawave.recordings import EXCHANGES, WEBHOOKS, topic
from tests.integration.remnawave.spoken_calls import sent_as_recorded, spoken_call, understood_as

VERSIONS = ("v28", "v33")
KEY = KeyId(UUID(int=0x0B17))


def recorded(version: str, name: str) -> dict[str, Any]:
    """The exchange of that name with a panel of *version*."""
    found = [row for full, row in EXCHANGES.items() if full.startswith(version) and topic(full) == name]
    assert len(found) == 1
    return found[0]


def user_of(version: str, name: str, **changes: object) -> UserSchema:
    """The user in an answer, with *changes*."""
    return UserSchema.model_validate(recorded(version, name)["response"]["response"] | changes)


def account_of(user: UserSchema, **changes: Any) -> Account:
    """The account that *user* would be exactly, with *changes*."""
    places = tuple(f"{squad}" for squad in user.squads)
    limit = user.traffic_limit_bytes
    account = Account(KEY, user.username, user.vless_uuid, places, user.expire_at, traffic=TrafficQuota(limit or None))
    return replace(account, **changes)


def moment(text: str) -> datetime:
    """A time as the panel writes it."""
    return datetime.fromisoformat(text)


async def test_every_recorded_answer_is_understood() -> None:
    """Each of the 309 answers becomes what the table says, and each request of ours is the recorded one."""
    expected = by_recording(UNDERSTOOD) | by_recording(PASSED_ON)
    wrong: list[str] = []
    for name, exchange in EXCHANGES.items():
        version, topic_ = name[:3], topic(name)
        then = recorded(version, "get_by_username")
        understood, sent = await understood_as(exchange, then)
        is_ours = spoken_call(exchange) is not None
        table = UNDERSTOOD if is_ours else PASSED_ON
        if understood != expected.get(f"{version}_{topic_}", expected.get(topic_)) or understood not in table:
            wrong.append(f"{name}: {understood}")
        wrong += [f"{name}: {fault}" for fault in (sent_as_recorded(sent[0], exchange) if is_ours else ())]
    assert not wrong, "\n".join(wrong)
    assert len(EXCHANGES) == 309
    assert {f"{name[:3]}_{topic(name)}" for name in EXCHANGES} | {topic(name) for name in EXCHANGES} >= expected.keys()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("name", "before", "wanted"),
    [
        ("patch_shorter", "patch_same_again", ["expires_at"]),
        ("patch_squad_move", "patch_shorter", ["groups"]),
        ("patch_activate_disabled", "action_disable", ["expires_at"]),
        ("expired_extend_without_status", "expired_read", ["expires_at"]),
        ("limited_extend_only", "limited_read", ["expires_at"]),
        ("limited_bigger_limit", "limited_read", ["traffic"]),
        ("limited_unlimited", "limited_read", ["traffic"]),
        ("expired_and_overused_extend", "expired_read", ["expires_at"]),
    ],
)
def test_a_change_is_the_recorded_one(version: str, name: str, before: str, wanted: list[str]) -> None:
    """A user as it was and an account as it is wanted give exactly the body that the real panel was changed by."""
    body = recorded(version, name)["json"]
    limit = body.get("trafficLimitBytes", user_of(version, before).traffic_limit_bytes)
    strategy = "MONTH_ROLLING" if limit else "NO_RESET"
    user = user_of(version, before, username=body["username"], trafficLimitStrategy=strategy)
    after = user_of(version, name)
    changed = {field: getattr(account_of(after), field) for field in wanted}
    account = account_of(user, **changed)
    now = moment("2026-11-21T14:10:00Z")
    assert {"username": account.username} | mapping.change(account, user, now) == body
    assert mapping.change(account, after.model_copy(update={"traffic_limit_strategy": strategy}), now) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_new_account_is_the_recorded_one(version: str) -> None:
    """The body that makes an account has the recorded fields and kinds of values, and no other."""
    body = recorded(version, "user_created_again_same_credentials")["json"]
    user = user_of(version, "user_created_again_same_credentials")
    ours = {"username": user.username} | mapping.new_account(account_of(user), b"secret" * 8)
    assert {name: type(value) for name, value in ours.items()} == {name: type(value) for name, value in body.items()}
    ours_alone = {"shortUuid", "trojanPassword", "ssPassword", "trafficLimitStrategy", "hwidDeviceLimit"}
    assert {name for name in body if ours[name] != body[name]} == ours_alone


def test_users_in_webhooks_are_users() -> None:
    """What both versions post about users has the shape of an answer, and names the key by our description."""
    posted = [json.loads(row["body"]) for row in WEBHOOKS]
    users = [UserSchema.model_validate(body["data"]) for body in posted if body["scope"] == "user"]
    assert len(users) == 12
    assert {mapping.key_of(user) for user in users} >= {KEY}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("name", "shows", "counts"), [("hwid_enable", True, True), ("custom_remarks_off", False, None)]
)
def test_recorded_settings_are_read(version: str, name: str, shows: bool, counts: bool | None) -> None:
    """Both settings that hide links are read from what the panel answers."""
    answer = json.dumps(recorded(version, name)["response"])
    settings = SUBSCRIPTION_SETTINGS.validate_json(answer).response
    assert settings.is_show_custom_remarks is shows
    assert counts is None or (settings.hwid_settings is not None and settings.hwid_settings.enabled is counts)


def test_an_end_is_rounded_up_to_the_millisecond() -> None:
    """The real panel cuts microseconds, so the customer would lose them: the recorded answer shows it."""
    cut = user_of("v33", "user_create_expire_micros")
    wanted = datetime(2027, 1, 1, 0, 0, 0, 123_456, tzinfo=UTC)
    assert cut.expire_at < wanted
    sent = mapping.new_account(account_of(cut, expires_at=wanted, groups=()), b"secret" * 8)["expireAt"]
    assert sent == "2027-01-01T00:00:00.124Z"
    assert timedelta(0) <= moment(f"{sent}") - wanted < timedelta(milliseconds=1)
