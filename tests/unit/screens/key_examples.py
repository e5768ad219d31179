"""The screens of a customer's keys in each of their states, by the name of their golden file."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.checkout import checkout_screen
from orbit_adapters.telegram.screens.connect import connect_screen
from orbit_adapters.telegram.screens.keys import (
    added_screen,
    ask_delete_screen,
    ask_name_screen,
    deleted_screen,
    keys_screen,
    region_screen,
)
from orbit_adapters.telegram.screens.plans import plans_screen
from orbit_domain.ids import Nonce
from orbit_testing.samples import SEEDED_PLANS
from tests.unit.screens import view_examples
from tests.unit.screens.view_examples import DAY, KEY_ID, NOW

GIB = 1024**3
TWO_KEYS = (view_examples.key(), view_examples.key(2, "Папа", None))
FAMILY = replace(SEEDED_PLANS[1], terms=replace(SEEDED_PLANS[1].terms, keys=3))
_HOME = view_examples.key().home
_PLACED = replace(view_examples.key(), placements=(replace(_HOME, node="Frankfurt"),))
_LIMITED = replace(_PLACED, traffic_bytes=50 * GIB)
_WAITING = replace(
    view_examples.key(2, "Папа", None),
    region="🇳🇱 Amsterdam",
    placements=(replace(_HOME, panel_id=None, applied_revision=0, subscription_url=None, attempts=2),),
)
_BEYOND = replace(view_examples.key(2, "Папа"), enabled=False)
_OFF = replace(view_examples.key(), enabled=False, expires_at=NOW - 8 * DAY)

KEY_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "keys": lambda language: keys_screen(view_examples.key_list(language, keys=TWO_KEYS, allowed=2)),
    "keys_one": lambda language: keys_screen(
        view_examples.key_list(language, keys=(_PLACED,), used_bytes={KEY_ID: 3 * GIB // 2})
    ),
    "keys_more": lambda language: keys_screen(
        view_examples.key_list(language, keys=(_LIMITED,), allowed=3, used_bytes={KEY_ID: -5})
    ),
    "keys_waiting": lambda language: keys_screen(
        view_examples.key_list(language, keys=(_LIMITED, _WAITING), allowed=2, used_bytes={KEY_ID: 50 * GIB})
    ),
    "keys_beyond": lambda language: keys_screen(view_examples.key_list(language, keys=(view_examples.key(), _BEYOND))),
    "keys_deleted": lambda language: keys_screen(view_examples.key_list(language, keys=())),
    "keys_expired": lambda language: keys_screen(view_examples.key_list(language, -9 * DAY, (_OFF,))),
    "keys_none": lambda language: keys_screen(view_examples.key_list(language, None, ())),
    "key_added": lambda language: added_screen(view_examples.key_list(language, keys=TWO_KEYS, allowed=2)),
    "key_region": lambda language: region_screen(
        view_examples.key_list(language, allowed=2), Nonce("2"), ("🇩🇪 Frankfurt", "🇳🇱 Amsterdam")
    ),
    "key_name": lambda language: ask_name_screen(view_examples.key_list(language), KEY_ID),
    "key_delete": lambda language: ask_delete_screen(view_examples.key_list(language, keys=TWO_KEYS), KEY_ID),
    "key_delete_last": lambda language: ask_delete_screen(view_examples.key_list(language), KEY_ID),
    "key_deleted": lambda language: deleted_screen(view_examples.key_list(language, allowed=2)),
    "connect_beyond": lambda language: connect_screen(view_examples.keys_view(language, keys=(_BEYOND,))),
    "plans_several_keys": lambda language: plans_screen(
        view_examples.plan_list(language, plans=(FAMILY, SEEDED_PLANS[2]))
    ),
    "checkout_several_keys": lambda language: checkout_screen(
        replace(view_examples.checkout(language), order=view_examples.order(plan=FAMILY))
    ),
    "checkout_fewer_keys": lambda language: checkout_screen(
        replace(view_examples.checkout(language), keys_off=("Папа", "<b>Orbit</b>", "Orbit 3", "Orbit 4"))
    ),
}
