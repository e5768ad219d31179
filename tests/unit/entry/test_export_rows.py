"""What an export writes can be read back exactly, sums up, and runs nothing in a spreadsheet."""

import csv
import io
import json
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.bookkeeping.periods import NumberedEntry
from orbit_domain.money import RUB, STARS, TON, Currency, rub
from orbit_entry.commands.export_rows import CsvRows, JsonRows, Row, cell, decimal, entry_rows, order_rows, receipt_rows
from orbit_entry.commands.private_output import private_output
from orbit_entry.commands.terminal import printable
from orbit_testing import samples
from orbit_testing.samples import ALICE

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1"]
HOSTILE = [*FORMULAS, "'quoted", '","=1', "a\nb", "\x1b[2J", "", "№"]
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))


def written(rows: list[Row]) -> tuple[str, str]:
    """*rows* as CSV and as JSON."""
    texts = []
    for kind in (CsvRows, JsonRows):
        output = io.StringIO(newline="")
        table = kind(output)
        for row in rows:
            table.add(row)
        table.end()
        texts.append(output.getvalue())
    return texts[0], texts[1]


def unmarked(text: str) -> str:
    """A cell of text as whoever reads the CSV gets it back."""
    return text.removeprefix("'")


@given(TEXTS, TEXTS)
def test_what_a_stranger_wrote_is_text_and_comes_back(comment: str, reason: str) -> None:
    """JSON is exact; CSV is exact but for characters that would move a cursor, and no cell can be a formula."""
    rows = [
        {"comment": comment, "reason": reason, "units": "-5"},
        {"comment": reason, "reason": comment, "units": "7"},
    ]
    as_csv, as_json = written(list(rows))
    assert json.loads(as_json) == rows
    assert as_json.isascii()
    read = list(csv.DictReader(io.StringIO(as_csv, newline="")))
    for row, back in zip(rows, read, strict=True):
        assert back["units"] == row["units"]
        for column in ("comment", "reason"):
            assert back[column].lstrip()[:1] not in BEGINS
            assert unmarked(back[column]) == printable(row[column])
            assert not any(unicodedata.category(one) == "Cc" and one != "\n" for one in back[column])


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_be_a_formula_is_marked(text: str) -> None:
    """An apostrophe goes before it; our own numbers stay numbers."""
    assert cell("comment", text).startswith("'")
    assert cell("units", "-5") == "-5"


@given(st.integers(-(2**130), 2**130), st.sampled_from([RUB, TON, STARS, Currency("x", 1)]))
def test_amounts_are_exact(units: int, currency: Currency) -> None:
    """The decimal says the same as the units, to the last of them, with all decimals."""
    text = decimal(units, currency)
    assert Decimal(text) == Decimal(units).scaleb(-currency.decimals) or abs(units) > 10**27
    assert int(text.replace(".", "")) == units
    assert len(text.partition(".")[2]) == currency.decimals


def test_a_row_tells_everything_that_is_recorded() -> None:
    """Lines of an entry sum to zero; times are UTC with their offset; what isn't there is empty."""
    lines = list(entry_rows(NumberedEntry(3, samples.gift(1, 500))))
    assert [(line["number"], line["units"], line["amount"]) for line in lines] == [
        ("3", "500", "5.00"),
        ("3", "-500", "-5.00"),
    ]
    (receipt,) = receipt_rows(samples.receipt(1))
    assert (receipt["user"], receipt["payment"], receipt["amount"]) == ("", "", "1.000000001")
    assert receipt["occurred_at"] == "2026-11-05T12:31:15.123456+00:00"
    (order,) = order_rows(samples.order(1, price=rub(0)))
    assert (order["user"], order["paid_at"], order["amount"], order["state"]) == (f"{ALICE}", "", "0.00", "open")


def test_nothing_is_an_empty_table() -> None:
    """An empty period is an empty file, or an empty list."""
    assert written([]) == ("", "[]\n")


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """Only its owner reads it; what fails halfway leaves the older one, and no draft is shared."""
    file = tmp_path / "entries.csv"
    with private_output(file) as output:
        output.write("older\r\n")
    with pytest.raises(RuntimeError):
        _fail_halfway(file)
    assert file.read_bytes() == b"older\r\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]
    with private_output(file) as output:
        draft = next(one for one in tmp_path.iterdir() if one != file)
        with pytest.raises(FileExistsError), private_output(file):
            pass
        assert draft.exists()
        output.write("newer")
    assert file.read_text() == "newer"


def _fail_halfway(file: Path) -> None:
    with private_output(file) as output:
        output.write("half")
        raise RuntimeError
