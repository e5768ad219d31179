"""Every key the customer has."""

from orbit_adapters.telegram.callbacks import SeeConnect, SeeKey
from orbit_adapters.telegram.clean import Html, clean
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.rows import back_row, home_row, lines, paragraphs, plans_row
from orbit_domain.access.key import Key
from orbit_domain.subscription.subscription import GRACE
from orbit_domain.use_cases.show_keys import KeyRing

_NAME_CHARS = 40
_SHOWN = 20


def keys_screen(ring: KeyRing) -> Screen:
    """Each key with its state; a tap shows how to connect with it."""
    say = Say(ring.user.language)
    if not ring.keys:
        return Screen(say("keys-none"), keyboard(plans_row(say), home_row(say)))
    shown = ring.keys[:_SHOWN]
    return Screen(
        paragraphs(say("keys"), lines(*(_line(key, ring, say) for key in shown))),
        keyboard(
            *(tap(clean(key.name, _NAME_CHARS) or key.username, SeeKey(key.id)) for key in shown),
            back_row(say, SeeConnect()),
        ),
    )


def _line(key: Key, ring: KeyRing, say: Say) -> Html:
    name = clean(key.name, _NAME_CHARS) or key.username
    end = say.day(key.expires_at - GRACE, ring.now)
    if key.expires_at <= ring.now or not key.enabled:
        return say("key-off", name=name, end=end)
    if not key.subscription_url:
        return say("key-preparing", name=name)
    return say("key-ready", name=name, end=end)
