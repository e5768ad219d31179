"""A chart rendered without Helm: its values merged and checked as Helm does, its templates rendered to manifests."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.support.chart.rendering import Facts, Templates
from tests.support.chart.words import ChartFault

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Manifest = Mapping[str, Any]


@cache
def _checked_by(schema_text: str) -> "Validator":
    """Helm's validator of the schema, which must be one itself.

    Imported here: with jsonschema come grammars whose parsers take a second, and every process of the tests reads this.
    """
    from jsonschema import Draft7Validator, ValidationError
    from jsonschema.validators import extend

    def pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
        """The keyword `pattern` as Helm reads it: `$` is the very end, classes are ASCII's."""
        if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value, re.ASCII):
            yield ValidationError(f"{value!r} does not match {pattern!r}")

    schema = json.loads(schema_text)
    Draft7Validator.check_schema(schema)
    return extend(Draft7Validator, {"pattern": pattern})(schema)


class Chart:
    """The chart in *folder*. It remembers what it has rendered, so that tests see what none of them reaches."""

    def __init__(self, folder: Path) -> None:
        self._about = yaml.safe_load((folder / "Chart.yaml").read_text(encoding="utf-8"))
        self._defaults = yaml.safe_load((folder / "values.yaml").read_text(encoding="utf-8"))
        self._schema = _checked_by((folder / "values.schema.json").read_text(encoding="utf-8"))
        files = [path for path in sorted((folder / "templates").rglob("*")) if path.is_file()]
        self._files = [path.relative_to(folder).as_posix() for path in files]
        self._templates = Templates({file: (folder / file).read_text(encoding="utf-8") for file in self._files})

    def manifests(self, given: Mapping[str, Any], *, name: str = "shop") -> list[Manifest]:
        """Every manifest of the release *name*, hooks included. ChartFault says what is wrong with *given*."""
        values = merged(self._defaults, given)
        self._check(values)
        context = Facts(
            Values=as_numbers(values),
            Chart=Facts(Name=self._about["name"], Version=self._about["version"], AppVersion=self._about["appVersion"]),
            Release=Facts(Name=name, Namespace="default", Service="Helm"),
        )
        found: list[Manifest] = []
        for file in self._files:
            if Path(file).name.startswith("_"):
                continue
            written = self._templates.rendered(file, context)
            if Path(file).suffix == ".yaml":
                found += _documents(written, file)
        return found

    def unreached(self) -> list[str]:
        """What of the templates has never been rendered."""
        return self._templates.unreached()

    def _check(self, values: Mapping[str, Any]) -> None:
        faults = sorted(
            f"{'.'.join(map(str, one.absolute_path))}: {one.message}" for one in self._schema.iter_errors(values)
        )
        if faults:
            raise ChartFault("values", "; ".join(faults))


def merged(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Helm's rule: maps are merged, all else is replaced, and null takes a default away. A null of no default stays."""
    return _laid(defaults, given) | {key: None for key in given if given[key] is None and key not in defaults}


def _laid(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(defaults)
    for key, value in given.items():
        under = defaults.get(key)
        if value is None:
            found.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(under, Mapping):
            found[key] = _laid(under, value)
        else:
            found[key] = value
    return found


def as_numbers(value: Any) -> Any:
    """The same value with every number as a float: values come to Helm's templates through JSON."""
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ChartFault("values", f"a key is no text: {list(value)!r}")
        return {key: as_numbers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_numbers(one) for one in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _documents(written: str, file: str) -> list[Manifest]:
    try:
        found = [one for one in yaml.safe_load_all(written) if one is not None]
    except yaml.YAMLError as fault:
        raise ChartFault(file, f"renders what is no YAML: {fault}") from None
    if not all(isinstance(one, dict) for one in found):
        raise ChartFault(file, "renders what is no manifest")
    return found
