"""A release is what was committed, byte for byte, with a bill of materials that names all that runs."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.unit.architecture.texts import pins

ROOT = Path(__file__).resolve().parents[3]
_COPIED = ("pyproject.toml", "requirements.lock", "README.md", "LICENSE", ".gitignore", "scripts/release.sh")


def git(checkout: Path, *words: str) -> None:
    """Run git as a person of its own, whatever the machine is set to."""
    names = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    person = ["-c", "user.name=Anna", "-c", "user.email=anna@example.org"]
    subprocess.run(["git", *person, *words], cwd=checkout, env={**os.environ, **names}, capture_output=True, check=True)


def release(checkout: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Build a release of *checkout* into *folder*."""
    script = checkout / "scripts" / "release.sh"
    return subprocess.run(["bash", str(script), str(folder)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committed project with our build files and packages of one module each, on this environment's tools."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in _COPIED:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for package in ("orbit_domain", "orbit_adapters", "orbit_sandbox", "orbit_testing", "orbit_entry"):
        (folder / "src" / package).mkdir(parents=True)
        shutil.copy(ROOT / "src" / package / "__init__.py", folder / "src" / package)
    (folder / ".venv").symlink_to(sys.prefix)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder


@pytest.fixture(scope="module")
def released(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release."""
    folder = tmp_path_factory.mktemp("released")
    ran = release(checkout, folder)
    assert ran.returncode == 0, ran.stderr
    return folder


def test_the_same_commit_gives_the_same_bytes(checkout: Path, released: Path, tmp_path: Path) -> None:
    """Built again from another clone, at another time, every file has the hash of the first build."""
    git(tmp_path, "clone", "--quiet", str(checkout), "again")
    tools = tmp_path / "again" / ".venv" / "bin"
    tools.mkdir(parents=True)
    # The same bytes need no second check against the schema, which takes seconds.
    for tool, more in (("python", ""), ("cyclonedx-py", " --no-validate")):
        (tools / tool).write_text(f'#!/bin/sh\nexec "{Path(sys.prefix)}/bin/{tool}" "$@"{more}\n')
        (tools / tool).chmod(0o700)
    assert release(tmp_path / "again", tmp_path / "built").returncode == 0
    sums = (released / "SHA256SUMS").read_text(encoding="utf-8")
    assert (tmp_path / "built" / "SHA256SUMS").read_text(encoding="utf-8") == sums
    assert {line.split()[1] for line in sums.splitlines()} == {
        file.name for file in released.iterdir() if file.name != "SHA256SUMS"
    }
    checked = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=released, check=False)
    assert checked.returncode == 0


def test_the_bill_of_materials_names_every_locked_package_with_its_hashes(released: Path) -> None:
    """Each package of the lock stands there with version and hashes, and the project itself as what is described."""
    (file,) = released.glob("*.cdx.json")
    bill = json.loads(file.read_text(encoding="utf-8"))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    listed = {part["name"]: part["version"] for part in bill["components"]}
    assert listed == pins(lock)
    hashes = [
        one["content"]
        for part in bill["components"]
        for reference in part["externalReferences"]
        for one in reference.get("hashes", [])
        if one["alg"] == "SHA-256"
    ]
    assert len(hashes) == lock.count("--hash=sha256:")
    assert all(one in lock for one in hashes)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "orbit-vpn"


def test_the_sdist_holds_what_was_committed(checkout: Path, released: Path) -> None:
    """Nothing of the machine is in it: no environment, no cache, no file that git doesn't know."""
    (archive,) = released.glob("*.tar.gz")
    with tarfile.open(archive) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    known = subprocess.run(["git", "ls-files"], cwd=checkout, capture_output=True, text=True, check=True)
    assert names == {*known.stdout.split(), "PKG-INFO"}


def test_what_is_not_committed_is_not_released(checkout: Path, tmp_path: Path) -> None:
    """With a changed file, or under another version's tag, nothing is built, and the next step is said."""
    shutil.copytree(checkout, tmp_path / "tagged", symlinks=True)
    git(tmp_path / "tagged", "tag", "v9.9.9")
    shutil.copytree(checkout, tmp_path / "changed", symlinks=True)
    (tmp_path / "changed" / "README.md").write_text("other", encoding="utf-8")
    for name in ("tagged", "changed"):
        ran = release(tmp_path / name, tmp_path / "out")
        assert (ran.returncode, "Next:" in ran.stderr) == (1, True)
        assert not (tmp_path / "out").exists()
