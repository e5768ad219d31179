"""What a source says, and how far it was read."""

from dataclasses import replace

from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import Meaning
from orbit_testing.samples import source_record


def test_a_record_is_known_by_its_source_and_name() -> None:
    """Another source or external id is another record; digest, meaning and amount don't change its name."""
    record = source_record(17)
    others = [replace(record, source="bank:1"), replace(record, external_id="18")]
    assert len({record.ref, *(other.ref for other in others)}) == 3
    assert replace(record, digest="cc", meaning=Meaning.REVIEW, raw="").ref == record.ref


def test_a_fresh_source_is_read_from_its_very_beginning() -> None:
    """The first cursor is before every record and has no watermark."""
    start = Cursor.start("ton:0:AB")
    assert (start.source, start.position, start.watermark) == ("ton:0:AB", "", None)
