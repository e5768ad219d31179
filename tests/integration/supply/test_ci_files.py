"""Every forge runs what a person runs, with no more rights than it needs."""

from pathlib import Path

import pytest

from tests.integration.supply.ci_rules import ci_faults, made, read_ci

ROOT = Path(__file__).resolve().parents[3]
FILES = (".github/workflows/ci.yml", ".gitlab-ci.yml", ".forgejo/workflows/ci.yml")


@pytest.mark.parametrize("name", FILES)
def test_a_ci_file_has_no_faults(name: str) -> None:
    """It follows every rule, and runs the whole test and the audit."""
    ci = read_ci((ROOT / name).read_text(encoding="utf-8"))
    assert ci_faults(ci, ROOT / "Makefile") == []
    assert {"test", "audit"} <= set(made(ci))


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("make test", "make testt", "doesn't exist"),
        ("make test", "make unit", "runs no tests"),
        ("contents: read", "contents: write", "more than read"),
        ("pull_request:", "pull_request_target:", "stranger's code"),
        ("@34e114876b0b11c390a56381ad16ebd13914f8d5", "@v4", "pinned by its commit"),
        ("python:3.11-bookworm", "python:latest", "pinned by a tag"),
        ("timeout-minutes: 60", "name: x", "for ever"),
        ("persist-credentials: false", "fetch-depth: 1", "leaves its token"),
        ('"$GITHUB_WORKSPACE"', "${{ github.head_ref }}", "stranger's words"),
        ("requirements-dev.lock", "pyproject.toml", "than the lock"),
        ("needs: test", "permissions: {contents: write}", "rights of its own"),
    ],
)
def test_a_bad_ci_file_is_seen(before: str, after: str, fault: str) -> None:
    """Each rule fails on our own file once it is broken."""
    text = (ROOT / FILES[0]).read_text(encoding="utf-8")
    assert before in text
    faults = ci_faults(read_ci(text.replace(before, after)), ROOT / "Makefile")
    assert [one for one in faults if fault in one], faults
