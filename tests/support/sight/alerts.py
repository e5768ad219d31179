"""The alert rules as Prometheus keeps them: pending for a while, then firing, until they hold no more."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.support.sight.promql import Expression, parsed
from tests.support.sight.samples import Labels, Samples

ROOT = Path(__file__).resolve().parents[3]
RULES = ROOT / "docker" / "sight" / "alerts.yml"
_UNIT_S = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Alert:
    """One rule: it fires when *expression* has held for `for_s`."""

    name: str
    expression: Expression
    for_s: int
    severity: str
    annotations: dict[str, str]


def alerts() -> Iterator[Alert]:
    """The rules that we ship. Raises NotPromql."""
    for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule
            written = re.fullmatch(r"(\d+)([smh])", rule.get("for", "0s"))
            assert written is not None
            for_s = int(written[1]) * _UNIT_S[written[2]]
            yield Alert(
                rule["alert"], parsed(rule["expr"]), for_s, rule["labels"]["severity"], dict(rule["annotations"])
            )


@dataclass
class Watch:
    """Judges every rule after each scrape."""

    samples: Samples = field(default_factory=Samples)
    rules: tuple[Alert, ...] = field(default_factory=lambda: tuple(alerts()))
    _since: dict[tuple[str, Labels], float] = field(default_factory=dict)

    def firing(self, at: float) -> frozenset[str]:
        """The names of what fires at that time."""
        found: set[str] = set()
        for rule in self.rules:
            value = self.samples.value(rule.expression, at)
            held = {(rule.name, labels) for labels in value} if isinstance(value, dict) else set()
            for gone in [one for one in self._since if one[0] == rule.name and one not in held]:
                del self._since[gone]
            if any(at - self._since.setdefault(one, at) >= rule.for_s for one in held):
                found.add(rule.name)
        return frozenset(found)
