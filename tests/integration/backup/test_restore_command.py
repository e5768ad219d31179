"""`orbit backup restore` as an owner runs it whose database is lost."""

import json
import os
import pty
import sys

import pytest

from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.sql.engine import database_url
from orbit_domain.backup.manifest import differences
from orbit_entry.commands.backup_restore import is_agreed
from tests.integration.backup.backed_up_shop import BackedUpShop
from tests.integration.backup.test_backup_command import lines
from tests.integration.backup.test_restoring import content, execute_alone

BOT = "123456789"


def maintenance(address: str) -> str:
    return database_url(address).set(database="postgres").render_as_string(hide_password=False)


async def test_a_lost_database_comes_back(any_shop: BackedUpShop) -> None:
    """Sold, backed up, deleted, restored: the same sums, the same links, and what is left to do is said."""
    is_sqlite = "sqlite" in any_shop.address
    key_file = any_shop.data_dir / "mine.key"
    more = {} if is_sqlite else {"DATABASE_URL": any_shop.address}
    more["ORBIT_BACKUP_PUBLIC_KEY"] = lines(any_shop, "key", "--out", str(key_file))[2].strip().rpartition("=")[2]
    assert lines(any_shop, "create", **more)[0] == 0
    before = await content(any_shop.address)
    if is_sqlite:
        os.unlink(any_shop.data_dir / "orbit.db")
    else:
        await execute_alone(maintenance(any_shop.address), f'DROP DATABASE "{database_url(any_shop.address).database}"')

    asked = ("restore", "--key", str(key_file))
    if is_sqlite:
        code, printed, said = lines(any_shop, *asked, "--json", **more)
        assert (code, json.loads(printed)["done"], json.loads(printed)["live"]) == (1, False, None)
        assert "nobody is there to be asked. The live database is as it was." in said
        assert not (any_shop.data_dir / "orbit.db").exists()
    code, printed, said = lines(any_shop, *asked, "--yes", REDIS_URL="redis://127.0.0.1:9/0", **more)
    assert code == 0
    assert "is whole: 459 rows, no findings of the ledger audit." in printed
    assert "The live database is empty, or there is none." in printed
    assert "Redis can't be reached, and still knows the old database." in said
    assert f"fsm:{BOT}:*" in said
    assert "Next: orbit doctor, then start the shop." in said
    # That it was restored is in its log.
    assert differences(before, await content(any_shop.address)) == ("the table audit has 21 rows, not 20",)


async def test_the_owner_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot's id alone is a yes; where nobody can be asked that is said."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as typed, os.fdopen(ours, "wb", buffering=0) as terminal:
        monkeypatch.setattr(sys, "stdin", typed)
        for answer, is_yes in ((b"yes\n", False), (b"\n", False), (BOT.encode() + b"\n", True)):
            terminal.write(answer)
            assert await is_agreed(BOT, can_ask=True) is is_yes
    with pytest.raises(BackupRefused, match="nobody is there"):
        await is_agreed(BOT, can_ask=False)
