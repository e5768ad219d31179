"""The Remnawave adapter fulfils the panel contract, with panels of both versions."""

import pytest

from orbit_adapters.remnawave.panel import RemnawavePanel
from tests.integration.remnawave.harness import PanelHarness, RemnawaveContract


class TestRemnawaveInProcess(RemnawaveContract):
    """The adapter against the simulated panel without sockets."""

    @pytest.fixture
    def panel(self, harness: PanelHarness) -> RemnawavePanel:
        """The adapter under test."""
        self.harness = harness
        return harness.panel
