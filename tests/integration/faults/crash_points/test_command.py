"""The command of the full run: `python -m tests.integration.faults.crash_points`."""

import asyncio
import re
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.integration.faults.crash_points.__main__ import main, run_and_report
from tests.integration.faults.crash_points.campaign import SEED, Campaign, Tally
from tests.integration.faults.crash_points.plan import random_plans
from tests.integration.faults.crash_points.seeded_bugs import CursorBeforeCommit
from tests.support.servers.databases import Databases


async def test_a_small_run_prints_what_was_passed() -> None:
    """It finds a server for itself, and ends with the figures and exit 0."""
    code, output = await _run_command("--points", "30")
    assert code == 0, output
    passed = re.search(r"(\d+) points in (\d+) journeys with (\d+) meetings .* nothing lost, nothing doubled", output)
    assert passed is not None, output
    assert int(passed[1]) >= 30
    assert "renew " in output


async def test_one_journey_can_be_repeated() -> None:
    """The number that a failure names is enough to repeat that journey."""
    code, output = await _run_command("--seed", "7", "--journey", "200")
    assert code == 0, output
    assert " points in 1 journeys " in output


async def test_a_break_says_how_to_repeat_it(databases: Databases, migrated_template: str) -> None:
    """A failure prints the plan and the command that repeats it, and the exit code is 1."""
    campaign = Campaign(databases, migrated_template, bug=CursorBeforeCommit, planned=random_plans)
    lengths = await campaign.rehearse()
    printed = StringIO()
    code = await run_and_report(Console(file=printed), SEED, lambda: campaign.run(lengths, 500, parallel=1))
    assert code == 1
    repeat = re.search(rf"in Plan\(number=(\d+), .*--seed {SEED} --journey (\d+)\n", printed.getvalue(), re.DOTALL)
    assert repeat is not None, printed.getvalue()
    assert repeat[1] == repeat[2]


async def test_a_wrong_ledger_is_printed_with_its_values() -> None:
    """An error in the whole ledger belongs to no journey, and is printed all the same."""

    async def campaign() -> Tally:
        findings = ("balance of user 7 isn't the sum of the account",)
        assert findings == ()
        return Tally()

    printed = StringIO()
    assert await run_and_report(Console(file=printed, width=200), SEED, campaign) == 1
    assert "balance of user 7" in printed.getvalue()
    assert f"--seed {SEED}" in printed.getvalue()


@pytest.mark.parametrize(
    "wrong", [["--points", "0"], ["--points", "many"], ["--points", "-5"], ["--seed", "x"], ["50"]]
)
def test_wrong_arguments_are_named(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped command starts nothing: exit 2, and the last line says what is wrong."""
    with pytest.raises(SystemExit) as end:
        main(wrong)
    assert end.value.code == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert "error:" in last
    assert wrong[-1] in last


async def _run_command(*arguments: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.faults.crash_points",
        *arguments,
        cwd=Path(__file__).parents[4],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()
