"""What the commands print: in words, whole, and harmless to the terminal."""

import io
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Line
from orbit_domain.money import EUR, RUB, TON, USD, Currency, Money, rub
from orbit_domain.payment.receipt import Receipt
from orbit_domain.use_cases.assign_receipt import AmountTooSmall, ReceiptAlreadyAssigned
from orbit_domain.use_cases.list_unmatched import Unmatched
from orbit_domain.use_cases.show_timeline import Part
from orbit_domain.user.user import NoSuchUser
from orbit_entry.commands.amounts import amount, duration, in_everyday_units, in_smallest_units, moment
from orbit_entry.commands.refusals import in_words
from orbit_entry.commands.reports import show_receipt
from orbit_entry.commands.terminal import one_line, printable, show, show_json
from orbit_entry.runtime.log_limit import LogLimit
from orbit_testing import samples

HOSTILE = "\x1b]0;owned\x07\x1b[2J\r\n\x9b31m\u202eevil\u2066\U000e0001"


@dataclass(eq=False)
class PlanNotSold(Refusal):
    """A refusal without words of its own."""

    plan_code: str


@given(st.text())
def test_nothing_printed_moves_the_cursor(text: str) -> None:
    """Whatever a stranger wrote, no character of category C is left in a line, and plain text stays as it is."""
    assert one_line(text).replace(" ", "").isprintable() or not any(ord(one) < 32 for one in one_line(text))
    assert "\x1b" not in printable(text)
    assert printable(printable(text)) == printable(text)


def test_hostile_text_is_spelt_out() -> None:
    """Escapes, bells, overrides and tags are shown by their numbers."""
    assert one_line(HOSTILE) == (r"\x1b]0;owned\x07\x1b[2J\x0d\n\x9b31m\u202eevil\u2066\U000e0001")
    assert one_line("129 ₽ [оплата] 👍") == "129 ₽ [оплата] 👍"


def test_lines_and_json_are_harmless_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """A long line isn't wrapped or cut, JSON keeps its value and holds no raw escape."""
    show(HOSTILE + "x" * 500)
    show_json({"comment": HOSTILE + "я"})
    line, _, facts = capsys.readouterr().out.partition("{")
    assert "x" * 500 in line
    assert "\x1b" not in line + facts
    assert "\x9b" not in line + facts
    assert json.loads("{" + facts) == {"comment": HOSTILE + "я"}
    assert "я" in facts


def test_a_receipt_is_never_cut(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a narrow terminal with a long comment the receipt stands alone on its line, quoted for a shell."""
    monkeypatch.setenv("COLUMNS", "20")
    receipt: Receipt = samples.receipt(7, comment=HOSTILE + "y" * 300)
    show_receipt(Unmatched(receipt, "AB12"))
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"'{receipt.ref}'"
    assert "\x1b" not in second
    assert second.endswith("did you mean AB12?")


@pytest.mark.parametrize(
    ("told", "people", "programs"),
    [
        (("sub_3m for", rub(34_900), "opened"), "sub_3m for 349 ₽ opened", "sub_3m for 34900 units of RUB opened"),
        (("sub_3m for", Money(499, USD), "opened"), "sub_3m for $4.99 opened", "sub_3m for 499 units of USD opened"),
        ((Line("user:5", -12_950, RUB), "(order)"), "-129.50 ₽ (order)", "-12950 units of RUB (order)"),
        ((Line("user:5", 199, EUR), "(credit)"), "+€1.99 (credit)", "+199 units of EUR (credit)"),
        ((Line("user:5", -200, USD), "(order)"), "-$2 (order)", "-200 units of USD (order)"),
        ((Money(1_396_000_000, TON), "arrived"), "1.396 TON arrived", "1396000000 units of ton:native arrived"),
        ((Money(7, Currency("some:coin", 0)), "arrived"), "7 some:coin arrived", "7 units of some:coin arrived"),
        ((timedelta(days=90),), "+90 d", "+7776000 seconds"),
        ((timedelta(seconds=-90_061),), "-1 d 1 h 1 min 1 s", "-90061 seconds"),
        (("pressed /start",), "pressed /start", "pressed /start"),
    ],
)
def test_amounts_and_times_are_read_in_everyday_units(told: tuple[Part, ...], people: str, programs: str) -> None:
    """People read prices and durations, programs whole smallest units and seconds."""
    assert (in_everyday_units(told), in_smallest_units(told)) == (people, programs)


@given(st.integers(0, 10**18))
def test_amounts_are_exact(units: int) -> None:
    """No unit is lost in an amount."""
    whole, _, part = amount(Money(units, TON)).removesuffix(" TON").partition(".")
    assert int(whole) * 10**9 + int(part.ljust(9, "0")) == units
    assert amount(Money(units, Currency("x", 0))) == f"{units} x"


def test_times_are_read_by_people() -> None:
    """A moment has its zone, nothing is no time."""
    assert moment(datetime(2026, 11, 21, 15, 4, 5, tzinfo=UTC)) == "2026-11-21 15:04:05 UTC"
    assert duration(0) == "+0 s"
    assert amount(rub(5)) == "0.05 ₽"


def test_refusals_are_sentences() -> None:
    """A refusal is said in words, also one that nobody has given words to."""
    assert in_words(NoSuchUser(TelegramId(5))) == "user 5 has never pressed /start"
    assert in_words(ReceiptAlreadyAssigned("ton|x")) == "there is no receipt ton|x, or it is assigned already"
    assert in_words(AmountTooSmall("ton|x")) == "receipt ton|x is worth too little to be credited"
    assert in_words(PlanNotSold("sub_1m")) == "plan not sold (plan code sub_1m)"


def test_a_line_that_repeats_is_written_a_few_times() -> None:
    """Of ten thousand equal errors five are written in a minute, the next minute five more; others aren't touched."""
    now = [0.0]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(LogLimit(lambda: now[0]))
    for number in range(20_000):
        now[0] = 60.0 * (number // 10_000)
        handler.handle(logging.LogRecord("asyncio", logging.ERROR, "", 0, "accept failed: %s", (number,), None))
    handler.handle(logging.LogRecord("asyncio", logging.ERROR, "", 0, "something else", (), None))
    lines = written.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[4] == "accept failed: 4 (more of these are left out for a minute)"
    assert lines[-1] == "something else"
