"""The way to pay and the panel that `docs/integrating.md` builds: installed as they stand there, they fit and sell."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_BLOCK = re.compile(r"^```[a-z]+\n# (?P<name>[a-z_]+\.[a-z]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of both packages, one below, and, in `site`, both installed by pip."""
    folder = tmp_path_factory.mktemp("till")
    till, panel = (ROOT / "docs/integrating.md").read_text(encoding="utf-8").split("\n## A VPN panel, in a package")
    (folder / "panel").mkdir()
    for text, where in ((till, folder), (panel, folder / "panel")):
        for block in _BLOCK.finditer(text):
            (where / block["name"]).write_text(block["text"], encoding="utf-8")
    (folder / "till.jsonl").touch()
    packages = [str(folder / "panel"), str(folder)]
    offline = ["--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    run(folder, "-m", "pip", "install", "-q", *offline, "--target", str(folder / "site"), *packages)
    return folder


def run(folder: Path, *arguments: str) -> str:
    """The output of Python with the package beside Orbit, and none of the machine's settings."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("ORBIT_", "BOT_", "DATABASE_"))}
    given = {"TILL_FILE": str(folder / "till.jsonl"), "TILL_PAGE": "https://shop.example/counter"}
    path = os.pathsep.join([str(folder / "site"), str(ROOT / "src"), str(ROOT)])
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**clean, **given, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.parametrize("module", ["orbit_till.py", "panel/orbit_folder.py"])
def test_it_takes_less_than_a_hundred_lines(installed: Path, module: str) -> None:
    """A way to pay is a settings class, a gateway, a source and one value; a panel is even less."""
    assert len((installed / module).read_text(encoding="utf-8").splitlines()) < 100


def test_they_keep_their_contracts(installed: Path) -> None:
    """The kits that are shipped to integrators are green, and have run."""
    contracts = ("till_contracts.py", "panel/folder_contract.py")
    told = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", *contracts)
    passed = re.search(r"(\d+) passed", told)
    assert passed is not None
    assert int(passed[1]) > 75


def test_a_shop_sells_with_both(installed: Path, tmp_path: Path) -> None:
    """The bot offers the till, two halves pay the order, the key is delivered on Marzban and the ledger balances.

    Then a folder is added while the shop runs, Marzban is drained, and the next customer's key is delivered there.
    """
    seen = json.loads(run(installed, "-m", "tests.integration.gateways.buy_with_till", str(tmp_path)))
    assert (seen["method"], seen["order"], seen["findings"]) == ("till", "delivered", 0)
    assert seen["address"].startswith("https://shop.example/counter?code=")
    assert (seen["panels"], seen["accounts"]) == (["main", "shelf"], [seen["username"]])
    assert seen["link"] == f"https://vpn.example.org/canary-token/{seen['username']}"
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("orbit.db*"))
    assert b"canary-token" not in stored.replace(seen["link"].encode(), b"")
