"""`orbit support-bundle`: what helps is in it; planted secrets and customers are found nowhere."""

import asyncio
import json
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.money import RUB
from orbit_domain.payment.source import Cursor
from orbit_entry.commands import support_bundle as command
from orbit_entry.commands.support_bundle import support_bundle
from orbit_testing import samples
from orbit_testing.samples import MINUTE, NOW

CUSTOMER = TelegramId(424_242_001)
WALLET = "UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh"
SENDER = "0:" + "b7" * 32
SETTINGS = {
    "BOT_TOKEN": "123456789:AAcanary-canary-canary-canary-canary",
    "ORBIT_PANEL_URL": "http://panel-canary.example.net:9/",
    "ORBIT_PANEL_USERNAME": "root-canary",
    "ORBIT_PANEL_PASSWORD": "canary-password",
    "ORBIT_TON_ADDRESS": WALLET,
    "ORBIT_TON_API_URL": "http://127.0.0.1:9/api/v3",
    "ORBIT_TON_SECOND_API_URL": "http://127.0.0.1:9",
    "ORBIT_TELEGRAM_API_URL": "http://127.0.0.1:9",
    "ORBIT_OWNER_ID": "777",
    "ORBIT_SUPPORT": "vera_canary",
    "ORBIT_LOG_LEVEL": "info",
}
LINK = "https://shop-canary.example/s/AbCdEfGhIjKlMnOpQrStUv"
PLANTED = (
    *("123456789", "canary", WALLET, SENDER[2:], "424242001", "777", "Иван", "ivan_petrov", "ORB0CANARY1234"),
    *("203.0.113.77", "2001:db8::77", "AbCdEfGhIjKlMnOpQrStUv", "vless", "ivan@mail.example", "127.0.0.1"),
)
LOG = (
    *(
        "plain words of Иван Петров, +79990001122\n",
        'Traceback (most recent call last):\n  File "/home/ivan_petrov/x"\n',
    ),
    '  File "/opt/orbit/src/orbit_entry/worker/job_runner.py", line 96, in _run\n    token = "canary"\n',
    "orbit_domain.storage.StorageUnavailable: connection to 203.0.113.77 as canary\n",
    "\udcff broken {not json\n",
)
LINES = (
    {"event": "job_failed", "level": "error", "timestamp": "2026-11-05T12:30:15.123456Z", "job": "keys", "attempt": 3},
    {"event": "update_refused", "level": "info", "user": int(CUSTOMER), "username": "ivan_petrov", "text": "я Иван"},
    {"event": "panel_not_swept", "reason": f"https://u:canary@203.0.113.77/x said no to orbit_{CUSTOMER}: {LINK}"},
    {"event": "source_unavailable", "reason": f"from {SENDER} by @ivan_petrov, ivan@mail.example, [2001:db8::77]:443"},
    {"event": "x", "reason": "ORB0CANARY1234 of 424242001", "Иван": 1, "exception": LOG[2] + LOG[3]},
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a shop where all kinds of things have gone wrong, and its log."""
    monkeypatch.chdir(tmp_path)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    address = f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}"
    monkeypatch.setenv("DATABASE_URL", address)
    asyncio.run(_fill(address))
    text = "".join((*LOG, *(json.dumps(line, ensure_ascii=False) + "\n" for line in LINES)))
    (tmp_path / "orbit.log").write_bytes(text.encode("utf-8", "surrogateescape"))
    return tmp_path


async def _fill(address: str) -> None:
    await migrate(address)
    engine = open_engine(address)
    async with SqlStorage(engine, base=RUB).transaction() as tx:
        await tx.users.add_if_absent(samples.new_user(CUSTOMER, username="ivan_petrov"))
        await tx.panels.put(PanelRecord(PanelId("fra"), "marzban", "canary"))
        await tx.payments.add(samples.payment(1, CUSTOMER, comment="ORB0CANARY1234"))
        await tx.cursors.move(None, Cursor(f"ton:mainnet:{SENDER}", "1:canary", NOW))
        await tx.outbox.add(samples.message(1, CUSTOMER, not_before=NOW))
        (claimed,) = await tx.outbox.claim(NOW, NOW + MINUTE, 1)
        await tx.outbox.dead_letter(claimed, NOW, f"Forbidden: bot was blocked by {CUSTOMER} (@ivan_petrov, Иван)")
        key = samples.placed(samples.key(1, CUSTOMER), "fra")
        home = replace(key.home.postpone(f"HTTP 500 of {LINK}", NOW), links=("vless://canary@203.0.113.77:443",))
        await tx.keys.add(replace(key, placements=(home,)))
        await tx.source_records.add(samples.source_record(1, sender=SENDER), NOW)
    await engine.dispose()


def _read(path: Path) -> dict[str, str]:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        return {name.removeprefix("orbit-support/"): bundle.read(name).decode() for name in bundle.namelist()}


def test_it_tells_how_the_shop_is_and_of_nobody(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts, sizes, findings and the end of the log are there; what was planted is in no part, nor in the output."""
    assert support_bundle(shop / "help.zip", shop / "orbit.log") == 0
    parts = _read(shop / "help.zip")
    everything = "\n".join((*parts.values(), capsys.readouterr().out.replace(str(shop), "")))
    assert [word for word in PLANTED if word in everything] == []
    settings = json.loads(parts["settings.json"])
    assert (settings["BOT_TOKEN"], settings["ORBIT_LOG_LEVEL"]) == ("set", "info")
    assert {"database", "disk", "size", "bot token"} <= {one["about"] for one in json.loads(parts["doctor.json"])}
    database = json.loads(parts["database.json"])
    assert database["schema"] == database["schema of this version"]
    (given_up,) = database["work"]["notices that were given up"]
    assert (given_up["topic"], given_up["count"]) == ("money_credited", 1)
    assert given_up["last_error"].startswith("Forbidden: bot was blocked by <")
    assert [(one["state"], one["work"], one["count"]) for one in database["work"]["keys"]] == [("home", "waits", 1)]
    assert [one["rows"] for one in database["tables"] if one["name"] == "users"] == [1]
    lines = [json.loads(line) for line in parts["log.jsonl"].splitlines()]
    assert {name: value for name, value in lines[-5].items() if name != "timestamp"} == {
        "event": "job_failed",
        "level": "error",
        "job": "keys",
        "attempt": 3,
    }
    assert lines[-5]["timestamp"] == LINES[0]["timestamp"]
    place = "orbit_entry/worker/job_runner.py:96 _run"
    assert lines[-1]["exception"] == f"{place}\norbit_domain.storage.StorageUnavailable"
    assert place in [line.get("line") for line in lines]
    # One customer has one name in a bundle, and another one in the next.
    user = lines[-4]["user"]
    assert lines[-1]["reason"].endswith(f"of {user}")
    monkeypatch.setattr(command, "examine", lambda: (None, []))
    support_bundle(shop / "next.zip", shop / "orbit.log")
    assert user not in _read(shop / "next.zip")["log.jsonl"]


def test_a_broken_shop_gives_one_too(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a usable setting or a database the rest is there, and says what is wrong; the old file stays whole."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://root-canary:canary-password@127.0.0.1:9/orbit")
    assert support_bundle(shop / "help.zip", None) == 0
    parts = _read(shop / "help.zip")
    assert json.loads(parts["database.json"])["error"]
    assert "log.jsonl" not in parts
    monkeypatch.setenv("ORBIT_TON_ADDRESS", "canary-no-address")
    assert support_bundle(shop / "help.zip", None) == 0
    parts = _read(shop / "help.zip")
    assert "ORBIT_TON_ADDRESS" in {one["about"] for one in json.loads(parts["doctor.json"])}
    assert [word for word in PLANTED if any(word in part for part in parts.values())] == []
    with pytest.raises(FileNotFoundError):
        support_bundle(shop / "help.zip", shop / "no.log")
    assert _read(shop / "help.zip") == parts
