"""`orbit secrets new` and `orbit secrets reseal`: the keys that seal what is secret in the database."""

import asyncio

from dishka import AsyncContainer

from orbit_adapters.panel_plugin.sealed_settings import sealed_anew, sealed_texts
from orbit_adapters.secret_box.secret_box import BrokenSeal, SealedWithUnknownKey
from orbit_adapters.secret_box.secret_keys import new_key
from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.sql.sealed_counts import sealed_otherwise
from orbit_adapters.system.clock import SystemClock
from orbit_domain.access.panel_changes import PanelEdit
from orbit_domain.storage import Storage
from orbit_domain.use_cases.change_panel import ChangePanel
from orbit_domain.use_cases.list_panels import ListPanels
from orbit_domain.use_cases.reseal_gifts import ResealGifts
from orbit_domain.use_cases.reseal_links import ResealLinks
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.terminal import show
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.secret_box import open_secret_box
from orbit_entry.wiring.panel_admin import panel_admin_container
from orbit_entry.wiring.registries import SealedSecrets

_NOTHING = "Nothing is to be done: every stored secret needs the first key alone, and older keys may go."

_BACKUPS = "Backups from before need the older keys: keep those where the key of your backups is, for as long as they."


def show_new_key() -> int:
    """Print a key, and nothing else, so that it can be sent into a file."""
    show(new_key())
    return 0


def reseal(*, dry_run: bool = False) -> int:
    """Seal every stored secret with the first key, or only count them. Returns 1 when one can't be opened.

    Raises StorageError, CannotStart. Safe to stop and to repeat: what is sealed with the first key stays as it is.
    """
    settings = read_settings(Settings)
    return asyncio.run(_count(settings) if dry_run else _reseal(settings))


async def _count(settings: Settings) -> int:
    await require_schema(settings.database)
    box, older, broken = open_secret_box(settings), 0, 0
    container = panel_admin_container(settings, SystemClock())
    try:
        for panel in await (await container.get(ListPanels))():
            for text in sealed_texts(panel.connection):
                try:
                    older += not box.is_current(text)
                except BrokenSeal:
                    broken += 1
    finally:
        await container.close()
    counts = {"panels' secrets": older + broken} | {
        kind: others for kind, (_, others) in (await sealed_otherwise(settings.database, box.key_id)).items()
    }
    show(*(f"{kind} that another key than {box.key_id} has sealed: {count}" for kind, count in counts.items()))
    show("Nothing was changed. Next: the same command without --dry-run" if any(counts.values()) else _NOTHING)
    return 0


async def _reseal(settings: Settings) -> int:
    await require_schema(settings.database)
    container = panel_admin_container(settings, SystemClock())
    try:
        sealed, lost = await _reseal_panels(settings, container)
        storage, seal = await container.get(Storage), SealedSecrets(lambda: open_secret_box(settings))
        links, gifts = await ResealLinks(storage, seal)(), await ResealGifts(storage, seal)()
    finally:
        await container.close()
    if links.unopenable:
        show(
            f"{links.unopenable} customers' links stay as they are: the key that sealed them isn't here.",
            "They work on in apps, and can't be shown. Next: put their key back.",
            error=True,
        )
    if gifts.unopenable:
        show(
            f"{gifts.unopenable} gifts' links stay as they are: the key that sealed them isn't here.",
            "They can be taken, and can't be shown to their givers. Next: put their key back.",
            error=True,
        )
    if lost or links.unopenable or gifts.unopenable:
        return 1
    key_id, done = open_secret_box(settings).key_id, sealed + links.done + gifts.done
    show(f"Sealed anew: {done}. Every stored secret needs the first key alone now, {key_id}.")
    if done:
        show(_BACKUPS)
    return 0


async def _reseal_panels(settings: Settings, container: AsyncContainer) -> tuple[int, int]:
    """How many secrets of panels were sealed anew, and how many panels have some that can't be opened."""
    box, done, failed = open_secret_box(settings), 0, 0
    change = await container.get(ChangePanel)
    for panel in await (await container.get(ListPanels))():
        try:
            older = [text for text in sealed_texts(panel.connection) if not box.is_current(text)]
            document = sealed_anew(panel.connection, panel.record.id, box) if older else None
        except (SealedWithUnknownKey, BrokenSeal) as error:
            show(
                f"The secrets of the panel {panel.record.id} stay as they are: {error}.",
                f"Next: put their key back, or orbit panel set {panel.record.id} --secret FIELD",
                error=True,
            )
            failed += 1
            continue
        if document is not None:
            await change(panel.record.id, PanelEdit(), f"cli:{this_actor()}", "sealed anew", document)
            done += len(older)
    return done, failed
