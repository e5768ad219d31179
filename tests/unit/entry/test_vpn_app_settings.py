"""What the owner says about apps reaches the opening page, or is refused with its name."""

import json

import pytest

from orbit_adapters.vpn_clients.offer import DEFAULT_OFFER
from orbit_adapters.vpn_clients.platform import Platform
from orbit_entry.config.vpn_apps import VpnAppFields


def test_the_owner_chooses_apps_and_their_pages() -> None:
    """Without the settings the defaults are offered; with them their apps, installed from their addresses."""
    assert VpnAppFields.model_validate({}).app_offer == DEFAULT_OFFER
    page = "https://play.google.com/store/apps/details?id=com.v2ray.ang"
    given = {"ORBIT_VPN_APPS": {"android": ["v2rayng"]}, "ORBIT_VPN_APP_PAGES": {"v2rayng": {"android": [page]}}}
    offer = VpnAppFields.model_validate({name: json.dumps(value) for name, value in given.items()}).app_offer
    (app,) = offer.apps[Platform.ANDROID]
    assert (app.code, app.pages[Platform.ANDROID]) == ("v2rayng", (page,))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ORBIT_VPN_APPS", {"ios": ["canary"]}),
        ("ORBIT_VPN_APPS", {"ios": ["nekobox"]}),
        ("ORBIT_VPN_APPS", {"canary": ["happ"]}),
        ("ORBIT_VPN_APPS", {"ios": "happ"}),
        ("ORBIT_VPN_APP_PAGES", {"canary": {"ios": []}}),
        ("ORBIT_VPN_APP_PAGES", {"happ": {"ios": ["javascript:canary"]}}),
        ("ORBIT_VPN_APP_PAGES", {"happ": {"ios": ['https://example.org/"onclick=canary']}}),
    ],
)
def test_what_can_t_be_offered_is_refused(variable: str, value: object) -> None:
    """An unknown app or platform, one that doesn't run there, and an address that isn't one stop the start."""
    with pytest.raises(ValueError, match=variable):
        VpnAppFields.model_validate({variable: json.dumps(value)})
