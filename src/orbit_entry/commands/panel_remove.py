"""`orbit panel remove`: a panel isn't one of the shop's any more."""

import asyncio

from dishka import AsyncContainer

from orbit_domain.access.panel_changes import PanelHasAccounts, PanelHasKeys
from orbit_domain.ids import PanelId
from orbit_domain.use_cases.remove_panel import RemovePanel
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.panel_change import refuse_first, with_shop
from orbit_entry.commands.terminal import show
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings


def remove_panel(panel_id: PanelId, reason: str, *, forget: bool) -> int:
    """Forget the panel. Returns 1 while keys live there or accounts are to be removed, but for *forget*.

    Raises NoSuchPanel, StorageError, CannotStart (the settings name it).
    """
    settings = read_settings(Settings)
    refuse_first(settings, panel_id, "remove ORBIT_PANEL_URL there, or say off")

    async def run(container: AsyncContainer) -> int:
        try:
            forgotten = await (await container.get(RemovePanel))(panel_id, f"cli:{this_actor()}", reason, forget=forget)
        except (PanelHasKeys, PanelHasAccounts) as refusal:
            show(*_in_words(panel_id, refusal), error=True)
            return 1
        show(f"The panel {panel_id} isn't this shop's any more. What is on the panel itself was left as it is.")
        if forgotten:
            show(f"Accounts there that are forgotten: {forgotten}. If it does come back, delete them there by hand.")
        return 0

    return asyncio.run(with_shop(settings, run))


def _in_words(panel_id: PanelId, refusal: PanelHasKeys | PanelHasAccounts) -> tuple[str, ...]:
    """Why it stays, and what to do."""
    if isinstance(refusal, PanelHasAccounts):
        return (
            f"Refused, nothing was changed: accounts are still to be removed on the panel {panel_id}, "
            f"{refusal.accounts} of them.",
            "Their keys live elsewhere. The worker removes them as soon as the panel answers.",
            f"Next: orbit panel test {panel_id}; if it is gone for ever, orbit panel remove {panel_id} --forget",
        )
    if refusal.keys:
        return (
            f"Refused, nothing was changed: keys live on the panel {panel_id}, {refusal.keys} of them.",
            f"Next: orbit panel evacuate {panel_id}, then the same command again.",
        )
    return (
        f"Refused, nothing was changed: keys are served by the panel {panel_id} until their new panels have them, "
        f"{refusal.leaving} of them.",
        "Next: orbit panel list in some minutes; if it stays so, orbit doctor",
    )
