"""Column types, and one aggregate function, that mean the same in PostgreSQL and in SQLite."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, JSON, BigInteger, ColumnElement, DateTime, Dialect, Integer, Numeric, Text, Uuid, cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

RowNumber = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives to each new row; SQLite does so for `INTEGER` alone."""


def storable(text: str) -> str:
    """*text* as every database can hold it: no NUL, and U+FFFD in place of broken surrogate pairs."""
    without_nul = text.replace("\0", "")
    if without_nul.isascii():  # Nearly every text is, and there is nothing else to look for in one.
        return without_nul
    return without_nul.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC)


class StorableText(TypeDecorator[str]):
    """Text, made storable before it is written, and compared by code points in every locale."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Collation C on PostgreSQL; SQLite compares bytes by itself."""
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is stored."""
        return _stored_text(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """What is stored, without a layer of SQLAlchemy's own around it: most values of most rows are texts."""
        return _stored_text


def _stored_text(value: str | None) -> str | None:
    return None if value is None else storable(str(value))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment to the microsecond: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite.

    Raises ValueError for a time without a zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite has no type for times."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What is stored. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        moment = _in_utc(value)
        return (moment - _EPOCH) // _MICROSECOND if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The moment, in UTC."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return _EPOCH + int(value) * _MICROSECOND


class WholeUnits(TypeDecorator[int]):
    """Units of any asset, up to forty digits, exact: NUMERIC(40,0) on PostgreSQL, decimal text on SQLite."""

    impl = Numeric(40, 0)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite would turn large numbers into floats."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric(40, 0))

    def process_bind_param(self, value: int | None, dialect: Dialect) -> Any:
        """What is stored."""
        if value is None:
            return None
        return str(value) if dialect.name == "sqlite" else Decimal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        """The number."""
        return None if value is None else int(value)


class exact_sum(GenericFunction[Any]):  # noqa: N801 - named as the SQL function is
    """The exact total of `WholeUnits`: PostgreSQL's `sum`, and on SQLite the aggregate of `engine.py`."""

    type = Numeric(asdecimal=False)
    name = "exact_sum"
    inherit_cache = True


@compiles(exact_sum, "postgresql")
def _native_sum(element: exact_sum, compiler: Any, **rest: Any) -> str:
    return f"sum({compiler.process(element.clauses, **rest)})"


def sum_as_text(units: ColumnElement[Any]) -> ColumnElement[str]:
    """The digits of the exact total: a driver may make a float of a number."""
    return cast(exact_sum(units), Text)


class Identity(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, its usual 36 characters on SQLite, so that both cast to the same text."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite has no UUIDs."""
        return dialect.type_descriptor(CHAR(36) if dialect.name == "sqlite" else Uuid())

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """What is stored."""
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """The UUID."""
        return UUID(str(value)) if value is not None else None


class Document(TypeDecorator[Any]):
    """JSON with whole numbers of any size, storable texts, and moments as ISO 8601 in UTC: JSONB on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB refuses NUL, so texts are made storable."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """What is stored."""
        return _storable_document(value)


def _storable_document(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, datetime):
        return _in_utc(value).isoformat()
    if isinstance(value, Mapping):
        return {storable(key): _storable_document(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable_document(item) for item in value]
    return value
