"""The renderer of these tests reaches all of the chart, and gives what Helm gives."""

import json
from collections.abc import Iterable
from pathlib import Path

from tests.integration.chart.value_sets import LARGE, REFUSED, RELEASES
from tests.support.chart.release import Chart, Manifest
from tests.support.chart.words import ChartFault
from tests.support.helm import CHART, has_helm, helm_manifests, run_helm


def _sorted(manifests: Iterable[Manifest]) -> list[str]:
    return sorted(json.dumps(manifest, sort_keys=True) for manifest in manifests)


def test_the_renderer_is_right_about_the_whole_chart(tmp_path: Path) -> None:
    """Our values reach every file, definition, branch and function. Helm, where it is, gives and refuses the same."""
    chart = Chart(CHART)
    ours = {title: chart.manifests(values, name=name) for title, (name, values) in RELEASES.items()}
    for values, _ in REFUSED:
        try:
            chart.manifests(values)
        except ChartFault:
            continue
        raise AssertionError(f"{values} were taken")
    assert chart.unreached() == [], "Remedy: a release in value_sets.py that reaches it, or take it out of the chart"
    if has_helm():
        for title, (name, values) in RELEASES.items():
            assert _sorted(ours[title]) == _sorted(helm_manifests(tmp_path, name, values)), title
        for values, named in REFUSED:
            ran = run_helm(tmp_path, "template", values=values)
            assert ran.returncode != 0
            assert named in ran.stderr, ran.stderr
        for values in ({}, LARGE):
            ran = run_helm(tmp_path, "lint", "--strict", values=values)
            assert ran.returncode == 0, ran.stdout
