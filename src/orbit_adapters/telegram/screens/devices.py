"""The devices that use the customer's link."""

from orbit_adapters.telegram.callbacks import RemoveDevice, SeeConnect
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, sanitize
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, lines, paragraphs
from orbit_domain.subscription_link.device import LinkDevice
from orbit_domain.use_cases.show_devices import DevicesView

_SHOWN = 20
_NAME_CHARS = 40


def devices_screen(view: DevicesView) -> Screen:
    """Each device with its last visit; a tap frees its place."""
    translate = Translator(view.user.language)
    shown = view.devices[:_SHOWN]
    head = translate("devices", count=len(view.devices), limit=view.limit or 0)
    body = lines(*(_line(one, translate) for one in shown)) if shown else translate("devices-none")
    rows = (
        tap(translate.label("b-remove-device", name=_name(one, translate)), RemoveDevice(one.stamp)) for one in shown
    )
    return Screen(paragraphs(head, body), keyboard(*rows, back_row(translate, SeeConnect())))


def _line(device: LinkDevice, translate: Translator) -> Html:
    return translate("device", name=_name(device, translate), day=translate.day(device.last_seen_at))


def _name(device: LinkDevice, translate: Translator) -> str:
    return sanitize(device.name, _NAME_CHARS) or translate.label("device-nameless")
