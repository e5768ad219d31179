"""`orbit init`: from answers to a shop that opens; what is refused leaves everything as it was."""

import asyncio
import os
import re
import secrets
import shutil
import stat
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from orbit_adapters.system.clock import SystemClock
from orbit_entry.commands.init.interview import Interview
from orbit_entry.commands.init.run_init import run_init
from orbit_entry.config.bad_settings import BadSettings
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.process import run_process
from orbit_entry.runtime.periodic_job import Intervals
from orbit_entry.runtime.schema import prepare_database
from orbit_sandbox.telegram.params import Params
from tests.integration.entry.command import orbit
from tests.integration.entry.init_shop import NewShop, Typed, open_new_shop

HOURLY = Intervals(3600, 3600, 3600, 3600)
ROOT = Path(__file__).resolve().parents[3]
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@pytest.fixture
async def shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[NewShop]:
    async with open_new_shop(tmp_path, monkeypatch, capsys) as shop:
        yield shop


async def opened() -> Sequence[str]:
    """What the shop of the written settings says when it has opened."""
    settings = read_settings(Settings)
    before = os.umask(0o077)  # as the command line sets it
    await prepare_database(settings)
    os.umask(before)
    lines: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
    async with run_process(settings, SystemClock(), HOURLY, tell=lines.set_result):
        return await lines


async def test_from_answers_to_an_open_shop(shop: NewShop) -> None:
    """Answers become settings for this user alone, the doctor is content, the shop opens; twice is once."""
    done = await shop.init(run_by="systemd")
    assert done.code == 0, done.out + done.err
    assert {name: shop.written[name] for name in shop.good} == {name: str(value) for name, value in shop.good.items()}
    assert stat.S_IMODE(shop.env.stat().st_mode) == 0o600
    assert "#DATABASE_URL=" in shop.env.read_text()
    assert "ok  panel nodes: " in done.out
    assert (await shop.type("doctor")).code == 0
    bot, wallet, panel = await opened()
    assert shop.sandbox.telegram.bot_username in bot
    assert shop.sandbox.shop_wallet in wallet
    assert "nodes: " in panel
    before, unit = shop.env.read_bytes(), (shop.folder / "orbit.service").read_text()
    assert f"ReadWritePaths={shop.folder / 'data'}" in unit
    again = await shop.init(run_by="systemd")
    assert (again.code, "Nothing is new" in again.out) == (0, True)
    assert (shop.env.read_bytes(), shop.files()) == (before, {".env", "data", "orbit.service"})


async def test_older_settings_are_kept(shop: NewShop) -> None:
    """What wasn't answered stays, word for word; the older file is kept beside it; open rights are closed."""
    older = f"# mine\nORBIT_SUPPORT='my_shop' # who helps\nexport BOT_TOKEN=1:{'a' * 20}\nREDIS_PASSWORD=abc\n"
    shop.env.write_text(older)
    shop.env.chmod(0o644)
    assert (await shop.init()).code == 0
    text = shop.env.read_text()
    assert text.startswith("# mine\nORBIT_SUPPORT='my_shop' # who helps\nBOT_TOKEN=")
    assert "\nREDIS_PASSWORD=abc\n" in text
    (kept,) = shop.folder.glob(".env.*.old")
    assert kept.read_text() == older
    assert not (shop.env.stat().st_mode | kept.stat().st_mode) & OTHERS
    (shop.folder / "token").write_text(str(shop.good["BOT_TOKEN"]))
    assert (await shop.init(BOT_TOKEN=None, BOT_TOKEN_FILE="token")).code == 0
    assert (shop.written.get("BOT_TOKEN"), shop.written["BOT_TOKEN_FILE"]) == (None, str(shop.folder / "token"))
    assert (await shop.type("doctor")).code == 0


REFUSED = {
    "a token that Telegram refuses": ({"BOT_TOKEN": "123456789:AAcanary-canary-canary-canary"}, "BAD bot token"),
    "a panel that refuses": ({"ORBIT_PANEL_PASSWORD": "canary"}, "BAD panel login"),
    "a panel that isn't there": ({"ORBIT_PANEL_URL": "http://127.0.0.1:9"}, "BAD panel login"),
    "no wallet": ({"ORBIT_TON_ADDRESS": "EQcanary"}, "ORBIT_TON_ADDRESS"),
    "a secret file that isn't there": ({"BOT_TOKEN": None, "BOT_TOKEN_FILE": "nothing"}, "BOT_TOKEN_FILE"),
    "no setting": ({"ORBIT_OWNR_ID": "1"}, "Did you mean ORBIT_OWNER_ID?"),
    "no way to run": ({"run_by": "canary"}, "hand, systemd, compose"),
    "not writable": ({"ORBIT_PANEL_USERNAME": "a${canary}"}, "ORBIT_PANEL_USERNAME_FILE"),
}


async def test_what_is_refused_leaves_everything_as_it_was(shop: NewShop) -> None:
    """Each wrong answer is named, no value is shown, nothing is written."""
    for what, (changes, words) in REFUSED.items():
        more = ("--skip-checks",) if what == "not writable" else ()
        refused = await shop.init(*more, **changes)
        shown = refused.out + refused.err
        assert (refused.code, words in shown, "canary" in shown, shop.files()) == (1, True, False, set()), (what, shown)
    two = await shop.init(BOT_TOKEN="canary", ORBIT_PANEL_URL=None, run_by="canary", WHATEVER=1)
    assert [two.err.count(f"\n{name} ") for name in ("BOT_TOKEN", "ORBIT_PANEL_URL", "run_by", "WHATEVER")] == [1] * 4
    (shop.folder / "answers.toml").write_text("BOT_TOKEN = canary")
    broken = await shop.type("init", "--answers", "answers.toml")
    assert (broken.code, "isn't TOML" in broken.err, "canary" in broken.err) == (1, True, False)
    assert (await shop.init("--skip-checks", ORBIT_PANEL_URL="http://127.0.0.1:9")).code == 0
    assert shop.written["ORBIT_PANEL_URL"] == "http://127.0.0.1:9"
    panels_come_later = await shop.init(ORBIT_PANEL_URL="off")
    assert (panels_come_later.code, "?   panel: none" in panels_come_later.out) == (0, True)


async def test_files_that_can_t_be_used(shop: NewShop) -> None:
    """A folder that can't be written, an `.env` that can't be read or changed: one line, the next step, no change."""
    shop.answers()
    command = partial(orbit, shop.folder, "init", "--answers", "answers.toml", "--skip-checks")
    shop.folder.chmod(0o555)
    closed = await asyncio.to_thread(command)
    shop.folder.chmod(0o755)
    assert (closed.returncode, "can't write to" in closed.stderr) == (1, True)
    shop.env.write_text("BOT_TOKEN=1:a")
    shop.env.chmod(0)
    unread = await asyncio.to_thread(command)
    assert (unread.returncode, "Permission denied" in unread.stderr) == (1, True)
    shop.env.chmod(0o600)
    for odd, words in ((b"\xff\xfe", "isn't text in UTF-8"), (b"REDIS_PASSWORD='a\nBOT_TOKEN=b\n'", "by hand")):
        shop.env.write_bytes(odd)
        report = await asyncio.to_thread(command)
        assert (report.returncode, words in report.stderr, "Traceback" in report.stderr) == (1, True, False)
        assert (shop.env.read_bytes(), shop.files()) == (odd, {".env"})


async def test_compose_gets_its_files(shop: NewShop) -> None:
    """Secrets are files, the rest is docker/shop.env, what nobody thinks of is made; twice is once."""
    refused = await shop.init(run_by="compose")
    assert (refused.code, "docker-compose.yml" in refused.err, shop.files()) == (1, True, set())
    shutil.copy(ROOT / "docker-compose.yml", shop.folder)
    (shop.folder / "docker").mkdir()
    for name in ("secrets.sh", "shop.env.example"):
        shutil.copy(ROOT / "docker" / name, shop.folder / "docker" / name)
    public = {"ORBIT_WEBHOOK_URL": "https://shop.example.org"}
    shop.good.pop("ORBIT_WEB_PORT")  # the compose file's own
    done = await shop.init("--skip-checks", run_by="compose", **public)
    assert done.code == 0, done.out + done.err
    held = {file.name: file.read_text() for file in (shop.folder / "docker" / "secrets").iterdir()}
    assert (held["bot_token"], held["panel_password"]) == (shop.good["BOT_TOKEN"], shop.good["ORBIT_PANEL_PASSWORD"])
    assert {"database_password", "database_url", "secret_keys", "webhook_secret"} <= set(held)
    settings = (shop.folder / "docker" / "shop.env").read_text()
    assert f"ORBIT_PANEL_URL={shop.good['ORBIT_PANEL_URL']}" in settings
    assert [name for name in ("BOT_TOKEN", "PASSWORD=", "SECRET=") if name in settings] == []
    assert re.fullmatch(r"REDIS_PASSWORD=[0-9a-f]{64}\n", shop.env.read_text())
    again = await shop.init("--skip-checks", run_by="compose", **public)
    assert (again.code, "Nothing is new" in again.out) == (0, True)
    assert {file.name: file.read_text() for file in (shop.folder / "docker" / "secrets").iterdir()} == held
    # Another folder of backups would be outside of the volume, on a file system that nobody can write to.
    own = await shop.init(run_by="compose", DATABASE_URL="postgresql://x", ORBIT_BACKUP_DIR="/mnt/backups")
    assert (own.code, own.err.count("isn't yours to set")) == (1, 2)


async def asked(shop: NewShop, *answers: Any) -> tuple[int, Typed]:
    """Run `orbit init` for somebody who types *answers*."""
    typed = Typed(list(answers))
    return await asyncio.to_thread(partial(run_init, None, skip_checks=False, questions=typed)), typed


async def test_an_owner_who_is_asked(shop: NewShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong answers are asked again, the owner is found by a link that nobody else has; Ctrl-C writes nothing."""
    fixed = [name for name in shop.good if name.startswith("ORBIT_TON_") and name != "ORBIT_TON_ADDRESS"]
    fixed += ["ORBIT_TELEGRAM_API_URL", "ORBIT_WEB_PORT"]
    shop.env.write_text("".join(f"{name}={shop.good[name]}\n" for name in fixed))
    before = shop.env.read_bytes()
    owner = shop.sandbox.telegram.add_customer("Owner", "en")
    stranger = shop.sandbox.telegram.add_customer("Stranger", "en")
    shop.sandbox.telegram.press_start(stranger.id)
    shop.sandbox.telegram.press_start(stranger.id, "owner_guessed")
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _=None: "n" * 43)
    shop.sandbox.telegram.press_start(owner.id, f"owner_{'n' * 43}")
    waiting = shop.sandbox.telegram.updates.waiting()
    token, password = shop.good["BOT_TOKEN"], shop.good["ORBIT_PANEL_PASSWORD"]
    answers = [
        "systemd", "no token", "123456789:AAcanary-canary-canary-canary", token, "link",
        "nowhere", "http://127.0.0.1:9", "", "wrong", False, shop.good["ORBIT_PANEL_URL"],
        shop.good["ORBIT_PANEL_USERNAME"], password, "https://keys.example.org",
        "GBP", "", "EQcanary", shop.good["ORBIT_TON_ADDRESS"],
        "https://keys.example.org", True,
    ]  # fmt: skip
    for stopped_at in (1, 5, len(answers) - 1):
        code, _ = await asked(shop, *answers[:stopped_at], KeyboardInterrupt())
        assert (code, shop.env.read_bytes(), shop.files()) == (130, before, {".env"})
    shop.env.write_text("ORBIT_LOG_LEVEL=loud\nORBIT_OWNR=1\n")
    with pytest.raises(BadSettings) as wrong:
        await asked(shop, "hand")  # Nothing more is asked.
    assert [one.variable for one in wrong.value.problems] == ["ORBIT_LOG_LEVEL", "ORBIT_OWNR"]
    shop.env.write_bytes(before)
    code, typed = await asked(shop, *answers)
    assert code == 0, typed.said
    said = "\n".join(typed.said)
    assert "Telegram refuses this token." in said
    assert f"https://t.me/{shop.sandbox.telegram.bot_username}?start=owner_" in said
    assert shop.written["ORBIT_OWNER_ID"] == str(owner.id)
    assert shop.written["ORBIT_WEBHOOK_URL"] == "https://keys.example.org"
    assert len(shop.written["ORBIT_WEBHOOK_SECRET"]) >= 16
    # Nothing was confirmed: what waits is the shop's, and the owner's own /start among it.
    assert shop.sandbox.telegram.updates.waiting() == waiting
    written = shop.env.read_bytes()
    kept = ["", "", "", "", "", "", "", "", ""]
    code, typed = await asked(shop, *kept)
    assert (code, typed.answers, shop.env.read_bytes()) == (0, [], written)


async def test_an_owner_without_a_link(shop: NewShop) -> None:
    """While a webhook takes the updates, or nobody presses the link, the id is typed; a price of a Star is enough."""
    telegram = shop.sandbox.telegram
    await telegram.call("setWebhook", Params({"url": "https://shop.example.org/hook"}))
    answers = [
        shop.good["BOT_TOKEN"], "link", "77", "off", "USD", "", "", "", "0.02", "",
    ]  # fmt: skip
    for goes_elsewhere in (True, False):
        typed = Typed(list(answers))
        kept = {"ORBIT_TELEGRAM_API_URL": str(shop.good["ORBIT_TELEGRAM_API_URL"])}
        found = await asyncio.to_thread(Interview(typed, kept, link_limit_s=0.2))
        assert (found["ORBIT_OWNER_ID"], found["ORBIT_PANEL_URL"], found["ORBIT_STARS_PRICE"]) == ("77", "off", "0.02")
        assert any("go elsewhere" in line for line in typed.said) is goes_elsewhere
        await telegram.call("deleteWebhook", Params())
