"""The expressions of the dashboard that we ship."""

import json
from collections.abc import Iterator

from tests.support.sight.alerts import ROOT

DASHBOARD = ROOT / "docker" / "sight" / "grafana" / "dashboards" / "orbit.json"


def expressions() -> Iterator[tuple[str, str]]:
    """Each with the title of its panel."""
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
