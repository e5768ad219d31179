"""The panel of a sandbox as the port `VpnPanel`, without sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.memory.panel import MemoryPanels
from orbit_domain.access.panel_audit import PanelFinding
from orbit_domain.storage import Storage
from orbit_domain.use_cases.audit_panels import AuditPanels
from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.app import marzban_app
from orbit_sandbox.marzban.fault_injection import FAULTS
from orbit_sandbox.marzban.in_process import InProcess
from orbit_sandbox.marzban.sim_marzban import PASSWORD, USERNAME
from orbit_sandbox.sandbox import Sandbox


@asynccontextmanager
async def sandbox_panel(sandbox: Sandbox) -> AsyncIterator[MarzbanPanel]:
    """The adapter in front of the sandbox's panel, with the shop's name for it and no faults."""
    settings = MarzbanSettings(
        panel_id="main", base_url="http://panel.test", username=USERNAME, password=SecretStr(PASSWORD)
    )
    transport = InProcess(marzban_app(sandbox.panel, Faults(FAULTS)))
    async with httpx.AsyncClient(transport=transport) as http:
        yield MarzbanPanel(settings, http, sandbox.clock)


async def panel_findings(storage: Storage, sandbox: Sandbox) -> list[PanelFinding]:
    """What the audit of the sandbox's panel finds."""
    async with sandbox_panel(sandbox) as panel:
        audit = await AuditPanels(storage, sandbox.clock, MemoryPanels(panel))()
    assert audit.not_audited == {}
    return list(audit.findings.values())
