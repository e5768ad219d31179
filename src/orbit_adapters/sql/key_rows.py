"""Keys and their placements as rows, and back."""

from datetime import UTC, datetime
from typing import Any

from orbit_adapters.sql.query import Row
from orbit_domain.access.key import Key
from orbit_domain.access.placement import Placement, PlacementState
from orbit_domain.ids import KeyId, Nonce, PanelId, TelegramId

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Stored for a placement that waits for no time: NULL isn't in the range of an index that ends now."""


def key_row(key: Key) -> dict[str, Any]:
    """What may change in a row of `configs`."""
    return {
        "name": key.name,
        "number": key.number,
        "credential": key.credential,
        "expires_at": key.expires_at,
        "traffic_bytes": key.traffic_bytes,
        "status": "active" if key.enabled else "disabled",
        "region": key.region,
        "deleted": key.deleted,
    }


def new_key_row(key: Key) -> dict[str, Any]:
    """The row of a new key in `configs`."""
    return {"id": key.id, "tg_id": key.tg_id, **key_row(key), "nonce": key.nonce, "created_at": key.created_at}


def placement_rows(key: Key) -> list[dict[str, Any]]:
    """The rows of `placements` of *key*."""
    return [
        {
            "key_id": key.id,
            "number": one.number,
            "username": one.username,
            "state": one.state.value,
            "panel_id": one.panel_id,
            "node": one.node,
            "groups": one.groups,
            "desired": one.desired_revision,
            "applied": one.applied_revision,
            "is_refused": one.is_refused,
            "subscription_url": one.subscription_url,
            "links": one.links,
            "attempts": one.attempts,
            "fence": one.fence,
            "next_attempt_at": one.next_attempt_at or AT_ONCE,
            "last_error": one.last_error,
            "confirmed_at": one.confirmed_at,
            "rebalanced_at": one.rebalanced_at,
        }
        for one in key.placements
    ]


def key_from(row: Row, places: tuple[Placement, ...]) -> Key:
    """A row of `configs`, with what its rows of `placements` say."""
    return Key(
        id=KeyId(row["id"]),
        tg_id=TelegramId(row["tg_id"]),
        name=row["name"],
        number=row["number"],
        credential=row["credential"],
        expires_at=row["expires_at"],
        traffic_bytes=row["traffic_bytes"],
        created_at=row["created_at"],
        placements=places,
        enabled=row["status"] == "active",
        region=row["region"],
        nonce=None if row["nonce"] is None else Nonce(row["nonce"]),
        deleted=row["deleted"],
    )


def placement_from(row: Row, prefix: str) -> Placement:
    """A placement of a row whose columns of that table begin with *prefix*."""
    panel_id, waits_until = row[f"{prefix}panel_id"], row[f"{prefix}next_attempt_at"]
    return Placement(
        number=row[f"{prefix}number"],
        username=row[f"{prefix}username"],
        state=PlacementState(row[f"{prefix}state"]),
        panel_id=None if panel_id is None else PanelId(panel_id),
        node=row[f"{prefix}node"],
        groups=tuple(row[f"{prefix}groups"]),
        desired_revision=row[f"{prefix}desired"],
        applied_revision=row[f"{prefix}applied"],
        is_refused=row[f"{prefix}is_refused"],
        subscription_url=row[f"{prefix}subscription_url"],
        links=tuple(row[f"{prefix}links"]),
        attempts=row[f"{prefix}attempts"],
        fence=row[f"{prefix}fence"],
        next_attempt_at=None if waits_until == AT_ONCE else waits_until,
        last_error=row[f"{prefix}last_error"],
        confirmed_at=row[f"{prefix}confirmed_at"],
        rebalanced_at=row[f"{prefix}rebalanced_at"],
    )
