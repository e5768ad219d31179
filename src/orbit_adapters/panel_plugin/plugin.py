"""What a family of VPN panels brings, and what it gets.

A plug-in is one value, `PanelPlugin`, under an entry point of the group `orbit.vpn_panels`; the name of the entry point
is the kind of the panels. Orbit's own families are found in the same way. docs/integrating.md builds one.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

import httpx
from pydantic import BaseModel

from orbit_domain.access.ports import VpnPanel
from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId
from orbit_domain.subscription_link.ports import SubscriptionSource

GROUP = "orbit.vpn_panels"

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class PanelTools:
    """What a running shop lends to one panel: its id in this shop, an HTTP client of the process, and the clock.

    `http` has no base address and keeps no cookies; a panel that needs a client of its own opens one.
    """

    panel_id: PanelId
    http: httpx.AsyncClient
    clock: Clock


@dataclass(frozen=True, slots=True)
class PanelCheck:
    """One line about a panel: its name, whether it is well, what was seen and what to do. Holds no secret.

    A warning is worth a thought; a panel with only warnings is fit for use.
    """

    name: str
    ok: bool
    seen: str
    remedy: str = ""
    is_warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPlugin(Generic[S]):
    """A family of panels.

    `settings`: how one panel is reached, field by field. The owner gives each as a text, or as JSON when it begins with
    a bracket; descriptions and examples are what he reads. A `SecretStr`, at any depth, is stored sealed, and is asked
    for instead of being typed into a command. The id of the panel isn't among them.

    `open` makes the port, calls nobody, and closes what it has opened when its block ends; it may raise OSError and
    ValueError. `check` makes harmless calls only, each once, and may raise. `open_subscriptions`, as `open`, makes what
    the shop's own links ask; None: the panel's single links are all that they give.
    """

    settings: type[S]
    open: Callable[[S, PanelTools], AbstractAsyncContextManager[VpnPanel]]
    check: Callable[[S, PanelTools], Awaitable[Sequence[PanelCheck]]]
    open_subscriptions: Callable[[S, PanelTools], AbstractAsyncContextManager[SubscriptionSource]] | None = None
