"""A demonstration that breaks says why, shortly."""

from collections.abc import Iterator

import pytest
import structlog

from orbit_entry.commands import demo
from orbit_entry.demo.scenario import Scenario


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """The command sets up the logs of its process, which is the one of other tests here."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_a_purchase_that_breaks_halfway_says_why_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unforeseen error is its name and its reason; no traceback follows, and the exit code isn't 0."""

    async def broken(_: Scenario) -> None:
        raise RuntimeError("the shop broke halfway\nand this is a second line")

    monkeypatch.setattr(Scenario, "run", broken)
    assert demo.run_headless(as_json=False, broken=None) == 1
    told = capsys.readouterr()
    assert "Failed: RuntimeError: the shop broke halfway" in told.out
    assert len((told.out + told.err).splitlines()) <= 5
