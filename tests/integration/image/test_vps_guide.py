"""The guide to a plain VPS holds what it promises: a unit without rights, proxies with deadlines and true addresses."""

import configparser
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from orbit_domain.subscription_link.link import LINK_PATH
from orbit_entry.bot.update_source import PATH as WEBHOOK_PATH
from orbit_entry.commands.init.systemd_unit import unit_text
from orbit_entry.config.process import NEEDS_OWNER

SHOP = Path("/opt/orbit")
PASSED_ON = {WEBHOOK_PATH, "/pay/", f"{LINK_PATH}/", "/health/live"}


@pytest.fixture
def block(root: Path) -> Callable[[str], str]:
    """Finds the one block of the guide that holds some words."""
    guide = (root / "docs" / "deploying.md").read_text(encoding="utf-8").partition("## A plain VPS")[2]
    blocks = re.findall(r"^```\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)

    def find(words: str) -> str:
        (found,) = (one for one in blocks if words in one)
        return str(found)

    return find


def shop_unit(folder: Path = SHOP, user: str = "orbit", backups: str = "data/backups") -> str:
    program, data = folder / ".venv/bin/orbit", folder / "data"
    return unit_text(user=user, folder=folder, program=program, data=data, backups=folder / backups)


def test_the_unit_of_the_guide_is_the_one_that_init_writes(block: Callable[[str], str]) -> None:
    """It runs without rights, may write to its data alone, and starts again whatever isn't the owner's to mend."""
    assert block("[Unit]") == shop_unit()
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(block("[Unit]"))
    runs = unit["Service"]
    assert (runs["Restart"], runs["RestartPreventExitStatus"]) == ("on-failure", str(NEEDS_OWNER))
    assert (runs["ProtectSystem"], runs["ReadWritePaths"]) == ("strict", f"{SHOP}/data")
    # Backups on another disk are written too; that it is away one day keeps no shop from starting.
    assert f"\nReadWritePaths={SHOP}/data -/mnt/backups\n" in shop_unit(backups="/mnt/backups")
    assert (runs["NoNewPrivileges"], runs["UMask"], runs["CapabilityBoundingSet"]) == ("yes", "0077", "")
    assert int(runs["TimeoutStopSec"]) > 10
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_systemd_reads_the_unit(tmp_path: Path) -> None:
    """Every line is a comment, a section or a setting; systemd's own reader, where there is one, knows each."""
    program = tmp_path / ".venv" / "bin" / "orbit"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / "orbit.service"
    unit.write_text(shop_unit(tmp_path, "root"))
    odd = [line for line in shop_unit().splitlines() if not re.fullmatch(r"|#.*|\[[A-Z][a-z]+\]|[A-Z]\w+=.*", line)]
    assert odd == []
    reader = shutil.which("systemd-analyze")
    if reader is None:
        return
    ran = subprocess.run([reader, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert [line for line in ran.stderr.splitlines() if "orbit.service" in line] == []


def test_a_path_that_systemd_would_read_otherwise_is_refused() -> None:
    """A space or a percent sign in a path would name another one."""
    for odd in ("/srv/my shop", "/srv/%h", "/srv/a\nUser=root"):
        with pytest.raises(ValueError, match="something else to systemd"):
            shop_unit(Path(odd))


def test_nginx_passes_on_what_is_the_shops_and_nothing_else(block: Callable[[str], str]) -> None:
    """Deadlines, a limit of bodies and of connections, the caller's true address, and four places."""
    text = re.sub(r"#.*", "", block("limit_conn_zone"))
    assert text.count("{") == text.count("}")
    directives = dict(re.findall(r"^\s*([a-z_]+)\s+([^;{}]+);", text, re.MULTILINE))
    assert {directives[name] for name in ("client_header_timeout", "client_body_timeout")} == {"10s"}
    assert (directives["client_max_body_size"], directives["limit_conn"]) == ("256k", "orbit 100")
    assert int(directives["proxy_read_timeout"].removesuffix("s")) >= 30
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    places = dict(re.findall(r"location (?:= )?(\S+) \{([^}]*)\}", text))
    assert {place for place, what in places.items() if "proxy_pass http://127.0.0.1:8080;" in what} == PASSED_ON
    assert "return 404;" in places["/"]
    # Whoever reads an address of a subscription has the subscription.
    assert "access_log off;" in places[f"{LINK_PATH}/"]


def test_caddy_passes_on_the_same(block: Callable[[str], str]) -> None:
    """The same deadlines, limits and places as nginx has."""
    text = block("servers {")
    assert text.count("{") == text.count("}")
    for line in ("read_header 10s", "read_body 10s", "max_size 256KB", "header_up X-Forwarded-For {remote_host}"):
        assert line in text
    (places,) = re.findall(r"@orbit path (.+)", text)
    assert {place.removesuffix("*") for place in places.split()} == PASSED_ON
    assert re.search(r"handle \{\s+respond 404\s+\}", text)
    assert "reverse_proxy 127.0.0.1:8080" in text


def test_the_commands_of_the_guide_follow_each_other(block: Callable[[str], str]) -> None:
    """The shop's user makes everything of the shop's; what the guide copies is what init writes and says."""
    made, unit = block("useradd"), block("daemon-reload")
    ours = [line for line in made.splitlines() if line.startswith("sudo -u orbit")]
    assert [line.split()[3] for line in ours] == ["git", "scripts/setup.sh"]
    assert str(SHOP) in made
    assert "orbit.service /etc/systemd/system/orbit.service" in unit
    update = block("upgrade-check").splitlines()
    assert update[0].startswith("sudo systemctl stop")
    assert update[-1].startswith("sudo systemctl start")
    for lines in (made, unit, block("orbit init"), "\n".join(update)):
        assert subprocess.run(["bash", "-n", "-c", lines], check=False).returncode == 0
