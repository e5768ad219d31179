"""The panels: looked at, drained, emptied, and keys spread over them."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import panel_callbacks
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.panel_callbacks import (
    AgreeSweep,
    BeginEvacuation,
    BeginSwitch,
    ChooseNodes,
    ExcludeNode,
    IncludeNode,
    SeePanel,
    SeePanels,
    SeeRebalance,
    SeeSweep,
)
from orbit_adapters.telegram.screens.evacuation import evacuation_screen
from orbit_adapters.telegram.screens.panels import nodes_screen, panel_screen, panels_screen, switch_screen
from orbit_adapters.telegram.screens.rebalance import rebalance_screen
from orbit_adapters.telegram.screens.sweep import sweep_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.preview_evacuation import PreviewEvacuation
from orbit_domain.use_cases.run_panels import DrainPanel, ShowPanel, ShowPanels
from orbit_domain.use_cases.run_rebalance import OpenRebalance, SteerRebalance
from orbit_domain.use_cases.start_evacuation import StartEvacuation, StopEvacuation
from orbit_domain.use_cases.sweep_panels import ShowSweep, StartSweep
from orbit_domain.use_cases.switch_node import SwitchNode


def routes() -> Router:
    """The buttons below the panels of `/admin`."""
    router = Router(name="panels")
    router.callback_query.register(panels, Tapped(SeePanels))
    router.callback_query.register(panel, Tapped(SeePanel))
    router.callback_query.register(begin_switch, Tapped(BeginSwitch))
    router.callback_query.register(drain, Tapped(panel_callbacks.DrainPanel))
    router.callback_query.register(fill, Tapped(panel_callbacks.FillPanel))
    router.callback_query.register(nodes, Tapped(ChooseNodes))
    router.callback_query.register(exclude_node, Tapped(ExcludeNode))
    router.callback_query.register(include_node, Tapped(IncludeNode))
    router.callback_query.register(begin_evacuation, Tapped(BeginEvacuation))
    router.callback_query.register(evacuate, Tapped(panel_callbacks.StartEvacuation))
    router.callback_query.register(stay, Tapped(panel_callbacks.StopEvacuation))
    router.callback_query.register(rebalance, Tapped(SeeRebalance))
    router.callback_query.register(start_rebalance, Tapped(panel_callbacks.StartRebalance))
    router.callback_query.register(stop_rebalance, Tapped(panel_callbacks.StopRebalance))
    router.callback_query.register(sweep, Tapped(SeeSweep))
    router.callback_query.register(start_sweep, Tapped(panel_callbacks.StartSweep))
    router.callback_query.register(agree_sweep, Tapped(AgreeSweep))
    return router


async def panels(tap: CallbackQuery, tg_id: TelegramId, show_panels: FromDishka[ShowPanels]) -> None:
    """Show the panels."""
    await show(tap, panels_screen(await show_panels(tg_id)))


async def panel(
    tap: CallbackQuery, callback_data: SeePanel, tg_id: TelegramId, show_panel: FromDishka[ShowPanel]
) -> None:
    """Show one panel with its nodes."""
    await show(tap, panel_screen(await show_panel(tg_id, callback_data.panel)))


async def begin_switch(
    tap: CallbackQuery, callback_data: BeginSwitch, tg_id: TelegramId, show_panel: FromDishka[ShowPanel]
) -> None:
    """Say what follows, and ask."""
    await show(tap, switch_screen(await show_panel(tg_id, callback_data.panel)))


async def drain(
    tap: CallbackQuery,
    callback_data: panel_callbacks.DrainPanel,
    tg_id: TelegramId,
    drain_panel: FromDishka[DrainPanel],
    show_panel: FromDishka[ShowPanel],
) -> None:
    """Put no new keys there, and show the panel."""
    await drain_panel(tg_id, callback_data.panel, drains=True)
    await show(tap, panel_screen(await show_panel(tg_id, callback_data.panel)))


async def fill(
    tap: CallbackQuery,
    callback_data: panel_callbacks.FillPanel,
    tg_id: TelegramId,
    drain_panel: FromDishka[DrainPanel],
    show_panel: FromDishka[ShowPanel],
) -> None:
    """Put new keys there again, and show the panel."""
    await drain_panel(tg_id, callback_data.panel, drains=False)
    await show(tap, panel_screen(await show_panel(tg_id, callback_data.panel)))


async def nodes(
    tap: CallbackQuery, callback_data: ChooseNodes, tg_id: TelegramId, show_panel: FromDishka[ShowPanel]
) -> None:
    """Show the nodes with their switches."""
    await show(tap, nodes_screen(await show_panel(tg_id, callback_data.panel)))


async def exclude_node(
    tap: CallbackQuery,
    callback_data: ExcludeNode,
    tg_id: TelegramId,
    switch_node: FromDishka[SwitchNode],
    show_panel: FromDishka[ShowPanel],
) -> None:
    """Put no new keys on the node, and show all of them."""
    await switch_node(tg_id, callback_data.panel, callback_data.node, takes=False)
    await show(tap, nodes_screen(await show_panel(tg_id, callback_data.panel)))


async def include_node(
    tap: CallbackQuery,
    callback_data: IncludeNode,
    tg_id: TelegramId,
    switch_node: FromDishka[SwitchNode],
    show_panel: FromDishka[ShowPanel],
) -> None:
    """Put new keys on the node again, and show all of them."""
    await switch_node(tg_id, callback_data.panel, callback_data.node, takes=True)
    await show(tap, nodes_screen(await show_panel(tg_id, callback_data.panel)))


async def begin_evacuation(
    tap: CallbackQuery,
    callback_data: BeginEvacuation,
    tg_id: TelegramId,
    preview_evacuation: FromDishka[PreviewEvacuation],
) -> None:
    """Say how many keys would go where, and ask."""
    await show(tap, evacuation_screen(await preview_evacuation(tg_id, callback_data.panel)))


async def evacuate(
    tap: CallbackQuery,
    callback_data: panel_callbacks.StartEvacuation,
    tg_id: TelegramId,
    start_evacuation: FromDishka[StartEvacuation],
    show_panel: FromDishka[ShowPanel],
) -> None:
    """Let the worker empty the panel, and show how far it is."""
    await start_evacuation(tg_id, callback_data.panel)
    await show(tap, panel_screen(await show_panel(tg_id, callback_data.panel)))


async def stay(
    tap: CallbackQuery,
    callback_data: panel_callbacks.StopEvacuation,
    tg_id: TelegramId,
    stop_evacuation: FromDishka[StopEvacuation],
    show_panel: FromDishka[ShowPanel],
) -> None:
    """Move no more keys away, and show the panel."""
    await stop_evacuation(tg_id, callback_data.panel)
    await show(tap, panel_screen(await show_panel(tg_id, callback_data.panel)))


async def rebalance(tap: CallbackQuery, tg_id: TelegramId, open_rebalance: FromDishka[OpenRebalance]) -> None:
    """Show what would move."""
    await show(tap, rebalance_screen(await open_rebalance(tg_id)))


async def start_rebalance(
    tap: CallbackQuery,
    tg_id: TelegramId,
    steer_rebalance: FromDishka[SteerRebalance],
    open_rebalance: FromDishka[OpenRebalance],
) -> None:
    """Let the worker spread the keys, and show how far it is."""
    await steer_rebalance(tg_id, runs=True)
    await show(tap, rebalance_screen(await open_rebalance(tg_id)))


async def stop_rebalance(
    tap: CallbackQuery,
    tg_id: TelegramId,
    steer_rebalance: FromDishka[SteerRebalance],
    open_rebalance: FromDishka[OpenRebalance],
) -> None:
    """Move no more keys, and show what is left."""
    await steer_rebalance(tg_id, runs=False)
    await show(tap, rebalance_screen(await open_rebalance(tg_id)))


async def sweep(tap: CallbackQuery, tg_id: TelegramId, show_sweep: FromDishka[ShowSweep]) -> None:
    """Show what the last sweep has found."""
    await show(tap, sweep_screen(await show_sweep(tg_id)))


async def start_sweep(
    tap: CallbackQuery, tg_id: TelegramId, start_sweep: FromDishka[StartSweep], show_sweep: FromDishka[ShowSweep]
) -> None:
    """Let the worker compare the panels with the keys, and show how it stands."""
    await start_sweep(tg_id)
    await show(tap, sweep_screen(await show_sweep(tg_id)))


async def agree_sweep(
    tap: CallbackQuery,
    callback_data: AgreeSweep,
    tg_id: TelegramId,
    start_sweep: FromDishka[StartSweep],
    show_sweep: FromDishka[ShowSweep],
) -> None:
    """The same, also where much would be disabled or deleted, if it is still what was shown."""
    await start_sweep(tg_id, callback_data.accounts)
    await show(tap, sweep_screen(await show_sweep(tg_id)))
