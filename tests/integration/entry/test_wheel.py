"""The wheel holds everything that a running shop needs: it sells without the checkout."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("orbit_domain", "orbit_adapters", "orbit_sandbox", "orbit_testing", "orbit_entry")
_WHERE = """
import importlib, json, sys
print(json.dumps([importlib.import_module(name).__file__ for name in sys.argv[1:]]))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds nothing but the unpacked wheel, built with this environment's hatchling."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder / "dist")]
    subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def python(unpacked: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in *folder* with the wheel and the dependencies, but without the checkout.

    `-S` leaves out the `.pth` file that puts the checkout's `src` on the import path.
    """
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("ORBIT_", "BOT_", "DATABASE_"))}
    libraries = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        cwd=folder,
        env={**clean, "COLUMNS": "200", "PYTHONPATH": os.pathsep.join([str(unpacked), *libraries])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_wheel_holds_every_file_of_the_five_packages(unpacked: Path) -> None:
    """Texts, scripts, pages, migrations and type markers are shipped beside the code."""
    source = ROOT / "src"
    expected = {
        file.relative_to(source).as_posix()
        for package in PACKAGES
        for file in (source / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    shipped = {
        file.relative_to(unpacked).as_posix()
        for file in unpacked.rglob("*")
        if file.is_file() and file.relative_to(unpacked).parts[0] in PACKAGES
    }
    assert shipped == expected
    assert {Path(name).suffix for name in shipped} >= {".ftl", ".lua", ".html", ".mako", ".typed"}
    assert {f"{package}/py.typed" for package in PACKAGES} <= shipped


def test_the_wheel_brings_the_command(unpacked: Path) -> None:
    """Installed by pip, the wheel gives a command `orbit`."""
    (metadata,) = unpacked.glob("*.dist-info")
    lines = (metadata / "entry_points.txt").read_text(encoding="utf-8").splitlines()
    assert "orbit = orbit_entry.cli:main" in lines
    assert callable(EntryPoint("orbit", "orbit_entry.cli:main", "console_scripts").load())


def test_the_wheel_sells_without_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    """In an empty folder, without the checkout's `src`, `orbit demo --headless` sells, delivers and balances."""
    where = python(unpacked, tmp_path, "-c", _WHERE, *PACKAGES)
    assert where.returncode == 0, where.stderr
    assert [Path(file).parent for file in json.loads(where.stdout)] == [unpacked / package for package in PACKAGES]

    demo = python(unpacked, tmp_path, "-m", "orbit_entry", "demo", "--headless", "--json")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    facts = json.loads(demo.stdout)
    assert facts["ok"] is True
    assert facts["order"] == {"state": "delivered"}
    assert facts["ledger"]["balanced"] is True
