"""What a change of the schema deletes: tables, columns, and rows of tables that stay."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect, select, table

_ALEMBICS_OWN = "alembic_version"


@dataclass(frozen=True, slots=True)
class TableContent:
    """The columns of a table, and how many rows it has."""

    columns: frozenset[str]
    rows: int


@dataclass(frozen=True, slots=True)
class Loss:
    """A table or a `table.column` that is deleted, with so many rows."""

    name: str
    rows: int


class DataWouldBeLost(Exception):
    """Going down deletes data, so nothing was changed. `losses` says what."""

    def __init__(self, losses: tuple[Loss, ...]) -> None:
        super().__init__(", ".join(f"{loss.name} ({loss.rows} row{'s' * (loss.rows != 1)})" for loss in losses))
        self.losses = losses


def content(connection: Connection) -> dict[str, TableContent]:
    """What every table holds now. It reads each of them to the end."""
    inspector = inspect(connection)
    return {
        name: TableContent(
            frozenset(column["name"] for column in inspector.get_columns(name)),
            connection.execute(select(func.count()).select_from(table(name))).scalar_one(),
        )
        for name in inspector.get_table_names()
        if name != _ALEMBICS_OWN
    }


def losses(before: Mapping[str, TableContent], after: Mapping[str, TableContent]) -> tuple[Loss, ...]:
    """What *after* lacks, in the order of the names. An empty table counts too: it may be filled meanwhile."""
    found = []
    for name, held in sorted(before.items()):
        left = after.get(name)
        if left is None:
            found.append(Loss(name, held.rows))
            continue
        found += [Loss(f"{name}.{column}", held.rows) for column in sorted(held.columns - left.columns)]
        if left.rows < held.rows:
            found.append(Loss(name, held.rows - left.rows))
    return tuple(found)
