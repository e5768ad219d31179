"""Committed files work on any machine and hold no trace of the machine they were written on."""

import pytest

from tests.unit.architecture.texts import loose_lock, machine_traces, missing_commands, pins, wanted
from tests.unit.architecture.tree import ROOT, kept_texts, report

RUNTIME = (ROOT / "requirements.lock").read_text(encoding="utf-8")
DEVELOPMENT = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_no_file_names_the_machine_it_was_written_on() -> None:
    """No committed text holds a path of one machine or the host of a package registry."""
    found = [f"{path.relative_to(ROOT)}:{line}" for path, text in kept_texts() for line in machine_traces(text)]
    assert not found, report(
        found, "use a path relative to the checkout; leave the index to each machine's own settings"
    )


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT], ids=["runtime", "development"])
def test_locks_pin_everything_and_name_no_host(lock: str) -> None:
    """A lock gives the same bytes everywhere, from whatever index a machine uses."""
    found = loose_lock(lock)
    assert not found, report(found, "make lock")


def test_locks_hold_what_the_project_asks_for() -> None:
    """Nothing that pyproject.toml names is missing from its lock."""
    missing = (wanted(PYPROJECT, "build") - pins(RUNTIME).keys()) | (
        wanted(PYPROJECT, "build", "dev") - pins(DEVELOPMENT).keys()
    )
    assert not missing, report(sorted(missing), "make lock")


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    """Both locks agree on every package of the runtime."""
    development = pins(DEVELOPMENT)
    apart = {name: version for name, version in pins(RUNTIME).items() if development.get(name) != version}
    assert not apart, report([f"{name} {version}" for name, version in apart.items()], "make lock")


def test_readme_names_both_commands() -> None:
    """Whatever language a newcomer reads, the two commands are there."""
    # Not vacuous: without README.md the checkout cannot be installed at all.
    found = [
        f"{path.name}: {command}"
        for path in ROOT.glob("README*.md")
        for command in missing_commands(path.read_text(encoding="utf-8"))
    ]
    assert not found, report(found, "put the two commands on the README's first screen")


def test_ci_runs_what_people_run() -> None:
    """CI calls the same command as a person."""
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8"), "Remedy: .ci/run calls make test"


@pytest.mark.parametrize("text", ["see /wo" + "rk/main/x", "'/ro" + "ot/.ssh'", "index = https://py" + "pi.org/simple"])
def test_a_trace_of_the_machine_is_seen(text: str) -> None:
    """A path of the author's machine or a registry's host is complained about."""
    assert machine_traces(text)


@pytest.mark.parametrize("text", ["tests/work/x", "https://example.com/work/1", "$HOME/work/", "the root/work balance"])
def test_other_paths_are_left_alone(text: str) -> None:
    """Relative paths and addresses may hold the same words."""
    assert machine_traces(text) == []


@pytest.mark.parametrize(
    "lock",
    [
        "aiogram==3.31.0\n",
        "aiogram>=3 --hash=sha256:00\n",
        "aiogram @ https://example.com/a.whl --hash=sha256:00\n",
        "--index-url https://example.com/simple\n",
        "-e .\n",
    ],
)
def test_a_loose_lock_is_seen(lock: str) -> None:
    """A missing hash, an open version, an address and an option are complained about."""
    assert loose_lock(lock)


def test_a_tight_lock_is_left_alone() -> None:
    """A comment and a pinned, hashed package with a marker are what a lock is made of."""
    lock = "# made by make lock\ncolorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
    assert loose_lock(lock) == []
    assert pins(lock) == {"colorama": "0.4.6"}


def test_what_a_project_asks_for_is_read_with_its_groups() -> None:
    """Extras, bounds and spelling don't hide a dependency's name."""
    pyproject = (
        "[project]\ndependencies = ['SQLAlchemy[asyncio]>=2', 'fluent.runtime']\n"
        "[dependency-groups]\ndev = ['pytest']\n"
    )
    assert wanted(pyproject) == {"sqlalchemy", "fluent-runtime"}
    assert wanted(pyproject, "dev") == {"sqlalchemy", "fluent-runtime", "pytest"}


def test_a_missing_command_is_seen() -> None:
    """A README that hides one of the two commands is complained about."""
    assert missing_commands("Run `make demo`.") == ["make test"]
