"""What every table is made of: the metadata with the names of constraints, and two kinds of columns."""

from collections.abc import Iterable
from functools import partial

from sqlalchemy import CheckConstraint, Column, MetaData

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)

required = partial(Column, nullable=False)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A column of states has one of *values*, so that no invalid state is stored."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
