"""The audit of the locked packages tells no advisory, some advisories and no answer apart."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOUND = {"name": "httpx", "version": "0.28.1", "vulns": []}
BROKEN = {"name": "jinja2", "version": "3.1.0", "vulns": [{"id": "GHSA-1", "fix_versions": ["3.1.6"]}]}
LEFT_OUT = {"name": "segno", "skip_reason": "not found"}


def audit(**environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the audit as make does."""
    words = [sys.executable, str(ROOT / "scripts" / "audit.py")]
    return subprocess.run(words, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([SOUND], 0, "No advisory is known about the 1 packages"),
        ([SOUND, BROKEN], 1, "jinja2 3.1.0: GHSA-1, mended in 3.1.6"),
        ([SOUND, LEFT_OUT], 3, "nothing was said about segno"),
        ([BROKEN, LEFT_OUT], 1, "jinja2 3.1.0"),
        ([], 3, "not reached"),
        (None, 3, "not reached: Connection refused"),
    ],
)
def test_each_outcome_has_its_words_and_its_code(
    packages: list[Any] | None, code: int, said: str, tmp_path: Path
) -> None:
    """A package that nobody spoke about is never counted as sound."""
    answer = "Traceback" if packages is None else json.dumps({"dependencies": packages, "fixes": []})
    program = tmp_path / "pip-audit"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\necho 'Connection refused' >&2\nexit 1\n")
    program.chmod(0o700)
    ran = audit(PIP_AUDIT=str(program))
    assert ran.returncode == code
    assert said in ran.stdout + ran.stderr


def test_without_a_network_it_says_so() -> None:
    """The real tool, cut off from the world, ends with the code and the words of no answer."""
    nowhere = "http://127.0.0.1:9"
    ran = audit(HTTPS_PROXY=nowhere, HTTP_PROXY=nowhere, https_proxy=nowhere, http_proxy=nowhere, NO_PROXY="")
    assert ran.returncode == 3
    assert "The advisories were not reached" in ran.stderr
    assert "Next:" in ran.stderr
