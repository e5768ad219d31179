"""The part of the command line about panels, and about the keys of stored secrets.

As in `orbit_entry.cli`, each command imports what it needs when it runs.
"""

import re
from typing import Annotated

import typer

from orbit_domain.ids import PanelId

panel = typer.Typer(help="The VPN panels.", no_args_is_help=True)
panels = typer.Typer(help="The VPN panels.", no_args_is_help=True)
secrets = typer.Typer(help="The keys that seal stored secrets.", no_args_is_help=True)

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)


def _panel_id(text: str) -> str:
    if _ID.fullmatch(text) is None:
        raise typer.BadParameter("must be up to 32 of a-z, 0-9, - and _")
    return text


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id = Annotated[str, typer.Argument(metavar="ID", callback=_panel_id, help="The panel's id in this shop.")]
Reason = Annotated[str, typer.Option(help="Why, recorded for ever.")]
Fields = Annotated[
    list[str] | None,
    typer.Argument(metavar="FIELD=VALUE", help="How it is reached: base_url=https://… username=…"),
]
Secrets = Annotated[
    list[str] | None,
    typer.Option("--secret", metavar="FIELD=FILE", help="The file of a secret; - is the input; FIELD alone asks."),
]
EvenSo = Annotated[bool, typer.Option("--even-so", help="Record it although a check is bad.")]
Name = Annotated[str | None, typer.Option(help="What people call it.")]
Priority = Annotated[int | None, typer.Option(min=-1000, max=1000, help="Of equal nodes the lowest is chosen: 100.")]
Capacity = Annotated[int | None, typer.Option(min=0, help="How many keys each node takes, unless the node says it.")]
Region = Annotated[str | None, typer.Option(help="The region of its nodes, unless they have their own.")]
Excluded = Annotated[list[str] | None, typer.Option("--exclude", help="A node that gets no keys; may be repeated.")]


@panel.command("add")
def add_new_panel(
    panel_id: Id,
    kind: Annotated[str, typer.Option(help="The family: marzban, or one of an installed package.")],
    fields: Fields = None,
    secret: Secrets = None,
    name: Name = None,
    priority: Priority = None,
    capacity: Capacity = None,
    region: Region = None,
    exclude: Excluded = None,
    draining: Annotated[bool, typer.Option(help="Add it without placing keys there yet.")] = False,
    even_so: EvenSo = False,
    reason: Reason = "",
) -> None:
    """Add a panel, after a look at it: version, admin, clock, inbounds, nodes and what leads to which."""
    from orbit_domain.access.panel_changes import PanelEdit
    from orbit_domain.access.repository import PanelRecord
    from orbit_entry.commands.panel_add import TypedConnection, add_panel

    changes = PanelEdit(
        name=name,
        priority=priority,
        capacity=capacity,
        regions=(region,) if region else None,
        excluded_nodes=tuple(exclude or ()),
        draining=draining,
    )
    new = changes.applied_to(PanelRecord(PanelId(panel_id), kind, panel_id))
    raise typer.Exit(add_panel(new, TypedConnection(fields or (), secret or ()), reason, even_so=even_so))


@panel.command("set")
def set_up_panel(
    panel_id: Id,
    fields: Fields = None,
    secret: Secrets = None,
    name: Name = None,
    active: Annotated[bool | None, typer.Option("--on/--off", help="Whether it counts as a place at all.")] = None,
    priority: Priority = None,
    capacity: Capacity = None,
    no_limit: Annotated[bool, typer.Option("--no-limit", help="Its nodes take any number of keys.")] = False,
    region: Region = None,
    no_region: Annotated[bool, typer.Option("--no-region", help="It belongs to no region.")] = False,
    exclude: Excluded = None,
    no_exclusions: Annotated[bool, typer.Option("--no-exclusions", help="No node is excluded.")] = False,
    even_so: EvenSo = False,
    reason: Reason = "",
) -> None:
    """Change how a panel is reached, after a look at it, or what the shop does with it. FIELD= takes a value back."""
    from orbit_domain.access.panel_changes import PanelEdit
    from orbit_entry.commands.panel_add import TypedConnection
    from orbit_entry.commands.panel_change import set_panel

    changes = PanelEdit(
        name=name,
        is_active=active,
        priority=priority,
        capacity=capacity,
        has_no_limit=no_limit,
        regions=() if no_region else (region,) if region else None,
        excluded_nodes=() if no_exclusions else tuple(exclude) if exclude else None,
    )
    typed = TypedConnection(fields or (), secret or ())
    if changes == PanelEdit() and not typed.fields and not typed.secrets:
        raise typer.BadParameter("nothing is to be changed; orbit panel set --help")
    raise typer.Exit(set_panel(PanelId(panel_id), changes, typed, reason, even_so=even_so))


@panel.command("list")
def list_all_panels(json: AsJson = False) -> None:
    """Show the panels, how many keys live on each, and whether it gets new ones. No panel is called."""
    from orbit_entry.commands.panel_list import list_panels

    raise typer.Exit(list_panels(as_json=json))


@panel.command("show")
def show_one_panel(panel_id: Id, json: AsJson = False) -> None:
    """Show what is recorded of a panel and what was done to it; secrets are never shown."""
    from orbit_entry.commands.panel_list import show_panel

    raise typer.Exit(show_panel(PanelId(panel_id), as_json=json))


@panel.command("test")
def look_at_one_panel(panel_id: Id, json: AsJson = False) -> None:
    """Look at one panel as the doctor does; exit 1 when anything is bad."""
    from orbit_entry.commands.panel_list import look_at_panel

    raise typer.Exit(look_at_panel(PanelId(panel_id), as_json=json))


@panel.command("drain")
def drain_one_panel(panel_id: Id, reason: Reason = "") -> None:
    """Place no new keys on a panel; those that live there work on."""
    from orbit_entry.commands.panel_change import drain_panel

    raise typer.Exit(drain_panel(PanelId(panel_id), reason, draining=True))


@panel.command("undrain")
def undrain_one_panel(panel_id: Id, reason: Reason = "") -> None:
    """Place new keys on a panel again."""
    from orbit_entry.commands.panel_change import drain_panel

    raise typer.Exit(drain_panel(PanelId(panel_id), reason, draining=False))


@panel.command("remove")
def remove_one_panel(
    panel_id: Id,
    forget: Annotated[bool, typer.Option("--forget", help="It is gone for ever, with what was to be removed.")] = False,
    reason: Reason = "",
) -> None:
    """Take a panel out of the shop when no key lives there and nothing is left to be removed; it isn't called."""
    from orbit_entry.commands.panel_remove import remove_panel

    raise typer.Exit(remove_panel(PanelId(panel_id), reason, forget=forget))


@panel.command("evacuate")
def evacuate_one_panel(
    panel_id: Id,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would move.")] = False,
    json: AsJson = False,
    reason: Reason = "",
) -> None:
    """Drain a panel and move its keys elsewhere, also when it is dead; exit 1 when some have no other place."""
    from orbit_entry.commands.panel_evacuate import evacuate_panel

    raise typer.Exit(evacuate_panel(PanelId(panel_id), reason, dry_run=dry_run, as_json=json))


@panel.command("rebalance")
def rebalance_all_panels(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would move, or what is left.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Move no more keys; those that were moved stay.")] = False,
    json: AsJson = False,
    reason: Reason = "",
) -> None:
    """Spread keys again over the panels, some each hour, after one was added or came back; the worker does it."""
    from orbit_entry.commands.panel_rebalance import rebalance_panels, stop_rebalance

    if stop and (dry_run or json):
        raise typer.BadParameter("--stop stands alone, perhaps with --reason")
    raise typer.Exit(stop_rebalance(reason) if stop else rebalance_panels(reason, dry_run=dry_run, as_json=json))


@panel.command("sweep")
def sweep_all_panels(
    yes: Annotated[bool, typer.Option("--yes", help="Also disable and delete accounts, however many.")] = False,
    json: AsJson = False,
) -> None:
    """Bring the panels back to what the keys say; exit 1 when that waits for --yes, 3 when a panel can't be read."""
    from orbit_entry.commands.panel_sweep import sweep_panels

    raise typer.Exit(sweep_panels(confirmed=yes, as_json=json))


@panel.command("explain")
def explain_new_placement(
    region: Annotated[str | None, typer.Option(help="As if this region were asked for.")] = None, json: AsJson = False
) -> None:
    """Show where a new key would live now, with the verdict on every node; exit 1 when none can take it."""
    from orbit_entry.commands.panel_explain import explain_placement

    raise typer.Exit(explain_placement(region, as_json=json))


@panel.command("audit")
@panels.command("audit")
def audit_all_panels(json: AsJson = False) -> None:
    """Compare the panels' accounts with the keys; exit 1 when they differ, else 3 when a panel couldn't be audited."""
    from orbit_entry.commands.panel_audit import audit_panels

    raise typer.Exit(audit_panels(as_json=json))


@secrets.command("new")
def make_new_key() -> None:
    """Print a new key for ORBIT_SECRET_KEYS: put it before the older ones, with a comma between them."""
    from orbit_entry.commands.secrets import show_new_key

    raise typer.Exit(show_new_key())


@secrets.command("reseal")
def reseal_secrets(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would happen.")] = False,
) -> None:
    """Seal every stored secret with the first key, so that older ones can go."""
    from orbit_entry.commands.secrets import reseal

    raise typer.Exit(reseal(dry_run=dry_run))


def add_panels(app: typer.Typer) -> None:
    """Give *app* these commands. `orbit panels audit` is the older name of `orbit panel audit`."""
    app.add_typer(panel, name="panel")
    app.add_typer(panels, name="panels", hidden=True)
    app.add_typer(secrets, name="secrets")
