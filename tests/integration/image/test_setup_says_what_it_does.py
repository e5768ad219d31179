"""`make demo` isn't silent while it prepares, neither the installation nor the shop's own start."""

import os
import subprocess
import threading
from pathlib import Path

import pytest

from orbit_entry.commands.still_at_work import still_at_work

# Plays Python: it is an environment already, and to install takes it until it was said that it is at work.
_PYTHON = """#!/bin/sh
case "$*" in
    *sys.prefix*) pwd | sed 's|$|/.venv|' ;;
    *--require-hashes*) until grep -q 'at work' said; do sleep 0.02; done; exit "$PIP_CODE" ;;
esac
"""


@pytest.mark.parametrize("code", [0, 1])
def test_the_installation_says_that_it_is_at_work(root: Path, tmp_path: Path, code: int) -> None:
    """Each step has its line, a long one says again and again how far it is; a failure is still a failure."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "requirements.lock").write_text("aiogram==3.31 --hash=x\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(_PYTHON)
    python.chmod(0o755)
    script = tmp_path / "scripts" / "setup.sh"
    script.write_bytes((root / "scripts" / "setup.sh").read_bytes())
    with (tmp_path / "said").open("wb") as said:
        ran = subprocess.run(
            ["bash", str(script), "runtime"],
            stderr=said, timeout=60, check=False, env={**os.environ, "TICK_S": "0.05", "PIP_CODE": str(code)},
        )  # fmt: skip
    lines = (tmp_path / "said").read_text()
    assert (ran.returncode, (tmp_path / ".venv" / ".runtime").exists()) == (code, code == 0)
    assert "1/3 A Python environment" in lines
    assert "of 1 packages are installed" in lines
    assert ("Ready." in lines, "Next: check the network" in lines) == (code == 0, code == 1)


def test_a_long_start_says_that_it_is_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line comes by itself while the work holds up the process, and no more once it is done."""
    said, heard = list[str](), threading.Event()
    monkeypatch.setattr(
        "orbit_entry.commands.still_at_work.typer.echo", lambda line, err: (said.append(line), heard.set())
    )
    with still_at_work("loading", every_s=0.01):
        assert heard.wait(60)
    assert said[0] == "  still loading (0 s) …"
    assert "still at work" not in {thread.name for thread in threading.enumerate()}
