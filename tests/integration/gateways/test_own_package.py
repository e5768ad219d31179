"""The way to pay that `docs/integrating.md` builds: installed as it stands there, it fits and sells."""

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
    """A folder with the package's files and, in `site`, the package installed by pip."""
    folder = tmp_path_factory.mktemp("till")
    for block in _BLOCK.finditer((ROOT / "docs/integrating.md").read_text(encoding="utf-8")):
        (folder / block["name"]).write_text(block["text"], encoding="utf-8")
    (folder / "till.jsonl").touch()
    offline = ["--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    run(folder, "-m", "pip", "install", "-q", *offline, "--target", str(folder / "site"), str(folder))
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


def test_it_takes_less_than_a_hundred_lines(installed: Path) -> None:
    """A way to pay is a settings class, a gateway, a source and one value."""
    assert len((installed / "orbit_till.py").read_text(encoding="utf-8").splitlines()) < 100


def test_it_keeps_both_contracts(installed: Path) -> None:
    """The kit that is shipped to integrators is green, and has run."""
    told = run(
        installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", "till_contracts.py"
    )
    passed = re.search(r"(\d+) passed", told)
    assert passed is not None
    assert int(passed[1]) > 30


def test_a_customer_buys_with_it(installed: Path, tmp_path: Path) -> None:
    """The bot offers it, two halves pay the order, the key is delivered and the ledger balances."""
    seen = json.loads(run(installed, "-m", "tests.integration.gateways.buy_with_till", str(tmp_path)))
    assert (seen["method"], seen["order"], seen["findings"]) == ("till", "delivered", 0)
    assert seen["address"].startswith("https://shop.example/counter?code=")
