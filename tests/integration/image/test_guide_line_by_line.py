"""A fresh machine follows docs/deploying.md: each command is run here, by another test, or needs what a test lacks."""

import re
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from orbit_entry.config.given import variables_in
from orbit_entry.config.problems import variables
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from tests.integration.image.compose import Part

RUN_HERE = (
    "docker/secrets.sh",
    '(umask 077; echo "REDIS_PASSWORD=$(',
    "cp docker/shop.env.example docker/shop.env",
    "docker/secrets.sh ~/shop-secrets",
)
"""Run in this order. A command is known by its beginning, the longest that fits."""
RUN_BY: Mapping[str, str] = {
    "make pin-images": "tests/integration/image/test_image_pins.py",
    "orbit migrate --for orbit_shop": "tests/integration/storage/test_privileges.py",
    "sudo -u orbit scripts/setup.sh runtime": "tests/integration/image/test_setup_says_what_it_does.py",
    "sudo -u orbit .venv/bin/orbit init": "tests/integration/entry/test_init_command.py",
    "sudo -u orbit .venv/bin/orbit doctor": "tests/integration/entry/test_command_line.py",
    "sudo -u orbit .venv/bin/orbit upgrade-check": "tests/integration/entry/test_upgrade_check.py",
}
NEEDS: Mapping[str, str] = {
    "docker ": "a Docker engine; the compose file has its rules, and test_commands.py knows what runs inside",
    "kubectl ": "a cluster; the chart has its rules",
    "helm ": "a cluster; the chart has its rules",
    "sudo apt-get ": "root",
    "sudo useradd ": "root",
    "sudo install ": "root",
    "sudo systemctl ": "root and systemd; test_vps_guide.py reads the unit",
    "sudo journalctl ": "root and systemd",
    "sudo cp --archive /opt/orbit/data ": "root",
    "sudo -u orbit git ": "the address of the sources",
    "cd /opt/orbit": "the folder that root has made",
    "CREATE ROLE ": "the administrator of a database; test_privileges.py makes such a role",
}
NO_COMMANDS = ("limit_conn_zone", "[Unit]", "{\n", "image:\n", "backups:\n")
"""How blocks of files begin."""


def commands(guide: str) -> Iterator[str]:
    """Every line of the guide that is typed somewhere."""
    for block in re.findall(r"^```\n(.*?)^```", guide, re.DOTALL | re.MULTILINE):
        if not block.startswith(NO_COMMANDS):
            yield from block.splitlines()


def kind_of(command: str) -> str:
    """The beginning by which *command* is known."""
    known = [one for one in (*RUN_HERE, *RUN_BY, *NEEDS) if command.startswith(one)]
    return max(known, key=len, default="")


@pytest.fixture
def guide(root: Path) -> list[str]:
    """The commands of docs/deploying.md."""
    return list(commands((root / "docs" / "deploying.md").read_text(encoding="utf-8")))


def test_every_command_is_run_or_said_not_to_be(root: Path, guide: list[str]) -> None:
    """A new line of the guide is run here, names the test that runs it, or says what it needs; no list holds more."""
    assert [command for command in guide if not kind_of(command)] == []
    assert {kind_of(command) for command in guide} == {*RUN_HERE, *RUN_BY, *NEEDS}
    assert [test for test in RUN_BY.values() if not (root / test).is_file()] == []


def test_the_first_steps_lead_to_a_shop(
    root: Path, guide: list[str], compose: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What needs no engine is typed as it stands; with token and password Orbit takes what compose then gives it."""
    folder, home = tmp_path / "orbit", tmp_path / "home"
    shutil.copytree(root / "docker", folder / "docker", ignore=shutil.ignore_patterns("secrets", "shop.env"))
    home.mkdir()
    typed = [command for command in guide if kind_of(command) in RUN_HERE]
    assert [kind_of(command) for command in typed] == list(RUN_HERE)
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    script = "\n".join(["umask 022", *typed])
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment, check=True)

    assert re.fullmatch(r"REDIS_PASSWORD=[0-9a-f]{64}\n", (folder / ".env").read_text())
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    secrets = folder / "docker" / "secrets"
    assert {one.name for one in (home / "shop-secrets").iterdir()} == {one.name for one in secrets.iterdir()}
    (secrets / "bot_token").write_text(f"123456789:{'a' * 35}")
    (secrets / "panel_password").write_text("password")
    given = {**variables_in(folder / "docker" / "shop.env"), **compose["services"]["bot"]["environment"]}
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        password = (folder / ".env").read_text().strip().partition("=")[2]
        value = re.sub(r"\$\{REDIS_PASSWORD:[^}]*\}", password, value)
        monkeypatch.setenv(name, value.replace("/run/secrets", str(secrets)))
    monkeypatch.chdir(home)
    settings = read_settings(Settings)
    assert (settings.owner_id, settings.web_port, settings.metrics_port) == (123456789, 8080, 9464)
    assert settings.database.endswith("@postgres:5432/orbit")
