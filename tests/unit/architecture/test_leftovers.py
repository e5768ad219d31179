"""The code is finished, and no error is lost."""

import pytest

from tests.unit.architecture.leftovers import prints, swallowed, unfinished
from tests.unit.architecture.tree import ARCHITECTURE, SRC, TESTS, complaints, python_files, report

OUR_CODE = [path for path in python_files(SRC, TESTS) if ARCHITECTURE not in path.parents]


def test_nothing_is_left_unfinished() -> None:
    """No note to oneself, no stub and no unexplained exemption from a check remains."""
    found = complaints(OUR_CODE, unfinished)
    assert not found, report(found, "finish it, or write an issue; an exemption names its code: # type: ignore[code]")


def test_no_error_vanishes() -> None:
    """Every handler names which error it expects and does something about it."""
    found = complaints(python_files(SRC), swallowed)
    assert not found, report(
        found,
        "name the error that is safe to ignore in contextlib.suppress(ThatError) and say why; "
        "a loop that must survive anything binds it (`except Exception as error`) and reports it",
    )


def test_only_the_command_line_prints() -> None:
    """Servers speak through the log; only the command line speaks to a terminal."""
    files = (path for path in python_files(SRC) if not path.relative_to(SRC).as_posix().startswith("orbit_entry/cli"))
    found = complaints(files, prints)
    assert not found, report(found, "log it with structlog, or return it and let orbit_entry.cli print it")


@pytest.mark.parametrize(
    "source",
    [
        "x = 1  # TODO later",
        "# FIXME",
        "raise NotImplementedError",
        "x = y  # type: ignore",
        "import x  # noqa",
        "import x  # noqa: because",
    ],
)
def test_a_leftover_is_seen(source: str) -> None:
    """Notes, stubs and exemptions without a code are complained about."""
    assert unfinished(source)


def test_an_explained_exemption_is_left_alone() -> None:
    """Naming the rule that is switched off is enough for the machine; the reason is for people."""
    assert unfinished("x = y  # type: ignore[arg-type]\nimport x  # noqa: F401") == []


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    f()\nexcept ValueError:\n    pass",
        "try:\n    f()\nexcept ValueError:\n    ...",
        "try:\n    f()\nexcept:\n    g()",
        "try:\n    f()\nexcept Exception:\n    g()",
        "try:\n    f()\nexcept (OSError, BaseException):\n    g()",
        "with suppress(Exception):\n    f()",
        "with contextlib.suppress(BaseException):\n    f()",
    ],
)
def test_a_vanishing_error_is_seen(source: str) -> None:
    """Empty handlers and handlers of everything are complained about."""
    assert swallowed(source)


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    f()\nexcept ValueError:\n    x = None",
        "try:\n    f()\nexcept Exception as error:\n    log(error)",
        "with suppress(KeyError):\n    f()",
    ],
)
def test_a_handled_error_is_left_alone(source: str) -> None:
    """A named error with a consequence, or a broad one that is looked at, is fine."""
    assert swallowed(source) == []


def test_a_print_is_seen() -> None:
    """A call of print is found wherever it stands; a method of that name isn't one."""
    assert prints("def f():\n    print(1)")
    assert prints("console.print(1)") == []
