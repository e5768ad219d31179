"""The contract of a source that is an account of the shop's own: what it holds is what its records say."""

from typing import Protocol

import pytest

from orbit_domain.money import Money
from orbit_domain.payment.effect import EffectKind
from orbit_domain.payment.source import AccountSource, Cursor, SourceUnavailable
from orbit_domain.payment.source_record import Meaning, SourceRecord
from orbit_testing.contracts.receipt_source import SourceHarness, read_on

_UNITS = 1_000_000_000
"""More than any fee takes."""


class AccountHarness(SourceHarness, Protocol):
    """An account under test, and its owner. What is read is final, however new it is."""

    source: AccountSource
    another: str
    """The name of the source that another account of the shop is."""

    def send(self, units: int, comment: str) -> str:
        """Let the owner send *units*; who gets them, as the source writes it."""

    def send_in_vain(self, units: int, comment: str) -> str:
        """The same to somebody from whom they come back."""

    def receive_from_another(self, units: int) -> None:
        """Make *units* arrive from the account that `another` names."""


class AccountSourceContract:
    """Subclass it and add a fixture `harness`: every test then runs against that source."""

    @pytest.fixture
    def harness(self) -> AccountHarness:
        """A fresh account without history."""
        raise pytest.UsageError("an account contract needs a fixture `harness`")

    async def test_a_balance_is_that_of_its_cursor(self, harness: AccountHarness) -> None:
        """What the account held right behind the cursor, whatever happened since; the records say how it changed."""
        source, start = harness.source, Cursor.start(harness.source.name)
        nothing = await _held(source, start)
        assert nothing == 0
        harness.deposit(5 * _UNITS, "n1")
        records, first = await read_on(source, start)
        assert await _held(source, first.cursor) == _changed(records)
        harness.send(2 * _UNITS, "n2")
        harness.send_in_vain(_UNITS, "n3")
        harness.deposit(_UNITS, "n4")
        assert await _held(source, first.cursor) == _changed(records)
        more, last = await read_on(source, first.cursor)
        assert await _held(source, last.cursor) == _changed(records + more)
        assert await source.balance(start) == Money(0, records[0].amount.currency)

    async def test_a_transfer_says_where_it_goes_and_what_comes_back(self, harness: AccountHarness) -> None:
        """Receiver, comment and amount; what came back names whom it had been sent to, and some of the comment."""
        harness.deposit(5 * _UNITS, "n1")
        receiver = harness.send(2 * _UNITS, "REF1")
        nobody = harness.send_in_vain(_UNITS, "REF2")
        records, _ = await read_on(harness.source, Cursor.start(harness.source.name))
        effects = [effect for record in records for effect in record.effects if effect.other is not None]
        kinds = [EffectKind.SENT, EffectKind.SENT, EffectKind.RETURNED]
        assert [(effect.kind, effect.other) for effect in effects] == list(
            zip(kinds, (receiver, nobody, nobody), strict=True)
        )
        assert [effect.units for effect in effects[:2]] == [-2 * _UNITS, -_UNITS]
        assert 0 < effects[2].units <= _UNITS
        assert [effect.comment for effect in effects[:2]] == ["REF1", "REF2"]
        assert "REF2".startswith(effects[2].comment)
        assert {record.meaning for record in records[1:]} == {Meaning.NOTHING}

    async def test_what_another_account_of_the_shop_sends_is_no_income(self, harness: AccountHarness) -> None:
        """To a source that knows the other one it is a move; to one that doesn't, a deposit."""
        harness.receive_from_another(_UNITS)
        start = Cursor.start(harness.source.name)
        (stranger,), _ = await read_on(harness.source, start)
        (record,), _ = await read_on(harness.source.beside({harness.another, "bank:a"}), start)
        assert (stranger.meaning, record.meaning) == (Meaning.DEPOSIT, Meaning.NOTHING)
        assert [effect.units for effect in record.effects if effect.kind is EffectKind.MOVED] == [_UNITS]
        assert _changed([record]) == _changed([stranger])

    async def test_an_outage_is_no_balance(self, harness: AccountHarness) -> None:
        """Whoever can't be asked says nothing; no zero is made of it."""
        harness.deposit(_UNITS, "n1")
        _, last = await read_on(harness.source, Cursor.start(harness.source.name))
        harness.stop_answering()
        with pytest.raises(SourceUnavailable):
            await harness.source.balance(last.cursor)


async def _held(source: AccountSource, cursor: Cursor) -> int:
    held = await source.balance(cursor)
    assert held is not None
    return held.units


def _changed(records: list[SourceRecord]) -> int:
    """By how many units *records* changed what the account holds."""
    deposits = sum(record.amount.units for record in records if record.meaning is not Meaning.NOTHING)
    return deposits + sum(record.moved for record in records)
