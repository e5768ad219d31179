"""Secrets don't reach the logs: those that have a shape, and those that only the settings tell."""

import json
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, SecretStr

from orbit_entry.config import known_secrets
from orbit_entry.config.known_secrets import note_secrets
from orbit_entry.runtime.scrubbing import scrubbed

KEYS = (
    "vless://0b3fc1d0-6a5e-4b44-9a31-aaaaaaaaaaaa@node.example.org:443?security=reality#Orbit",
    "vmess://eyJhZGQiOiJub2RlIn0=",
    "ss://Y2hhY2hhMjA6cGFzcw==@node.example.org:8388#x",
    "https://panel.example.org/sub/dmVyYV9rZXksMTcwMDAwMDAwMA9f8e7d6c5b",
    "https://keys.example.org/s/AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
)


@pytest.fixture
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test notes is forgotten after it."""
    monkeypatch.setattr(known_secrets, "_known", ())
    return


def test_tokens_are_removed() -> None:
    """A bot token in an address and credentials in a header are unreadable."""
    text = (
        "https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe Bearer ey.J_x-9 "
        "Basic c2hvcDpzZWNyZXQ= postgresql://orbit:p%40ss@db/orbit redis://:p2@cache"
    )
    for secret in ("AAHdq", "ey.J", "c2hv", "p%40ss", "p2@"):
        assert secret not in scrubbed(text)
    assert "@db/orbit" in scrubbed(text)


def test_subscription_links_are_removed() -> None:
    """Who reads a log can't use a customer's link, in whatever address it stands."""
    text = "GET https://keys.example.org/s/AAECAwQFBgcICQoLDA0ODxAREhMUFRYX/ and /s/short"
    assert scrubbed(text) == "GET https://keys.example.org/s/***/ and /s/short"


@pytest.mark.parametrize("key", KEYS)
def test_keys_are_removed(key: str) -> None:
    """Of a key only its kind or its host is left, and the line of JSON that held it is still one."""
    line = scrubbed(json.dumps({"event": f"refused <{key}>", "n": 3}))
    assert key.rpartition("/")[2][:12] not in line
    assert json.loads(line)["n"] == 3


def test_named_secrets_are_removed() -> None:
    """What stands behind the word password, token or key is masked in a form, a query, JSON and a mapping."""
    text = "password=hunter22&x=1 {'api_key': 'hunter22', \"token\": \"hunter22\"} Authorization: hunter22 token=None"
    assert "hunter22" not in scrubbed(text)
    assert "x=1" in scrubbed(text)
    assert scrubbed("the token is wrong: log in again") == "the token is wrong: log in again"


@pytest.mark.usefixtures("nothing_known")
def test_known_secrets_are_removed_in_every_writing() -> None:
    """A secret of the settings has no shape: it is masked as it is, in an address, in JSON, and its parts by itself."""

    class Inner(BaseModel):
        headers: dict[str, SecretStr]

    class Given(BaseModel):
        database: SecretStr
        keys: SecretStr
        short: SecretStr
        inner: Inner

    note_secrets(
        Given(
            database=SecretStr("postgresql://orbit:s%C3%B6%20cret%22word@db/orbit"),
            keys=SecretStr("first:keykeykeykeykey1,second:keykeykeykeykey2"),
            short=SecretStr("orbit"),
            inner=Inner(headers={"x-front": SecretStr('gate"key\\open')}),
        )
    )
    for secret in ('sö cret"word', "s%C3%B6%20cret%22word", "keykeykeykeykey2", 'gate"key\\open'):
        for text in (secret, json.dumps({"e": secret}), json.dumps({"e": secret}, ensure_ascii=False), repr([secret])):
            assert "***" in scrubbed(f"it said {text}")
            assert secret not in scrubbed(f"it said {text}")
    assert scrubbed("orbit says no") == "orbit says no"
