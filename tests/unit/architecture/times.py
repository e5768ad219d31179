"""Datetimes without a time zone."""

import ast

from tests.unit.architecture.tree import dotted

_TZ_POSITION = {"now": 0, "fromtimestamp": 1}
_NEVER = {"utcnow", "utcfromtimestamp", "today"}


def naive_times(source: str) -> list[str]:
    """Constructors of datetimes without a zone, however datetime was imported."""
    return [
        f"{node.lineno}: {ast.unparse(node)[:60]} has no zone"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and _is_naive(node)
    ]


def _is_naive(call: ast.Call) -> bool:
    owner, _, method = dotted(call.func).rpartition(".")
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if method == "datetime":
        spread = None in keywords or any(isinstance(value, ast.Starred) for value in call.args)
        return not spread and len(call.args) < 8 and _is_missing(keywords.get("tzinfo"))
    if owner.rpartition(".")[2] not in {"datetime", "date"}:
        return False
    if method in _NEVER:
        return True
    if method not in _TZ_POSITION or owner.endswith("date"):
        return False
    position = _TZ_POSITION[method]
    given = call.args[position] if len(call.args) > position else keywords.get("tz")
    return _is_missing(given)


def _is_missing(zone: ast.expr | None) -> bool:
    return zone is None or (isinstance(zone, ast.Constant) and zone.value is None)
