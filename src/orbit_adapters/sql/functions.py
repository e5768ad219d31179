"""SQL functions that the two databases spell differently."""

from typing import Any

from sqlalchemy import Numeric
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class exact_sum(GenericFunction[Any]):  # noqa: N801 - named as the SQL function is
    """The sum of `WholeUnits`, exact. PostgreSQL's own `sum` is; SQLite gets ours (`engine.py`)."""

    type = Numeric(asdecimal=False)
    name = "exact_sum"
    inherit_cache = True


@compiles(exact_sum, "postgresql")
def _native_sum(element: exact_sum, compiler: Any, **rest: Any) -> str:
    return f"sum({compiler.process(element.clauses, **rest)})"
