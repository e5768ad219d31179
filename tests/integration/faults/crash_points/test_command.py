"""The door to the full run: `python -m tests.integration.faults.crash_points`."""

import asyncio
import re
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.integration.faults.crash_points.__main__ import judged, main
from tests.integration.faults.crash_points.campaign import SEED, Campaign, Tally
from tests.integration.faults.crash_points.plan import Share
from tests.integration.faults.crash_points.seeded_bugs import CursorBeforeCommit
from tests.support.servers.databases import Databases


async def test_a_small_run_tells_what_was_passed() -> None:
    """It finds a server for itself, and ends with the figures and exit 0."""
    code, said = await _door("--points", "30")
    assert code == 0, said
    passed = re.search(r"(\d+) points in (\d+) journeys with (\d+) meetings .* nothing lost, nothing doubled", said)
    assert passed is not None, said
    assert int(passed[1]) >= 30
    assert "renew " in said


async def test_one_journey_can_be_repeated() -> None:
    """The number that a break names is enough to go that journey again."""
    code, said = await _door("--seed", "7", "--journey", "200")
    assert code == 0, said
    assert " points in 1 journeys " in said


async def test_a_break_says_how_to_repeat_it(databases: Databases, migrated_template: str) -> None:
    """Whoever finds something has the plan and the command at hand, and the exit code tells machines."""
    campaign = Campaign(databases, migrated_template, share=Share(1, 4), sabotage=CursorBeforeCommit)
    lengths = await campaign.rehearse()
    words = StringIO()
    code = await judged(Console(file=words), SEED, lambda: campaign.run(lengths, 500, streets=1))
    assert code == 1
    told = re.search(rf"in Plan\(number=(\d+), .*--seed {SEED} --journey (\d+)\n", words.getvalue(), re.DOTALL)
    assert told is not None, words.getvalue()
    assert told[1] == told[2]


async def test_wrong_books_are_told_with_their_values() -> None:
    """A finding in the whole books belongs to no journey, and isn't lost for that."""

    async def campaign() -> Tally:
        findings = ("balance of user 7 isn't the sum of the account",)
        assert findings == ()
        return Tally()

    words = StringIO()
    assert await judged(Console(file=words, width=200), SEED, campaign) == 1
    assert "balance of user 7" in words.getvalue()
    assert f"--seed {SEED}" in words.getvalue()


@pytest.mark.parametrize(
    "wrong", [["--points", "0"], ["--points", "many"], ["--points", "-5"], ["--seed", "x"], ["50"]]
)
def test_wrong_arguments_are_named(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is started by a mistyped command: exit 2, and the last line says what is wrong."""
    with pytest.raises(SystemExit) as end:
        main(wrong)
    assert end.value.code == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert "error:" in last
    assert wrong[-1] in last


async def _door(*arguments: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.faults.crash_points",
        *arguments,
        cwd=Path(__file__).parents[3],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()
