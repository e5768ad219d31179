"""Releases of the chart, each rendered once by our own renderer."""

import pytest

from tests.integration.chart.value_sets import LARGE, METERED
from tests.support.chart.release import Chart, Manifest
from tests.support.helm import CHART


@pytest.fixture(scope="session")
def chart() -> Chart:
    """The chart of this checkout."""
    return Chart(CHART)


@pytest.fixture(scope="session")
def plain_release(chart: Chart) -> list[Manifest]:
    """What the chart makes without any values of the owner's."""
    return chart.manifests({})


@pytest.fixture(scope="session")
def large_release(chart: Chart) -> list[Manifest]:
    """Several bots behind a webhook, workers scaled by KEDA."""
    return chart.manifests(LARGE)


@pytest.fixture(scope="session")
def metered_release(chart: Chart) -> list[Manifest]:
    """Workers scaled by a metrics adapter."""
    return chart.manifests(METERED)
