"""The secrets of a shop in containers are made once, never shown, and readable where they are needed."""

import subprocess
from pathlib import Path

import pytest

from orbit_adapters.secret_box.secret_keys import read_keys
from orbit_entry.config.database import DatabaseSettings
from tests.integration.image.compose import Part


def make_secrets(root: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the script on *folder*, every command of it traced, without any input."""
    return subprocess.run(
        ["bash", "-x", str(root / "docker" / "secrets.sh"), str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def contents(folder: Path) -> dict[str, str]:
    """Every file of *folder* with its text."""
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def test_a_password_is_made_and_never_shown(root: Path, tmp_path: Path) -> None:
    """The password has 256 bits, and neither it nor the webhook's secret appears even in a trace."""
    ran = make_secrets(root, tmp_path / "secrets")
    made = contents(tmp_path / "secrets")
    assert ran.returncode == 0, ran.stderr
    assert len(bytes.fromhex(made["database_password"])) == 32
    for name in ("database_password", "webhook_secret"):
        assert made[name] not in ran.stdout + ran.stderr


def test_orbit_takes_the_address_with_that_password(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database's address that the script writes is one that the settings accept, read as in a container."""
    make_secrets(root, tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "database_url"))
    password = contents(tmp_path)["database_password"]
    assert DatabaseSettings().database == f"postgresql+asyncpg://orbit:{password}@postgres:5432/orbit"


def test_orbit_takes_the_key_that_seals(root: Path, tmp_path: Path) -> None:
    """The key has 256 bits, differs in each folder, and doesn't appear even in a trace."""
    ran = make_secrets(root, tmp_path / "one")
    make_secrets(root, tmp_path / "two")
    one, two = (contents(tmp_path / name)["secret_keys"] for name in ("one", "two"))
    (key,) = read_keys(one)
    assert (key.id, len(key.secret), one == two) == ("first", 32, False)
    assert one.partition(":")[2] not in ran.stdout + ran.stderr


def test_running_it_again_changes_nothing(root: Path, tmp_path: Path) -> None:
    """What was generated or written by hand stays, so the database's password never gets out of step."""
    make_secrets(root, tmp_path)
    (tmp_path / "bot_token").write_text("by hand", encoding="utf-8")
    before = contents(tmp_path)
    assert make_secrets(root, tmp_path).returncode == 0
    assert contents(tmp_path) == before


def test_two_shops_share_no_secret(root: Path, tmp_path: Path) -> None:
    """Each folder gets random secrets of its own."""
    make_secrets(root, tmp_path / "one")
    make_secrets(root, tmp_path / "two")
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one["database_password"] != two["database_password"]
    assert one["webhook_secret"] != two["webhook_secret"]


def test_others_cannot_look_but_the_container_can(root: Path, tmp_path: Path) -> None:
    """The folder is closed to other users; its files can be read by the shop's own uid, even after an edit."""
    folder = tmp_path / "secrets"
    make_secrets(root, folder)
    (folder / "bot_token").chmod(0o600)
    make_secrets(root, folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o644}


def test_what_is_left_to_do_is_named(root: Path, tmp_path: Path) -> None:
    """The script says which files only the owner can fill, and stops saying so once they are."""
    first = make_secrets(root, tmp_path).stdout
    for name in ("bot_token", "panel_password"):
        assert f"{tmp_path}/{name}" in first
        (tmp_path / name).write_text("by hand", encoding="utf-8")
    assert "Next" not in make_secrets(root, tmp_path).stdout


def test_a_lost_password_is_not_replaced(root: Path, tmp_path: Path) -> None:
    """When only the address is left, a new password would lock the shop out: the script refuses and changes nothing."""
    make_secrets(root, tmp_path)
    (tmp_path / "database_password").unlink()
    before = contents(tmp_path)
    ran = make_secrets(root, tmp_path)
    assert ran.returncode == 1
    assert "Next:" in ran.stderr
    assert contents(tmp_path) == before


def test_every_secret_of_the_compose_file_is_made(root: Path, tmp_path: Path, compose: Part) -> None:
    """Compose finds each file it names, and nothing is made that it doesn't name."""
    make_secrets(root, tmp_path)
    files = {str(secret["file"]) for secret in compose["secrets"].values()}
    assert files == {f"docker/secrets/{name}" for name in contents(tmp_path)}


def test_no_secret_can_be_committed_by_mistake(root: Path) -> None:
    """Git ignores the secrets and the settings of a shop."""
    rules = (root / "docker" / ".gitignore").read_text(encoding="utf-8").split()
    assert {"/secrets/", "/shop.env"} <= set(rules)
